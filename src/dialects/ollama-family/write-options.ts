import type { GenerationCall } from '../../model/call.ts';
import { isJsonObject, type JsonObject, type JsonValue, objectMember } from '../../model/json.ts';
import type { Writing } from '../dialect.ts';

/** Options that clients of other dialects write into the body itself, as they would for this server's own `/v1`. */
const liftedOptions: readonly string[] = [
  'temperature',
  'top_p',
  'top_k',
  'min_p',
  'typical_p',
  'tfs_z',
  'repeat_penalty',
  'repeat_last_n',
  'presence_penalty',
  'frequency_penalty',
  'mirostat',
  'mirostat_eta',
  'mirostat_tau',
  'penalize_newline',
  'seed',
  'stop',
  'num_predict',
  'num_ctx',
  'num_keep',
  'num_batch',
  'num_gpu',
  'num_thread',
  'main_gpu',
  'use_mmap',
];

/** What vLLM calls it. */
const vllmRepeatPenalty = 'repetition_penalty';

export const optionNames: ReadonlySet<string> = new Set([...liftedOptions, vllmRepeatPenalty, 'options']);

/**
 * The `options` of a request. Ollama's own words in the body count less than its `options`, and both less than
 * the members every dialect knows: policy has judged those, and nobody shall get past it in other words.
 */
export function writeOptions(call: GenerationCall, writing: Writing): JsonObject | undefined {
  const options = new Map<string, JsonValue>();
  lift(call.extra, options);
  for (const [name, value] of Object.entries(objectMember(call.extra, 'options') ?? {}))
    set(options, name, value);
  for (const [name, value] of typedOptions(call)) set(options, name, value);
  clampTokens(options, writing);
  return options.size === 0 ? undefined : Object.fromEntries(options);
}

function lift(extra: JsonObject, options: Map<string, JsonValue>): void {
  set(options, 'repeat_penalty', extra[vllmRepeatPenalty]);
  for (const name of liftedOptions) set(options, name, extra[name]);
}

/** Null is absent. What an option's value must be, the backend knows. */
function set(options: Map<string, JsonValue>, name: string, value: JsonValue | undefined): void {
  if (value !== undefined && value !== null) options.set(name, value);
}

function typedOptions(call: GenerationCall): [string, JsonValue | undefined][] {
  return [
    ['num_predict', call.outputTokensMax],
    ['temperature', call.temperature],
    ['top_p', call.topP],
    ['top_k', call.topK],
    ['min_p', call.minP],
    ['seed', call.seed],
    ['presence_penalty', call.presencePenalty],
    ['frequency_penalty', call.frequencyPenalty],
    ['stop', call.stop.length > 0 ? call.stop : undefined],
  ];
}

function clampTokens(options: Map<string, JsonValue>, { outputTokensMax, warnings }: Writing): void {
  const wanted = options.get('num_predict');
  if (outputTokensMax === undefined || typeof wanted !== 'number' || wanted <= outputTokensMax) return;
  options.set('num_predict', outputTokensMax);
  warnings.changed('max_tokens', 'limit_of_model');
}

/** Are these `options` something that can be merged? */
export function areOptions(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || isJsonObject(value);
}
