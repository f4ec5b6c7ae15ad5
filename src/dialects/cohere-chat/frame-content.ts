import type { Frame } from '../../model/frame.ts';
import { isJsonObject, type JsonObject, type JsonValue, stringMember } from '../../model/json.ts';
import { heardError, readCohereError } from '../cohere-family/error-envelope.ts';
import type { HeardError } from '../dialect.ts';

/** What one frame of a stream turns out to be. */
export type FrameContent =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'error'; readonly error: HeardError }
  | { readonly kind: 'event'; readonly type: string; readonly event: JsonObject };

const nothing: FrameContent = { kind: 'nothing' };
const garbled: FrameContent = {
  kind: 'error',
  error: { message: 'the backend sent an event that is not a JSON object' },
};

/** Reads a frame however sloppily it was written; never throws. */
export function readFrame(frame: Frame): FrameContent {
  const text = (frame.data() ?? bareJson(frame)).trim();
  // Cohere sends no [DONE], but proxies that speak OpenAI's dialect on their other side do.
  if (text === '' || text === '[DONE]' || text.startsWith(':')) return nothing;
  const event = parse(text);
  return isJsonObject(event) ? readEvent(event, frame) : garbled;
}

/** The type stands in the data; the `event:` line only repeats it, and may be missing. */
function readEvent(event: JsonObject, frame: Frame): FrameContent {
  const type = stringMember(event, 'type') ?? frame.eventName()?.trim();
  // No event has a sentence for a message; an error body may well have a type of its own.
  const isEvent = type !== undefined && type !== 'error' && typeof event['message'] !== 'string';
  if (isEvent) return { kind: 'event', type, event };
  const error = readCohereError(event) ?? (type === 'error' ? heardError('') : undefined);
  return error === undefined ? nothing : { kind: 'error', error };
}

/** After the last event there can be a bare error body, which is no event at all (protocols 1.1, T6). */
function bareJson(frame: Frame): string {
  const text = frame.raw.toString('utf8').trim();
  return text.startsWith('{') ? text : '';
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
