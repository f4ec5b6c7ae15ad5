import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { LoadPins } from '../dialect.ts';

/** The part of a request that can make this server load its model anew, or let go of it. */
export interface LoadWords {
  readonly options: JsonObject | undefined;
  readonly keepAlive: JsonValue | undefined;
}

/** Ollama loads a model anew when one of these differs from how it was loaded (server/sched.go, `needsReload`). */
const reloading: ReadonlySet<string> = new Set([
  'num_ctx',
  'num_batch',
  'num_gpu',
  'main_gpu',
  'num_thread',
  'use_mmap',
  'use_mlock',
  'low_vram',
  'f16_kv',
  'vocab_only',
  'logits_all',
  'numa',
]);

const REASON = 'pinned_by_operator';

/**
 * What a client asks for, under what the operator has pinned for this model: two apps that differ in `num_ctx` would
 * make the server load the model at every turn. `keep_alive` belongs to it, for it stays with the model after the
 * request. Under `pass` the operator's values only fill in. `paramOf`: what the client calls an option.
 */
export function pinLoad(
  asked: LoadWords,
  pins: LoadPins,
  warnings: Warnings,
  paramOf: (option: string) => string = inOptions,
): LoadWords {
  const { keep_alive: keepAlive, ...pinned } = pins.options;
  if (pins.policy === 'pass')
    return { options: filled({ ...pinned, ...asked.options }), keepAlive: asked.keepAlive ?? keepAlive };
  const options: Record<string, JsonValue | undefined> = {};
  for (const [name, value] of Object.entries(asked.options ?? {})) {
    const allowed = allowedValue(name, value ?? null, pinned[name], pins.policy);
    if (allowed !== undefined) options[name] = allowed;
    if (!isSame(allowed, value)) tell(warnings, paramOf(name), allowed ?? pinned[name]);
  }
  const isKept = asked.keepAlive === undefined || isSame(asked.keepAlive, keepAlive);
  if (!isKept) tell(warnings, 'keep_alive', keepAlive);
  return { options: filled({ ...pinned, ...options }), keepAlive };
}

const inOptions = (option: string) => `options.${option}`;

/** What of this one option stays; undefined: nothing, the operator's value or the server's own holds. */
function allowedValue(
  name: string,
  asked: JsonValue,
  pinned: JsonValue | undefined,
  policy: 'pin' | 'max',
): JsonValue | undefined {
  if (pinned === undefined) return reloading.has(name) ? undefined : asked;
  if (policy === 'max' && typeof asked === 'number' && typeof pinned === 'number')
    return Math.min(asked, pinned);
  return pinned;
}

function tell(warnings: Warnings, param: string, instead: JsonValue | undefined): void {
  if (instead === undefined) warnings.dropped(param, REASON);
  else warnings.changed(param, REASON);
}

export function filled(options: JsonObject | undefined): JsonObject | undefined {
  return options === undefined || Object.keys(options).length === 0 ? undefined : options;
}

export function isSame(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
