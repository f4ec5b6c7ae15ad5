import type { Frame } from '../../model/frame.ts';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import type { HeardError } from '../dialect.ts';
import { readOllamaError } from './error-envelope.ts';

/** What one line of a stream turns out to be. */
export type LineContent =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'error'; readonly error: HeardError }
  | { readonly kind: 'piece'; readonly piece: JsonObject };

/** Reads a line however odd it is; never throws, and never repeats what it could not read: that may be a prompt. */
export function readLine(frame: Frame): LineContent {
  const text = frame
    .data()
    ?.replace(/^\uFEFF/, '')
    .trim();
  if (!text) return { kind: 'nothing' };
  const piece = parse(text);
  if (!isJsonObject(piece)) return { kind: 'error', error: notJson };
  const error = readOllamaError(piece);
  return error === undefined ? { kind: 'piece', piece } : { kind: 'error', error };
}

const notJson: HeardError = { message: 'the backend sent a line that is not a JSON object' };

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
