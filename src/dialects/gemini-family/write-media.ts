import type { PartOf } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { cleanBase64 } from '../media-family/base64.ts';
import { isDataUrl, readDataUrl, undecodable } from '../media-family/data-url.ts';
import { mediaTypeOf } from '../media-family/media-type.ts';
import { isFetchedByGoogle } from './google-files.ts';

/** A picture: the bytes themselves, or a place Google reads by itself; no other place is fetched (protocols 10.3). */
export function writeImage(image: PartOf<'image'>, param: string, warnings: Warnings): JsonObject[] {
  return writePlace(image.url, image.fileId, param, warnings);
}

export function writeFile(file: PartOf<'file'>, param: string, warnings: Warnings): JsonObject[] {
  const place = writePlace(file.url, file.fileId, param, warnings);
  return file.context ? [{ text: file.context }, ...place] : place;
}

/** By the book the format others call mp3 is `audio/mpeg`; Google takes `audio/mp3`. */
export function writeAudio(audio: PartOf<'audio'>, param: string, warnings: Warnings): JsonObject[] {
  const data = cleanBase64(audio.base64);
  const mimeType = `audio/${audio.format.toLowerCase()}`;
  if (data !== undefined && /^audio\/[a-z0-9.+-]+$/.test(mimeType))
    return [{ inlineData: { mimeType, data } }];
  warnings.refuse(param, `"${param}" is not a sound in base64 with a format such as "wav".`);
  return [];
}

function writePlace(
  url: string | undefined,
  fileId: string | undefined,
  param: string,
  warnings: Warnings,
): JsonObject[] {
  const uri = url ?? fileId ?? '';
  if (isFetchedByGoogle(uri)) return [{ fileData: { fileUri: uri } }];
  if (!isDataUrl(uri)) return refuse(param, notInline, warnings);
  const bytes = readDataUrl(uri);
  if (bytes === undefined) return warnings.reject(param, undecodable(param));
  return [{ inlineData: { mimeType: mediaTypeOf(bytes), data: bytes.base64 } }];
}

const notInline = 'must hold the bytes themselves as a data: URL; this model fetches none from elsewhere';

function refuse(param: string, what: string, warnings: Warnings): JsonObject[] {
  warnings.refuse(param, `"${param}" ${what}.`);
  return [];
}
