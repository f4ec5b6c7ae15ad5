import type { ImagesCall } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import { readString, wrongType } from '../openai-family/request-fields.ts';
import { readAsked } from './read-asked.ts';

/** An images request as a call. */
export function readCall(body: JsonObject): ImagesCall {
  const asked = readAsked(body);
  readResponseFormat(body);
  return {
    kind: 'images',
    model: asked.model ?? '',
    prompt: readString(body, 'prompt') ?? '',
    count: asked.choices,
    size: readSize(body),
  };
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
