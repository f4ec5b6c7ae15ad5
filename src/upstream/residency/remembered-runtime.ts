import { nothing } from '../../providers/driver.ts';
import type { Runtime } from './runtime.ts';

/** What was last done to a runtime that cannot be asked. Kept over reloads, for the runtime does not start anew. */
export interface LastDone {
  isLoaded: boolean;
}

/** Such a runtime starts with its model in memory. */
export const asStarted = (): LastDone => ({ isLoaded: true });

/** The same runtime with a memory made of what was done to it. */
export function remembered(runtime: Runtime, last: LastDone): Runtime {
  const { load, unload } = runtime;
  return {
    ...runtime,
    isTakenAtItsWord: true,
    memory: async () => ({ loaded: last.isLoaded ? 'all' : nothing, loading: nothing }),
    load:
      load &&
      (async (model, options, signal) => {
        await load(model, options, signal);
        last.isLoaded = true;
      }),
    unload:
      unload &&
      (async (model, signal) => {
        await unload(model, signal);
        last.isLoaded = false;
      }),
  };
}
