import type { Clock } from '../../model/clock.ts';
import type { Log } from '../../telemetry/logger.ts';
import { listedName } from './holding.ts';
import type { KeptBackend } from './kept-backend.ts';
import { MemoryTrouble, whyOf } from './trouble.ts';
import { unloadModel } from './unload-model.ts';

export interface Clearing {
  /** The backends of the group, the one that is to load among them. */
  readonly backends: readonly KeptBackend[];
  /** Whose memory may stay as it is: what is about to be loaded there. */
  readonly target: { readonly kept: KeptBackend; readonly model: string };
  /** Nothing has been loaded for this group yet: what an earlier run left behind must go, whatever the policy. */
  readonly isFirst: boolean;
  readonly clock: Clock;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

/**
 * Sees to models in a group's memory that nobody here has loaded, or that ought to be gone, before one is loaded. By
 * `residency.foreign` of the backend that holds them they are left (the log knows of them already), unloaded, or
 * reason enough not to load at all. Rejects where the card is not as it should be.
 */
export async function clearCard(clearing: Clearing, signal: AbortSignal): Promise<void> {
  const { backends } = clearing;
  const found = await Promise.all(backends.map((kept) => strangersAt(kept, clearing, signal)));
  for (const [at, kept] of backends.entries()) {
    for (const name of found[at] ?? []) await dealWith(kept, name, clearing, signal);
  }
}

/**
 * A server that does not answer now is taken to hold nothing: a neighbour must not keep the others from working, and
 * the one that is to load will be found out by that.
 */
async function strangersAt(
  kept: KeptBackend,
  { target }: Clearing,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { runtime, backend } = kept;
  if (runtime?.unload === undefined) return [];
  // Who cannot be asked may hold something at any time.
  if (runtime.memory === undefined) return backend.config.residency.foreign === 'unload' ? ['all'] : [];
  if (kept.isSilent && kept !== target.kept) return [];
  try {
    kept.memory = await runtime.memory(signal);
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    return [];
  }
  const wanted = kept === target.kept ? listedName(kept.memory, runtime.nameOf(target.model)) : undefined;
  const isWanted = (name: string) => name === wanted || (name === 'all' && wanted !== undefined);
  return kept.foreign(kept.memory).filter((name) => !isWanted(name));
}

async function dealWith(
  kept: KeptBackend,
  name: string,
  { isFirst, clock, log }: Clearing,
  signal: AbortSignal,
): Promise<void> {
  const { backend, patience, runtime } = kept;
  const { foreign } = backend.config.residency;
  const isLeftOver = kept.isStuck(name) || (isFirst && kept.couldBeOurs(name));
  if (foreign === 'refuse' && !isLeftOver)
    throw new MemoryTrouble(
      `${shown(name, kept)} is in memory, and was not loaded by Sluice (residency.foreign).`,
    );
  if (foreign === 'warn' && !isLeftOver) return;
  try {
    await unloadModel(runtime as NonNullable<typeof runtime>, { model: name, patience, clock }, signal);
  } catch (thrown) {
    const why = whyOf(thrown, backend.config.apiKey);
    throw new MemoryTrouble(`${shown(name, kept)} is in memory, and cannot be unloaded: ${why}`);
  }
  kept.settle(name);
  if (runtime?.memory !== undefined)
    log.info('a model that Sluice did not load was unloaded', { backend: backend.name, model: name });
}

const shown = (name: string, { backend }: KeptBackend) =>
  name === 'all' ? `The model of backend "${backend.name}"` : `"${name}" of backend "${backend.name}"`;
