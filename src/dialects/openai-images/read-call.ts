import type { ImagesCall } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { Reading } from '../dialect.ts';
import { bookKeeping } from '../openai-family/book-keeping.ts';
import { membersBut } from '../openai-family/call-fields.ts';
import { readString, wrongType } from '../openai-family/request-fields.ts';
import { readAsked } from './read-asked.ts';

/** An images request as a call. How the picture is to be made beyond its size, no other dialect can be told. */
export function readCall(body: JsonObject, { address, warnings }: Reading): ImagesCall {
  const asked = readAsked(body, address);
  readResponseFormat(body);
  warnOfUnplaced(body, warnings);
  return {
    kind: 'images',
    model: asked.model ?? '',
    prompt: readString(body, 'prompt') ?? '',
    count: asked.choices,
    size: readSize(body),
  };
}

const placed: ReadonlySet<string> = new Set([
  ...['model', 'prompt', 'n', 'size', 'response_format', 'stream', 'user', 'safety_identifier'],
  ...bookKeeping,
]);

/** `auto` leaves it to the backend, and so does saying nothing. */
function warnOfUnplaced(body: JsonObject, warnings: Warnings): void {
  for (const [name, value] of Object.entries(membersBut(body, placed))) {
    if (value !== 'auto') warnings.dropped(name);
  }
}

function readSize(body: JsonObject): ImagesCall['size'] {
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
