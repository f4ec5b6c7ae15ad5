import type { PartOf } from '../../model/call.ts';
import type { CallEvent } from '../../model/call-event.ts';
import {
  arrayMember,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectMember,
  stringMember,
} from '../../model/json.ts';
import { readDataUrl } from '../media-family/data-url.ts';

/** `images[]` of a message or delta: OpenRouter's place for pictures a chat model made (protocols 10.3). */

/** As parts of an assistant's earlier message. */
export function readImages(message: JsonObject): PartOf<'image'>[] {
  return urlsOf(message).map((url) => ({ type: 'image', url }));
}

/** As events of an answer; `first` is how many there were before. */
export function readImageEvents(message: JsonObject, first: number): CallEvent[] {
  return urlsOf(message).map((url, at) => asEvent(url, first + at));
}

function asEvent(url: string, index: number): CallEvent {
  const data = readDataUrl(url);
  if (data === undefined) return { type: 'image-url', index, url };
  return { type: 'image', index, base64: data.base64, mediaType: data.mediaType || 'image/png' };
}

export function writeImage(url: string, index: number): JsonObject {
  return { type: 'image_url', index, image_url: { url } };
}

/** The URL that shows the picture of an event. */
export function urlOfEvent(event: Extract<CallEvent, { type: 'image' | 'image-url' }>): string {
  return event.type === 'image' ? `data:${event.mediaType};base64,${event.base64}` : event.url;
}

function urlsOf(message: JsonObject): string[] {
  return (arrayMember(message, 'images') ?? []).map(urlOf).filter((url) => url !== undefined);
}

function urlOf(image: JsonValue): string | undefined {
  if (!isJsonObject(image)) return undefined;
  return stringMember(objectMember(image, 'image_url') ?? image, 'url');
}
