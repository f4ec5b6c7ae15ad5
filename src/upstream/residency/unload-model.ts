import type { Clock } from '../../model/clock.ts';
import { RuntimeRefusal } from '../../providers/driver.ts';
import { standingOf } from './holding.ts';
import type { Patience, Runtime } from './runtime.ts';
import { MemoryTrouble } from './trouble.ts';
import { LOOK_EVERY_MS, pause } from './waiting.ts';

export interface UnloadTask {
  readonly model: string;
  readonly patience: Patience;
  readonly clock: Clock;
}

/**
 * Has a model thrown out, and sees it gone before it says so. Whoever calls has seen to it that none of our requests
 * runs; those of others, where the runtime tells of them, get `settleMs` to end. Rejects with what went wrong.
 */
export async function unloadModel(runtime: Runtime, task: UnloadTask, signal: AbortSignal): Promise<void> {
  if (runtime.unload === undefined) throw new MemoryTrouble('It cannot be told to unload.');
  if (await isGone(runtime, task.model, signal)) return;
  await waitUntilIdle(runtime, task, signal);
  const refusal = await tell(runtime.unload, task.model, signal);
  if (runtime.memory === undefined) {
    if (refusal !== undefined) throw refusal;
    return;
  }
  await seeGone(runtime, task, refusal, signal);
}

/**
 * Has a load broken off that was begun and not seen to its end: it may end yet, and then take memory that is promised to
 * others. So it is told to go whether it shows or not, and given `settleMs` to be gone. Never rejects: what went wrong
 * with the load is what is told.
 */
export async function callOffLoad(runtime: Runtime, task: UnloadTask, signal: AbortSignal): Promise<void> {
  if (runtime.isTakenAtItsWord === true || runtime.unload === undefined) return;
  try {
    const refusal = await tell(runtime.unload, task.model, signal);
    if (runtime.memory !== undefined) await seeGone(runtime, task, refusal, signal);
  } catch {
    // It is still there, or nobody answers: the keeper counts it as left over.
  }
}

async function waitUntilIdle(
  runtime: Runtime,
  { model, patience, clock }: UnloadTask,
  signal: AbortSignal,
): Promise<void> {
  const untilMs = clock.monotonicMs() + patience.settleMs;
  while ((await runtime.busy?.(model, signal)) === true) {
    if (clock.monotonicMs() >= untilMs)
      throw new MemoryTrouble(`"${model}" is still at work, for somebody who did not come through here.`);
    await pause(clock, LOOK_EVERY_MS, signal);
  }
}

/** "It is not loaded" is a refusal too; whether it matters is seen in memory. */
async function tell(
  unload: NonNullable<Runtime['unload']>,
  model: string,
  signal: AbortSignal,
): Promise<RuntimeRefusal | undefined> {
  try {
    await unload(model, signal);
    return undefined;
  } catch (thrown) {
    if (thrown instanceof RuntimeRefusal) return thrown;
    throw thrown;
  }
}

async function seeGone(
  runtime: Runtime,
  { model, patience, clock }: UnloadTask,
  refusal: RuntimeRefusal | undefined,
  signal: AbortSignal,
): Promise<void> {
  const untilMs = clock.monotonicMs() + patience.settleMs;
  while (!(await isGone(runtime, model, signal))) {
    if (refusal !== undefined) throw refusal;
    if (clock.monotonicMs() >= untilMs)
      throw new MemoryTrouble(`It says it has unloaded "${model}", but still holds it.`);
    await pause(clock, LOOK_EVERY_MS, signal);
  }
}

/** False where it cannot be asked. Throws where it will never be gone. */
async function isGone(runtime: Runtime, model: string, signal: AbortSignal): Promise<boolean> {
  const memory = await runtime.memory?.(signal);
  if (memory === undefined) return false;
  if (memory.isFixed === true)
    throw new MemoryTrouble('It holds its model for as long as it runs, and cannot be told to unload.');
  const standing = standingOf(memory, runtime.nameOf(model));
  return standing === 'absent' || standing === 'failed';
}
