import type { Part } from '../../model/call.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectMember,
  stringMember,
} from '../../model/json.ts';
import { missing, wrongType } from '../openai-family/request-fields.ts';

/** The content of a message or of a tool's result: a text, or parts. `path` names it in a refusal. */
export function readParts(content: JsonValue | undefined, path: string): Part[] {
  if (content === undefined || content === null) return [];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!Array.isArray(content)) throw wrongType(path, 'a string or an array of parts');
  return content.map((part: JsonValue, index) => readPart(part, `${path}[${index}]`));
}

function readPart(part: JsonValue, path: string): Part {
  if (!isJsonObject(part)) throw wrongType(path, 'an object');
  switch (part['type']) {
    case 'input_text':
    case 'output_text':
    case 'text':
    case 'summary_text':
      return { type: 'text', text: required(part, 'text', path) };
    case 'refusal':
      return { type: 'refusal', text: required(part, 'refusal', path) };
    case 'input_image':
      return readImage(part, path);
    case 'input_file':
      return readFile(part);
    case 'input_audio':
      return readAudio(part, path);
    default:
      throw cannotTranslate(path, `parts of type ${JSON.stringify(part['type'] ?? null)}`);
  }
}

function readImage(part: JsonObject, path: string): Part {
  // A file id means something only to the provider that gave it out (protocols 10.3).
  if (stringMember(part, 'file_id') !== undefined) throw cannotTranslate(`${path}.file_id`, 'stored images');
  const url = required(part, 'image_url', path);
  return { type: 'image', url, detail: stringMember(part, 'detail') };
}

function readFile(part: JsonObject): Part {
  return {
    type: 'file',
    url: stringMember(part, 'file_data') ?? stringMember(part, 'file_url'),
    fileId: stringMember(part, 'file_id'),
    name: stringMember(part, 'filename'),
  };
}

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

function cannotTranslate(param: string, what: string): GatewayError {
  return new GatewayError(
    'unsupported_parameter',
    `"${param}" cannot be translated for this backend: ${what} have no counterpart there.`,
    { param },
  );
}
