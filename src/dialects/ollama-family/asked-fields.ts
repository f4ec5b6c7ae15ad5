import { isJsonObject, type JsonObject } from '../../model/json.ts';
import { readBoolean, readInteger, readString, wrongType } from './request-fields.ts';

/** Members that chat and generate share, as `readAsked` wants them. */

/** An empty name is no name: a default model may fill in. */
export function readModelName(body: JsonObject): string | undefined {
  return readString(body, 'model') || undefined;
}

/** Ollama streams unless told not to (protocols 5). */
export function wantsStream(body: JsonObject): boolean {
  return readBoolean(body, 'stream') ?? true;
}

/** `options.num_predict`: the most tokens to write; 0 and below mean as many as it likes. */
export function readTokensMax(body: JsonObject): number | undefined {
  const options = body['options'] ?? undefined;
  if (options === undefined) return undefined;
  if (!isJsonObject(options)) throw wrongType('options', 'an object');
  const tokensMax = readInteger(options, 'num_predict', 'options.');
  return tokensMax === undefined || tokensMax <= 0 ? undefined : tokensMax;
}
