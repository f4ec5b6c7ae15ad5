import type { PartOf } from '../../model/call.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { cleanBase64 } from '../media-family/base64.ts';
import { isDataUrl, readDataUrl } from '../media-family/data-url.ts';
import { pictureType } from './picture-type.ts';
import { readList, wrongType } from './request-fields.ts';

/** The `images` of a message or prompt: bare base64 (some clients send data: URLs) as parts. */
export function readImages(holder: JsonObject, path = ''): PartOf<'image'>[] {
  return readList(holder, 'images', path).map((image, at) => readImage(image, `${path}images[${at}]`));
}

function readImage(image: JsonValue, path: string): PartOf<'image'> {
  const base64 = typeof image === 'string' ? readBytes(image) : undefined;
  if (base64 === undefined) throw wrongType(path, 'a picture in base64');
  const mediaType = pictureType(base64);
  if (mediaType === undefined) throw wrongType(path, 'a picture: PNG, JPEG, GIF, WebP or BMP');
  return { type: 'image', url: `data:${mediaType};base64,${base64}` };
}

function readBytes(image: string): string | undefined {
  return isDataUrl(image) ? readDataUrl(image)?.base64 : cleanBase64(image);
}
