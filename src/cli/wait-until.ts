import { systemClock } from '../model/clock.ts';

const STEP_MS = 50;

/** Asks again and again; false = it did not come true in time. */
export async function isWithin(withinMs: number, isTrue: () => Promise<boolean>): Promise<boolean> {
  const untilMs = systemClock.monotonicMs() + withinMs;
  while (!(await isTrue())) {
    if (systemClock.monotonicMs() >= untilMs) return false;
    await new Promise<void>((resolve) => void systemClock.after(STEP_MS, resolve));
  }
  return true;
}
