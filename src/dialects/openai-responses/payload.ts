import type { Frame } from '../../model/frame.ts';
import { type JsonObject, type JsonValue, stringMember } from '../../model/json.ts';
import type { HeardError } from '../dialect.ts';
import { readOpenAiError } from '../openai-family/error-envelope.ts';
import { readFrame } from '../openai-family/frame-content.ts';

/** What one frame of a Responses stream says. */
export type Payload =
  | { readonly kind: 'event'; readonly type: string; readonly body: JsonObject }
  | { readonly kind: 'error'; readonly error: HeardError }
  | { readonly kind: 'done' }
  | { readonly kind: 'nothing' };

/** The event's type stands in its JSON, or, with servers that spare it, only in the `event:` line. */
export function readPayload(frame: Frame): Payload {
  const content = readFrame(frame);
  if (content.kind === 'error') return { kind: 'error', error: withoutEventType(content.error) };
  if (content.kind !== 'chunk') return content;
  const type = stringMember(content.chunk, 'type') ?? frame.eventName() ?? '';
  if (type === 'error') return { kind: 'error', error: readFlatError(content.chunk) };
  return { kind: 'event', type, body: content.chunk };
}

/** In the flat form of an error event `type` is the event's, and says nothing of the error. */
function withoutEventType(error: HeardError): HeardError {
  return error.type === 'error' ? { ...error, type: undefined } : error;
}

/** An `error` event without the line that names it, flat as the types say (protocols 2.11). */
function readFlatError(body: JsonObject): HeardError {
  return withoutEventType(readOpenAiError({ error: body }) ?? unexplained);
}

/** Why a response has status `failed`. */
export function readFailure(response: JsonValue | undefined): HeardError {
  return readOpenAiError(response) ?? unexplained;
}

const unexplained: HeardError = {
  message: 'the backend reported that the response failed, without saying why',
};
