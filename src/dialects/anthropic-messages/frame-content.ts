import type { Frame } from '../../model/frame.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { readAnthropicError } from '../anthropic-family/error-envelope.ts';
import type { HeardError } from '../dialect.ts';

/** What one frame turns out to be; `type` is the event's own word, or the frame's name where it has none. */
export type FrameContent =
  | { readonly kind: 'comment' }
  /** `[DONE]`, which copies of this API bring over from another one. */
  | { readonly kind: 'foreign-end' }
  | { readonly kind: 'error'; readonly error: HeardError }
  | { readonly kind: 'event'; readonly type: string; readonly event: JsonObject };

/** Reads a frame however sloppily it was written; never throws. */
export function readFrame(frame: Frame): FrameContent {
  const text = (frame.data() ?? bareJson(frame)).trim();
  if (text === '' || text.startsWith(':')) return { kind: 'comment' };
  if (text === '[DONE]') return { kind: 'foreign-end' };
  const event = parse(text);
  const name = frame.eventName()?.trim();
  if (!isJsonObject(event)) return { kind: 'error', error: garbled(name === 'error' ? text : undefined) };
  const type = typeof event['type'] === 'string' ? event['type'] : (name ?? '');
  if (type !== 'error' && name !== 'error' && !isBareError(event)) return { kind: 'event', type, event };
  const error = readAnthropicError(event) ?? readAnthropicError({ error: event });
  return { kind: 'error', error: error ?? garbled(undefined) };
}

/** After the last event there can be a bare JSON error, which is no event at all (protocols T6). */
function bareJson(frame: Frame): string {
  const text = frame.raw.toString('utf8').trim();
  return text.startsWith('{') ? text : '';
}

/** An error of some server in between, which knows nothing of types. */
function isBareError(event: JsonObject): boolean {
  return event['type'] === undefined && Boolean(event['error']);
}

/** Only an event called an error is quoted: of any other the text may be the model's. */
function garbled(text: string | undefined): HeardError {
  return { message: text ?? 'the backend sent an event that is not a JSON object' };
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
