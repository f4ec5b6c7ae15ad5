import { isJsonObject, type JsonObject } from '../../model/json.ts';
import type { Address } from '../dialect.ts';
import { readCount, readString, wrongType } from './request-fields.ts';

/** Members that chat and completions share, as `readAsked` wants them. */

/** An empty name is no name: a default model may fill in. */
function readModelName(body: JsonObject): string | undefined {
  return readString(body, 'model') || undefined;
}

/** At Azure the address names the deployment, and a model in the body counts for nothing (protocols 6). */
export function readModel(body: JsonObject, address: Address): string | undefined {
  const named = readModelName(body);
  return address.model || named;
}

/** `stream_options.include_usage`: did the client itself ask for usage? */
export function readStreamUsageWish(body: JsonObject): boolean {
  const options = body['stream_options'];
  if (options === undefined || options === null) return false;
  if (!isJsonObject(options)) throw wrongType('stream_options', 'an object');
  return options['include_usage'] === true;
}

/** A limit on written tokens. Negative numbers mean "no limit" to llama.cpp and LM Studio, whose clients send them. */
export function readTokensMax(body: JsonObject, name: string): number | undefined {
  const tokensMax = readCount(body, name, Number.MIN_SAFE_INTEGER);
  return tokensMax === undefined || tokensMax < 0 ? undefined : tokensMax;
}
