import type { EventOf } from '../../model/call-event.ts';
import { type JsonObject, stringMember } from '../../model/json.ts';
import type { Picture } from './image-item.ts';

/** Pictures between events and items: an item names the file format, an event the media type. */
export function pictureOf({ base64, mediaType, revisedPrompt }: EventOf<'image'>): Picture {
  return { base64, format: mediaType.replace(/^image\//, '').replace(/\+.*$/, ''), revisedPrompt };
}

/** Only of a URL that holds the picture itself. */
export function pictureOfUrl({ url, revisedPrompt }: EventOf<'image-url'>): Picture | undefined {
  const [head, base64] = url.startsWith('data:image/') ? url.split(';base64,') : [];
  if (head === undefined || base64 === undefined) return undefined;
  return { base64, format: head.slice('data:image/'.length).replace(/[+;].*$/, ''), revisedPrompt };
}

/** The picture an image tool made, or undefined if it made none. */
export function readPicture(item: JsonObject, index: number): EventOf<'image'> | undefined {
  const base64 = stringMember(item, 'result');
  if (!base64) return undefined;
  const format = stringMember(item, 'output_format') ?? 'png';
  const mediaType = format === 'svg' ? 'image/svg+xml' : `image/${format}`;
  return { type: 'image', index, base64, mediaType, revisedPrompt: stringMember(item, 'revised_prompt') };
}
