import type { ImageChangeCall } from '../../model/call.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { fileOf, type SentFile } from '../../model/sent-file.ts';
import type { Reading } from '../dialect.ts';
import { readDataUrl, undecodable } from '../media-family/data-url.ts';
import { readModel } from '../openai-family/asked-fields.ts';
import { missing, readString, wrongType } from '../openai-family/request-fields.ts';
import { readImageCount } from './asked.ts';
import { readExtra, readResponseFormat, readSize } from './read-image-wishes.ts';

/** Where pictures stand: in a form one by one, or as the SDKs write several; in JSON as a list. */
const picturePlaces: readonly string[] = ['image', 'image[]', 'images', 'mask'];

/** OpenAI's own limit. */
const PICTURES_MAX = 16;

/** A request for pictures out of pictures as a call. */
export function readImageChange(
  body: JsonObject,
  { address, files }: Reading,
  change: ImageChangeCall['change'],
): ImageChangeCall {
  readResponseFormat(body);
  const pictures = files === undefined ? picturesInJson(body) : [...files('image'), ...files('image[]')];
  if (pictures.length === 0) throw missing(files === undefined ? 'images' : 'image');
  if (pictures.length > PICTURES_MAX) throw wrongType('image', `at most ${PICTURES_MAX} pictures`);
  return {
    kind: 'image-change',
    change,
    model: readModel(body, address) ?? '',
    prompt: readString(body, 'prompt') ?? '',
    count: readImageCount(body),
    size: readSize(body),
    pictures,
    mask: files === undefined ? pictureIn(body['mask'], 'mask') : files('mask')[0],
    extra: readExtra(body, picturePlaces),
  };
}

function picturesInJson({ images = [] }: JsonObject): SentFile[] {
  if (!Array.isArray(images)) throw wrongType('images', 'an array');
  return images.flatMap((image, at) => pictureIn(image, `images[${at}]`) ?? []);
}

/** `{"image_url": "data:…"}`. What lies elsewhere is not fetched: nobody here goes where a client points. */
function pictureIn(place: JsonValue | undefined, param: string): SentFile | undefined {
  if (place === undefined || place === null) return undefined;
  const url = isJsonObject(place) ? readString(place, 'image_url') : undefined;
  if (url === undefined || !/^data:/i.test(url)) throw elsewhere(param);
  const data = readDataUrl(url);
  if (data === undefined) throw new GatewayError('invalid_request', undecodable(param), { param });
  return fileOf(Buffer.from(data.base64, 'base64'));
}

function elsewhere(param: string): GatewayError {
  const message = `"${param}" must hold the picture itself here: a form, or "image_url" with a data: URL.`;
  return new GatewayError('unsupported_parameter', message, { param });
}
