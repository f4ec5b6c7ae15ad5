import type { PartOf } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { Writing } from '../dialect.ts';
import { type DataUrl, isDataUrl, readDataUrl, textOfDataUrl } from '../media-family/data-url.ts';
import { isTextType } from '../openai-family/text-type.ts';
import { textPart } from './turn.ts';

type FilePart = PartOf<'file'>;

/** A document by what it is: texts go inline with their name, pictures and sounds as such, the rest as a file. */
export function writeFile(part: FilePart, path: string, { warnings, quirks }: Writing): JsonObject[] {
  if (part.url === undefined || !isDataUrl(part.url))
    return refused(path, warnings, 'is not in the request; send its bytes as a data: URL');
  const data = readDataUrl(part.url);
  if (data === undefined) return refused(path, warnings, 'has a data: URL that cannot be read');
  if (isTextType(data.mediaType)) return [inline(part, data)];
  const written = writeBinary(part, data, quirks.fileParts);
  if (written === undefined) return refused(path, warnings, 'is of a kind this backend cannot read');
  return part.context ? [textPart(part.context), written] : [written];
}

function refused(path: string, warnings: Warnings, complaint: string): [] {
  warnings.refuse(path, `The document in "${path}" ${complaint}.`);
  return [];
}

function inline({ name, context }: FilePart, data: DataUrl): JsonObject {
  const lines = [name, context, textOfDataUrl(data)].filter((line) => line);
  return textPart(lines.join('\n'));
}

/** Nothing for films, and for sounds in formats that chat does not know. */
function writeBinary({ url, name }: FilePart, data: DataUrl, readsFiles: boolean): JsonObject | undefined {
  const [family, kind = ''] = data.mediaType.split('/');
  if (family === 'image') return { type: 'image_url', image_url: { url } };
  if (family === 'audio') return writeSound(kind, data);
  if (family === 'video' || !readsFiles) return undefined;
  return { type: 'file', file: { filename: name ?? 'document.pdf', file_data: url } };
}

const sounds: ReadonlyMap<string, string> = new Map([
  ['wav', 'wav'],
  ['x-wav', 'wav'],
  ['wave', 'wav'],
  ['mp3', 'mp3'],
  ['mpeg', 'mp3'],
]);

function writeSound(kind: string, data: DataUrl): JsonObject | undefined {
  const format = sounds.get(kind);
  if (format === undefined) return undefined;
  return { type: 'input_audio', input_audio: { data: data.base64, format } };
}
