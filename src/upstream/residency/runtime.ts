import type { JsonObject } from '../../model/json.ts';
import type { Memory } from '../../providers/driver.ts';

/**
 * The memory of one backend, as something that can be asked and told, whether over its own API
 * (`described-runtime.ts`) or by commands of the operator (`commanded-runtime.ts`). What a runtime cannot do is
 * absent. Everything rejects with what went wrong (`trouble.ts` finds the words); nothing here doubts an answer, that
 * is for `load-model.ts` and `unload-model.ts`.
 */
export interface Runtime {
  memory?: ((signal: AbortSignal) => Promise<Memory>) | undefined;
  load?: ((model: string, options: JsonObject, signal: AbortSignal) => Promise<void>) | undefined;
  unload?: ((model: string, signal: AbortSignal) => Promise<void>) | undefined;
  /** Undefined: it does not say. */
  busy?: ((model: string, signal: AbortSignal) => Promise<boolean | undefined>) | undefined;
  /** A model's name as `memory` spells it. */
  nameOf(model: string): string;
  /** Loading what is loaded is harmless, and puts its options right. */
  readonly loadsAgain: boolean;
  /** What it is told twice it takes badly, and it does not tell what it did last. */
  readonly isTakenAtItsWord?: boolean | undefined;
}

/** How long things may take, from `residency` of the configuration. */
export interface Patience {
  readonly settleMs: number;
  readonly loadMaxMs: number;
}
