import type { Clock } from '../../model/clock.ts';
import type { JsonObject } from '../../model/json.ts';
import { RuntimeRefusal } from '../../providers/driver.ts';
import { type Standing, standingOf } from './holding.ts';
import type { Patience, Runtime } from './runtime.ts';
import { MemoryTrouble } from './trouble.ts';
import { LOOK_EVERY_MS, pause } from './waiting.ts';

export interface LoadTask {
  readonly model: string;
  readonly options: JsonObject;
  readonly patience: Patience;
  readonly clock: Clock;
}

/**
 * Has a model loaded, and sees it in memory before it says so: a 200 proves nothing. A runtime that says it is still
 * loading, or starting, is given `loadMaxMs`; one that shows neither the model nor any work on it, `settleMs`. Rejects
 * with what went wrong.
 */
export async function loadModel(runtime: Runtime, task: LoadTask, signal: AbortSignal): Promise<void> {
  if (runtime.load === undefined) return;
  const untilMs = task.clock.monotonicMs() + task.patience.loadMaxMs;
  const before = await onceStarted(runtime, task, untilMs, signal);
  if (before === 'loaded' && !runtime.loadsAgain) return;
  const refusal = before === 'loading' ? undefined : await tell(runtime.load, task, signal);
  if (runtime.memory !== undefined) await seeLoaded(runtime, task, untilMs, refusal, signal);
}

/** How the model stands once the runtime is there to be told anything. */
async function onceStarted(
  runtime: Runtime,
  task: LoadTask,
  untilMs: number,
  signal: AbortSignal,
): Promise<Standing> {
  let seen = await look(runtime, task.model, signal);
  while (seen === 'starting') {
    await pauseUntil(untilMs, task, signal);
    seen = await look(runtime, task.model, signal);
  }
  return seen;
}

/** "Not now, I am loading" (503) is no refusal yet: what comes of it is seen in memory. */
async function tell(
  load: NonNullable<Runtime['load']>,
  { model, options }: LoadTask,
  signal: AbortSignal,
): Promise<RuntimeRefusal | undefined> {
  try {
    await load(model, options, signal);
    return undefined;
  } catch (thrown) {
    if (isNotYet(thrown)) return thrown;
    throw thrown;
  }
}

async function seeLoaded(
  runtime: Runtime,
  task: LoadTask,
  untilMs: number,
  refusal: RuntimeRefusal | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { model, patience, clock } = task;
  let quietSinceMs = clock.monotonicMs();
  while (true) {
    const seen = await look(runtime, model, signal);
    if (seen === 'loaded') return;
    if (seen === 'failed') throw new MemoryTrouble(`It could not load "${model}".`);
    const nowMs = clock.monotonicMs();
    if (seen !== 'absent') quietSinceMs = nowMs;
    if (nowMs - quietSinceMs > patience.settleMs)
      throw refusal ?? new MemoryTrouble(`It says it has loaded "${model}", but does not hold it.`);
    await pauseUntil(untilMs, task, signal);
  }
}

/** Throws when the time is up. */
async function pauseUntil(
  untilMs: number,
  { model, patience, clock }: LoadTask,
  signal: AbortSignal,
): Promise<void> {
  if (clock.monotonicMs() > untilMs)
    throw new MemoryTrouble(`It has not loaded "${model}" within ${patience.loadMaxMs / 1000} s.`);
  await pause(clock, LOOK_EVERY_MS, signal);
}

/** A runtime that answers 503 about its own memory is on its way up. */
async function look(runtime: Runtime, model: string, signal: AbortSignal): Promise<Standing | 'starting'> {
  try {
    const memory = await runtime.memory?.(signal);
    return memory === undefined ? 'absent' : standingOf(memory, runtime.nameOf(model));
  } catch (thrown) {
    if (isNotYet(thrown)) return 'starting';
    throw thrown;
  }
}

function isNotYet(thrown: unknown): thrown is RuntimeRefusal {
  return thrown instanceof RuntimeRefusal && thrown.status === 503;
}
