import type { GatewayError } from '../../model/gateway-error.ts';
import { isJsonObject, type JsonObject, type JsonValue, stringMember } from '../../model/json.ts';
import type { HeardError } from '../dialect.ts';
import { meaningOf } from './failure-meaning.ts';

/** Cohere's error body, `{"message", "id"}`; the id would be Cohere's own, so there is none here. */
export function writeCohereError(error: GatewayError): JsonObject {
  return { message: error.message };
}

/**
 * An error body, or undefined if it is none. A good answer has a `message` too, but that is an object. Proxies in
 * front of Cohere write `{"error": …}` or `{"detail": …}`.
 */
export function readCohereError(body: JsonValue | undefined): HeardError | undefined {
  if (!isJsonObject(body)) return undefined;
  const said = [body['error'], body['detail'], body['message']].map(sentenceOf);
  const sentence = said.find(Boolean) ?? said.find((one) => one !== undefined);
  return sentence === undefined ? undefined : heardError(sentence);
}

/** A failure with Cohere's own sentence and what it means. */
export function heardError(sentence: string): HeardError {
  const message = sentence.trim() || 'the backend reported an error without a message';
  return { message, meaning: meaningOf(message) };
}

/** The sentence of an error, however it is wrapped; an object without one (a good answer's message) is no error. */
export function sentenceOf(error: JsonValue | undefined): string | undefined {
  if (typeof error === 'string') return error;
  return isJsonObject(error) ? stringMember(error, 'message') : undefined;
}
