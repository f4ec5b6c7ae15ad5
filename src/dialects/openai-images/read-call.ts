import type { ImagesCall } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Reading } from '../dialect.ts';
import { readString } from '../openai-family/request-fields.ts';
import { readExtra, readResponseFormat, readSize } from '../openai-media-family/read-image-wishes.ts';
import { readAsked } from './read-asked.ts';

/** An images request as a call. */
export function readCall(body: JsonObject, { address }: Reading): ImagesCall {
  const asked = readAsked(body, address);
  readResponseFormat(body);
  return {
    kind: 'images',
    model: asked.model ?? '',
    prompt: readString(body, 'prompt') ?? '',
    count: asked.choices,
    size: readSize(body),
    extra: readExtra(body),
  };
}
