import type { Runtime } from './runtime.ts';
import { type UnloadTask, unloadModel } from './unload-model.ts';
import { LOOK_EVERY_MS, pause } from './waiting.ts';

/**
 * Sees to it that a load that was broken off leaves nothing behind. Some runtimes give up when nobody listens any more;
 * others go on in peace and take no order meanwhile, so they are told again until the model is gone. False: at
 * `untilMs` it was still there, or nobody could say. The first order is given blindly: not every runtime shows what it has
 * only begun to load.
 */
export async function clearAway(
  runtime: Runtime,
  task: UnloadTask,
  untilMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  await runtime.unload?.(task.model, signal).catch(() => undefined);
  while (!(await isGone(runtime, task, signal))) {
    if (signal.aborted || task.clock.monotonicMs() >= untilMs) return false;
    await pause(task.clock, LOOK_EVERY_MS, signal);
  }
  return true;
}

async function isGone(runtime: Runtime, task: UnloadTask, signal: AbortSignal): Promise<boolean> {
  try {
    await unloadModel(runtime, task, signal);
    return true;
  } catch {
    return false;
  }
}
