import type { GenerationCall } from '../../model/call.ts';
import { isJsonObject, type JsonObject, objectMember } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { readTokensMax } from './asked-fields.ts';
import { readInteger, readNumber, wrongType } from './request-fields.ts';

type OptionMembers = Pick<
  GenerationCall,
  | 'outputTokensMax'
  | 'temperature'
  | 'topP'
  | 'topK'
  | 'minP'
  | 'seed'
  | 'frequencyPenalty'
  | 'presencePenalty'
  | 'stop'
>;

const path = 'options.';

/** Those with a place of their own in a call. */
const placed: ReadonlySet<string> = new Set([
  'num_predict',
  'temperature',
  'top_p',
  'top_k',
  'min_p',
  'seed',
  'frequency_penalty',
  'presence_penalty',
  'stop',
]);

/** How the machine behind runs the model: nobody can see in the answer what became of them (letter D). */
const ofTheMachine: ReadonlySet<string> = new Set([
  'num_ctx',
  'num_gpu',
  'num_thread',
  'main_gpu',
  'use_mmap',
  'use_mlock',
  'numa',
  'low_vram',
  'f16_kv',
  'vocab_only',
  'logits_all',
]);

/** `options` as members of a call. What only Ollama's sampler knows is told, each by its name (protocols 11). */
export function readOptions(body: JsonObject, warnings: Warnings): OptionMembers {
  const outputTokensMax = readTokensMax(body);
  const options = objectMember(body, 'options') ?? {};
  tellOfNoLimit(options, outputTokensMax, warnings);
  for (const name of Object.keys(options)) if (isUnknown(name, options)) warnings.dropped(path + name);
  return {
    outputTokensMax,
    temperature: readNumber(options, 'temperature', path),
    topP: readNumber(options, 'top_p', path),
    topK: readNumber(options, 'top_k', path),
    minP: readNumber(options, 'min_p', path),
    seed: readSeed(options),
    frequencyPenalty: readNumber(options, 'frequency_penalty', path),
    presencePenalty: readNumber(options, 'presence_penalty', path),
    stop: readStop(options),
  };
}

/** Others are told that there is no limit by not being told of one (protocols 10.5). */
function tellOfNoLimit(options: JsonObject, tokensMax: number | undefined, warnings: Warnings): void {
  const isSaid = (options['num_predict'] ?? undefined) !== undefined;
  if (isSaid && tokensMax === undefined) warnings.dropped(`${path}num_predict`, 'means_no_limit');
}

function isUnknown(name: string, options: JsonObject): boolean {
  return !placed.has(name) && !ofTheMachine.has(name) && (options[name] ?? undefined) !== undefined;
}

/** -1 is Ollama's own default: another seed each time. */
function readSeed(options: JsonObject): number | undefined {
  const seed = readInteger(options, 'seed', path);
  return seed === -1 ? undefined : seed;
}

function readStop(options: JsonObject): readonly string[] {
  const stop = options['stop'] ?? [];
  if (typeof stop === 'string') return [stop];
  if (isJsonObject(stop) || !Array.isArray(stop) || !stop.every((text) => typeof text === 'string')) {
    throw wrongType('options.stop', 'a string or an array of strings');
  }
  return stop as readonly string[];
}
