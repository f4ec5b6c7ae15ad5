import type { Frame } from '../../model/frame.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { HeardError } from '../dialect.ts';
import { readOpenAiError } from './error-envelope.ts';

/** What one frame of a chat or completions stream turns out to be. */
export type FrameContent =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'done' }
  | { readonly kind: 'error'; readonly error: HeardError }
  | { readonly kind: 'chunk'; readonly chunk: JsonObject };

const nothing: FrameContent = { kind: 'nothing' };
const done: FrameContent = { kind: 'done' };

/** Reads a frame however sloppily it was written; never throws. */
export function readFrame(frame: Frame): FrameContent {
  if (frame.isOneDataLine) return readData(frame.data() ?? '');
  // llama.cpp of 2025 tells failures in a field that no standard knows: `error: {"code":500,…}`.
  const errorLine = frame.field('error');
  if (errorLine !== undefined) return flatError(errorLine);
  const data = frame.data();
  if (data === undefined) return readBareError(frame);
  return frame.eventName()?.trim() === 'error' ? flatError(data) : readData(data);
}

function readData(data: string): FrameContent {
  const text = data.trim();
  // Some proxies wrap their keep-alive comments in data lines: `data: : KEEPALIVE`.
  if (text === '' || text.startsWith(':')) return nothing;
  if (text === '[DONE]') return done;
  const chunk = parse(text);
  if (!isJsonObject(chunk)) return garbled(text);
  if (!chunk['error']) return { kind: 'chunk', chunk };
  return { kind: 'error', error: readOpenAiError(chunk) ?? unexplained };
}

/** An error that may stand in an envelope or, as after `event: error`, without one. */
function flatError(text: string): FrameContent {
  const body = parse(text.trim());
  if (body === undefined) return { kind: 'error', error: { message: text.trim() || unexplained.message } };
  const isEnvelope = isJsonObject(body) && body['error'];
  const error = readOpenAiError(isEnvelope ? body : { error: body });
  return { kind: 'error', error: error ?? unexplained };
}

/** After the last event there can be a bare JSON error, which is no SSE at all (protocols 1.1, T6). */
function readBareError(frame: Frame): FrameContent {
  const text = frame.raw.toString('utf8').trim();
  const body = text.startsWith('{') ? parse(text) : undefined;
  if (!isJsonObject(body) || !body['error']) return nothing;
  return { kind: 'error', error: readOpenAiError(body) ?? unexplained };
}

const unexplained: HeardError = { message: 'the backend reported an error without a message' };

function garbled(text: string): FrameContent {
  const start = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return {
    kind: 'error',
    error: { message: `the backend sent an event that is not a JSON object: ${start}` },
  };
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
