import type { Frame } from '../../model/frame.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { HeardError } from '../dialect.ts';
import { readGeminiError } from './error-envelope.ts';

/** What one frame of a stream turns out to be; `done` is what only proxies write (`[DONE]`). */
export type FrameContent =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'done' }
  | { readonly kind: 'error'; readonly error: HeardError }
  | { readonly kind: 'chunks'; readonly chunks: readonly JsonObject[] };

const nothing: FrameContent = { kind: 'nothing' };

/**
 * Reads a frame however sloppily it was written; never throws. After the last event there can be a bare JSON
 * error, which is no SSE at all (protocols 1.1, T6).
 */
export function readFrame(frame: Frame): FrameContent {
  const data = frame.data();
  const text = (data ?? bareJson(frame)).trim();
  if (text === '' || text.startsWith(':')) return nothing;
  if (text === '[DONE]') return { kind: 'done' };
  return readAnswer(parse(text));
}

/** A chunk, a list of them (the unframed stream, whole), or an error in either form. */
export function readAnswer(answer: JsonValue | undefined): FrameContent {
  const list = Array.isArray(answer) ? (answer as readonly JsonValue[]) : [answer];
  const chunks = list.filter(isJsonObject);
  if (chunks.length === 0)
    return { kind: 'error', error: { message: 'the backend sent what is not a JSON object' } };
  for (const chunk of chunks) {
    const error = readGeminiError(chunk);
    if (error !== undefined) return { kind: 'error', error };
  }
  return { kind: 'chunks', chunks };
}

function bareJson(frame: Frame): string {
  const text = frame.raw.toString('utf8').trim();
  return text.startsWith('{') || text.startsWith('[') ? text : '';
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
