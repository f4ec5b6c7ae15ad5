import type { CallEvent } from '../../model/call-event.ts';
import type { WireImage } from './wire.ts';

export type ImageEvent = Extract<CallEvent, { type: 'image' | 'image-url' }>;

/** A client that wants links gets a link that holds the picture, for nothing is stored that another could point to. */
export function writeImage(image: ImageEvent, wantsUrl: boolean): WireImage {
  const revised = image.revisedPrompt === undefined ? {} : { revised_prompt: image.revisedPrompt };
  if (image.type === 'image-url') return { url: image.url, ...revised };
  if (wantsUrl) return { url: `data:${image.mediaType};base64,${image.base64}`, ...revised };
  return { b64_json: image.base64, ...revised };
}
