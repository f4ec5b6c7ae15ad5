import type { CallEvent } from '../../model/call-event.ts';
import type { WriterContext } from '../dialect.ts';
import type { WireImage } from './images-wire.ts';

export type ImageEvent = Extract<CallEvent, { type: 'image' | 'image-url' }>;

/**
 * A client that wants links gets one of this house, for those of the backend may lead where it cannot go; where
 * nothing can be kept, one that holds the picture itself.
 */
export function writeImage(
  image: ImageEvent,
  wantsUrl: boolean,
  host: WriterContext['hostPicture'],
): WireImage {
  const more = {
    ...(image.revisedPrompt === undefined ? {} : { revised_prompt: image.revisedPrompt }),
    ...(image.seed === undefined ? {} : { seed: image.seed }),
  };
  if (image.type === 'image-url') return { url: image.url, ...more };
  if (!wantsUrl) return { b64_json: image.base64, ...more };
  const url = host?.(image.base64, image.mediaType) ?? `data:${image.mediaType};base64,${image.base64}`;
  return { url, ...more };
}
