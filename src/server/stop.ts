import type { Clock } from '../model/clock.ts';
import type { BuiltHouse } from './built-house.ts';
import type { Listener } from './listeners.ts';

export interface StopPlan {
  /** The main listeners: they stop accepting at once. */
  readonly doors: readonly Listener[];
  /** Admin listeners: open to the end, so that the drain can be watched. */
  readonly backDoors: readonly (Listener | undefined)[];
  readonly drainMs: number;
}

/**
 * Stops a house in order: accept nobody, send away who waits, let what runs finish within the drain, end the
 * rest, write the ledger, close.
 */
export async function stopHouse(house: BuiltHouse, plan: StopPlan, clock: Clock): Promise<void> {
  const startedMs = clock.monotonicMs();
  house.isDraining = true;
  house.log.info('stopping', { running: house.arbiter.runningCount, waiting: house.arbiter.waitingCount });
  const closed = Promise.all(plan.doors.map((door) => door.stopAccepting()));
  await house.arbiter.drain(plan.drainMs);
  await until(() => house.calls.size === 0, plan.drainMs - (clock.monotonicMs() - startedMs), clock);
  house.endAllCalls();
  await until(() => house.calls.size === 0, ENDING_MS, clock);
  // A call is over when its backend is done; its client may still be reading, and has the drain's time for it.
  let areClosed = false;
  void closed.then(() => {
    areClosed = true;
  });
  await until(() => areClosed, plan.drainMs - (clock.monotonicMs() - startedMs), clock);
  for (const door of plan.doors) door.destroy();
  await closed;
  await Promise.all(plan.backDoors.map((door) => closeNow(door)));
  await house.close();
  house.log.info('stopped');
  await house.log.flush();
}

/** What it takes to close the sockets of calls that were ended. */
const ENDING_MS = 2_000;
const LOOK_EVERY_MS = 20;

async function until(isDone: () => boolean, withinMs: number, clock: Clock): Promise<void> {
  const lastMs = clock.monotonicMs() + withinMs;
  while (!isDone() && clock.monotonicMs() < lastMs) {
    await new Promise<void>((resolve) => {
      clock.after(LOOK_EVERY_MS, resolve);
    });
  }
}

async function closeNow(door: Listener | undefined): Promise<void> {
  if (door === undefined) return;
  const closed = door.stopAccepting();
  door.destroy();
  await closed;
}
