import type { PartOf } from '../../model/call.ts';
import type { Warnings } from '../../model/warnings.ts';
import { isDataUrl, readDataUrl, textOfDataUrl, undecodable } from '../media-family/data-url.ts';
import { mediaTypeOf } from '../media-family/media-type.ts';
import type { WireContent, WireImage, WireSource } from './wire.ts';

const pictures: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);

/** A picture. Undefined where the route is lenient and it cannot be sent. */
export function writeImage(part: PartOf<'image'>, path: string, warnings: Warnings): WireImage | undefined {
  if (part.detail !== undefined && part.detail !== 'auto') warnings.dropped(`${path}.image_url.detail`);
  const source = writeSource(part, path, warnings);
  if (source === undefined) return undefined;
  if (source.type === 'url' || (source.type === 'base64' && pictures.has(source.media_type))) {
    return { type: 'image', source };
  }
  return refuse(
    path,
    'is no picture in JPEG, PNG, GIF or WebP, which is all this backend can see.',
    warnings,
  );
}

/** A document: PDF, or any kind of text; a picture that came as a file is seen as one. */
export function writeFile(part: PartOf<'file'>, path: string, warnings: Warnings): WireContent | undefined {
  const source = writeSource(part, path, warnings);
  if (source === undefined) return undefined;
  if (source.type === 'base64' && pictures.has(source.media_type)) return { type: 'image', source };
  if (source.type === 'base64' && source.media_type !== 'application/pdf') {
    return refuse(path, 'is neither PDF nor text, which is all this backend can read.', warnings);
  }
  return {
    type: 'document',
    source,
    ...(part.name && { title: part.name }),
    ...(part.context && { context: part.context }),
  };
}

function writeSource(
  part: PartOf<'image'> | PartOf<'file'>,
  path: string,
  warnings: Warnings,
): WireSource | undefined {
  const url = part.url ?? '';
  if (/^https?:\/\//i.test(url)) return { type: 'url', url };
  if (isDataUrl(url)) return writeInline(url, path, warnings);
  // A file id is known to the maker of the client's dialect alone, and here that is another one.
  if (part.fileId !== undefined)
    return refuse(path, 'is a file kept by another provider; send its content.', warnings);
  return refuse(
    path,
    'must have an address of its content: http(s), or data: with the content itself.',
    warnings,
  );
}

function writeInline(url: string, path: string, warnings: Warnings): WireSource {
  const data = readDataUrl(url);
  if (data === undefined) return warnings.reject(path, undecodable(path));
  const mediaType = mediaTypeOf(data);
  if (!isText(mediaType)) return { type: 'base64', media_type: mediaType, data: data.base64 };
  return { type: 'text', media_type: 'text/plain', data: textOfDataUrl(data) };
}

/** Markdown, CSV, JSON and their kin are read as the text they are. */
function isText(mediaType: string): boolean {
  return (
    mediaType.startsWith('text/') || /^application\/(?:json|xml|javascript|x-ndjson|yaml)$/.test(mediaType)
  );
}

function refuse(path: string, fault: string, warnings: Warnings): undefined {
  warnings.refuse(path, `"${path}" ${fault}`);
}
