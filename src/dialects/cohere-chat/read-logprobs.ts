import type { TokenLogprob } from '../../model/call-event.ts';
import {
  arrayMember,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  stringMember,
} from '../../model/json.ts';
import { readLogprob } from '../logprobs-family/read-tokens.ts';

/**
 * What stands beside a piece of a stream (one object) or at the top of a whole answer (a list of them): a text and
 * the logarithm of each of its tokens. Where a text has several tokens nobody can tell where one ends, so it is
 * told as one, as probable as all of them together.
 */
export function readLogprobs(place: JsonObject): TokenLogprob[] {
  const told = place['logprobs'];
  const items = Array.isArray(told) ? (told as readonly JsonValue[]) : [told];
  return items.flatMap((item) => (isJsonObject(item) ? readItem(item) : []));
}

function readItem(item: JsonObject): TokenLogprob[] {
  const token = stringMember(item, 'text');
  const parts = (arrayMember(item, 'logprobs') ?? []).map(readLogprob);
  if (!token || parts.length === 0) return [];
  const logprob = parts.reduce<number>((sum, part) => sum + (part ?? Number.NaN), 0);
  return Number.isFinite(logprob) ? [{ token, logprob, alternatives: [] }] : [];
}
