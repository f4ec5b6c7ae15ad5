import type { TokenLogprob, TokenOdds } from '../../model/call-event.ts';
import {
  arrayMember,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  stringMember,
} from '../../model/json.ts';

/**
 * Tokens as OpenAI's chat and Responses tell them, and Ollama after them: an object for each. One whose
 * probability cannot be read says nothing and is passed over.
 */
export function readTokens(list: JsonValue | undefined): TokenLogprob[] {
  return objectsOf(list).flatMap((wire) => {
    const alternatives = objectsOf(wire['top_logprobs']).flatMap(readOdds);
    return readOdds(wire).map((odds) => ({ ...odds, alternatives }));
  });
}

function readOdds(wire: JsonObject): TokenOdds[] {
  const token = stringMember(wire, 'token');
  const logprob = readLogprob(wire['logprob']);
  if (token === undefined || logprob === undefined) return [];
  const bytes = readBytes(arrayMember(wire, 'bytes'));
  return [bytes === undefined ? { token, logprob } : { token, logprob, bytes }];
}

/** JSON knows no infinity, but a number too large becomes one. */
export function readLogprob(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A token without a single byte is none: an empty list is what servers write that do not know. */
function readBytes(list: readonly JsonValue[] | undefined): readonly number[] | undefined {
  return list !== undefined && list.length > 0 && list.every(isByte) ? list : undefined;
}

function isByte(value: JsonValue): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255;
}

function objectsOf(list: JsonValue | undefined): JsonObject[] {
  return Array.isArray(list) ? (list as readonly JsonValue[]).filter(isJsonObject) : [];
}
