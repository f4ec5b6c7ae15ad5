import type { ImagesCall } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import { bookKeeping } from '../openai-family/book-keeping.ts';
import { membersBut } from '../openai-family/call-fields.ts';
import { readString, wrongType } from '../openai-family/request-fields.ts';

/** What requests for pictures say alike, whether they are made from words or from pictures. */

const placed: readonly string[] = [
  ...['model', 'prompt', 'n', 'size', 'response_format', 'stream', 'user', 'safety_identifier'],
  ...bookKeeping,
];

/** What has no place in a call. `auto` leaves it to the backend, and so does saying nothing. */
export function readExtra(body: JsonObject, placedToo: readonly string[] = []): JsonObject {
  const others = Object.entries(membersBut(body, new Set([...placed, ...placedToo])));
  return Object.fromEntries(others.filter(([, value]) => value !== 'auto' && value !== null));
}

export function readSize(body: JsonObject): ImagesCall['size'] {
  const size = readString(body, 'size');
  if (size === undefined || size === 'auto') return undefined;
  const [, width, height] = /^([1-9]\d{0,4})x([1-9]\d{0,4})$/.exec(size) ?? [];
  if (width === undefined || height === undefined) {
    throw wrongType('size', '"auto", or width and height in pixels like "1024x1024"');
  }
  return { width: Number(width), height: Number(height) };
}

/** Undefined where the client leaves the form to the backend. */
export function readResponseFormat(body: JsonObject): 'url' | 'b64_json' | undefined {
  const format = readString(body, 'response_format');
  if (format !== undefined && format !== 'url' && format !== 'b64_json') {
    throw wrongType('response_format', '"url" or "b64_json"');
  }
  return format;
}
