import type { Part } from '../../model/call.ts';
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectMember,
  stringMember,
} from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { checkedUrl } from '../media-family/data-url.ts';
import { missing, wrongType } from '../openai-family/request-fields.ts';

/** The content of a message or of a tool's result: a text, or parts. `path` names it in a refusal. */
export function readParts(content: JsonValue | undefined, path: string, warnings: Warnings): Part[] {
  if (content === undefined || content === null) return [];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!Array.isArray(content)) throw wrongType(path, 'a string or an array of parts');
  return content.flatMap((part: JsonValue, at) => readPart(part, `${path}[${at}]`, warnings));
}

function readPart(part: JsonValue, path: string, warnings: Warnings): Part[] {
  if (!isJsonObject(part)) throw wrongType(path, 'an object');
  switch (part['type']) {
    case 'input_text':
    case 'output_text':
    case 'text':
    case 'summary_text':
      return [{ type: 'text', text: required(part, 'text', path) }];
    case 'refusal':
      return [{ type: 'refusal', text: required(part, 'refusal', path) }];
    case 'input_image':
      return [readImage(part, path)];
    case 'input_file':
      return [readFile(part, path)];
    case 'input_audio':
      return [readAudio(part, path)];
    default:
      warnings.refuse(path, `"${path}" is of a type that has no counterpart at this backend; leave it out.`);
      return [];
  }
}

function readImage(part: JsonObject, path: string): Part {
  const fileId = stringMember(part, 'file_id');
  const detail = stringMember(part, 'detail');
  if (fileId !== undefined) return { type: 'image', url: stringMember(part, 'image_url'), fileId, detail };
  const url = checkedUrl(required(part, 'image_url', path), `${path}.image_url`);
  return { type: 'image', url, detail };
}

function readFile(part: JsonObject, path: string): Part {
  const name = stringMember(part, 'filename');
  const fileId = stringMember(part, 'file_id');
  const data = stringMember(part, 'file_data');
  const url = data === undefined ? stringMember(part, 'file_url') : asDataUrl(data, name);
  if (url === undefined && fileId === undefined) throw missing(`${path}.file_data`);
  return { type: 'file', url, fileId, name };
}

/** By the book a data: URL; some clients send bare base64, and then only the name tells what it is. */
function asDataUrl(data: string, name: string | undefined): string {
  if (data.startsWith('data:')) return data;
  const ending = name?.split('.').at(-1)?.toLowerCase() ?? '';
  return `data:${mediaTypes.get(ending) ?? 'application/octet-stream'};base64,${data}`;
}

const mediaTypes: ReadonlyMap<string, string> = new Map([
  ['pdf', 'application/pdf'],
  ['txt', 'text/plain'],
  ['md', 'text/markdown'],
  ['csv', 'text/csv'],
  ['json', 'application/json'],
]);

function readAudio(part: JsonObject, path: string): Part {
  const audio = objectMember(part, 'input_audio') ?? part;
  return {
    type: 'audio',
    base64: required(audio, 'data', path),
    format: stringMember(audio, 'format') ?? 'wav',
  };
}

function required(part: JsonObject, name: string, path: string): string {
  const value = part[name];
  if (value === undefined || value === null) throw missing(`${path}.${name}`);
  if (typeof value !== 'string') throw wrongType(`${path}.${name}`, 'a string');
  return value;
}
