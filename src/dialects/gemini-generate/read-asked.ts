import type { Asked } from '../../model/call.ts';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import type { Address } from '../dialect.ts';
import { either, missing, wrongType } from '../gemini-family/fields.ts';
import { modelOf } from '../gemini-family/model-name.ts';

/** What routing and policy need of a request. Runs on every call: it allocates its result and nothing else. */
export function readAsked(body: JsonObject, address: Address): Asked {
  checkContents(body);
  const config = readConfig(body);
  return {
    operation: 'chat',
    model: modelOf(address),
    isStream: address.route.endsWith(':streamGenerateContent'),
    // Google's streams always carry usage; nobody has to ask.
    wantsStreamUsage: true,
    outputTokensMax: readCount(config, 'maxOutputTokens', 'max_output_tokens'),
    choices: readCount(config, 'candidateCount', 'candidate_count') ?? 1,
    sessionKey: undefined,
  };
}

/** Google takes a single content for a list of one. */
function checkContents(body: JsonObject): void {
  const contents = body['contents'];
  if (contents === undefined || contents === null) throw missing('contents');
  if (isJsonObject(contents)) return;
  if (!Array.isArray(contents) || contents.length === 0) {
    throw wrongType('contents', 'an array with at least one content');
  }
  for (let at = 0; at < contents.length; at++) {
    if (!isJsonObject(contents[at])) throw wrongType(`contents[${at}]`, 'an object');
  }
}

function readConfig(body: JsonObject): JsonObject | undefined {
  const config = either(body, 'generationConfig', 'generation_config');
  if (config === undefined || isJsonObject(config)) return config;
  throw wrongType('generationConfig', 'an object');
}

/** A limit of 0 is how Google's JSON may write an absent one. */
function readCount(config: JsonObject | undefined, camel: string, snake: string): number | undefined {
  const value = config === undefined ? undefined : either(config, camel, snake);
  if (value === undefined || value === 0) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw wrongType(`generationConfig.${camel}`, 'a whole number of at least 1');
}
