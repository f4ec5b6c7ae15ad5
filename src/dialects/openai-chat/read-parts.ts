import type { Part } from '../../model/call.ts';
import { isJsonObject, type JsonObject, type JsonValue, stringMember } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { checkedUrl } from '../media-family/data-url.ts';
import { wrongType } from '../openai-family/request-fields.ts';
import { readCacheMark } from './cache-mark.ts';
import { thinkingOfPart } from './thinking-part.ts';

type PartReader = (part: JsonObject, path: string) => Part;

const readers: ReadonlyMap<string, PartReader> = new Map<string, PartReader>([
  ['text', (part, path) => ({ type: 'text', text: need(part, 'text', path) })],
  ['refusal', (part, path) => ({ type: 'refusal', text: need(part, 'refusal', path) })],
  ['thinking', (part) => ({ type: 'thinking', text: thinkingOfPart(part) })],
  ['image_url', readImage],
  ['input_audio', readAudio],
  ['file', readFile],
]);

/** A message's content: null, a text, or parts. */
export function readParts(content: JsonValue | undefined, path: string, warnings: Warnings): readonly Part[] {
  if (content === undefined || content === null) return [];
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  if (!Array.isArray(content)) throw wrongType(path, 'a string or an array of parts');
  return content.flatMap((part: JsonValue, at) => readPart(part, `${path}[${at}]`, warnings));
}

function readPart(part: JsonValue, path: string, warnings: Warnings): Part[] {
  if (!isJsonObject(part)) throw wrongType(path, 'an object');
  const type = need(part, 'type', path);
  const read = readers.get(type);
  if (read !== undefined) return [marked(read(part, path), part)];
  warnings.refuse(`${path}.type`, 'Content parts of this type cannot be sent there.');
  return [];
}

function marked(read: Part, part: JsonObject): Part {
  const cache = readCacheMark(part);
  return cache === undefined ? read : { ...read, cache };
}

/** By the book an object; a bare URL, as some clients send, means the same. */
function readImage(part: JsonObject, path: string): Part {
  const image = part['image_url'];
  const param = `${path}.image_url`;
  if (typeof image === 'string') return { type: 'image', url: checkedUrl(image, param) };
  const inner = needObject(part, 'image_url', path);
  return {
    type: 'image',
    url: checkedUrl(need(inner, 'url', param), param),
    detail: stringMember(inner, 'detail'),
  };
}

function readAudio(part: JsonObject, path: string): Part {
  const audio = needObject(part, 'input_audio', path);
  const inner = `${path}.input_audio`;
  return { type: 'audio', base64: need(audio, 'data', inner), format: need(audio, 'format', inner) };
}

function readFile(part: JsonObject, path: string): Part {
  const file = needObject(part, 'file', path);
  return {
    type: 'file',
    url: stringMember(file, 'file_data'),
    fileId: stringMember(file, 'file_id'),
    name: stringMember(file, 'filename'),
  };
}

function need(object: JsonObject, name: string, path: string): string {
  const value = object[name];
  if (typeof value !== 'string') throw wrongType(`${path}.${name}`, 'a string');
  return value;
}

function needObject(object: JsonObject, name: string, path: string): JsonObject {
  const value = object[name];
  if (!isJsonObject(value)) throw wrongType(`${path}.${name}`, 'an object');
  return value;
}
