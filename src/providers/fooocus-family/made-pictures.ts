import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { Answer } from '../driver.ts';
import { type JobPart, tell } from '../job.ts';
import { mediaTypeOf } from './media-type.ts';
import type { PictureCall } from './wishes.ts';

/** Tells the pictures that were made; `size`: the one they must be brought to. Throws `GatewayError` if there are none. */
export function* tellPictures(
  results: readonly JsonObject[],
  call: PictureCall,
  size: PictureCall['size'],
  warnings: Warnings,
): JobPart<void> {
  const made = results.filter(({ finish_reason }) => finish_reason === 'SUCCESS');
  for (const [index, { base64: told, seed }] of made.entries()) {
    if (typeof told !== 'string' || told === '') continue;
    const bare = told.replace(/^data:[^,]*,/, '');
    const base64 = size === undefined ? bare : yield* shrunk(bare, size, warnings);
    const mediaType = mediaTypeOf(base64);
    const wanted = call.extra?.['output_format'];
    if (wanted !== undefined && mediaType !== `image/${wanted}`)
      warnings.changed('output_format', 'as_it_came');
    yield tell({ type: 'image', index, base64, mediaType, seed: readMadeSeed(seed) });
  }
  if (made.length === 0) throw nothingMade(results);
  if (made.length < call.count) warnings.changed('n', 'fewer_were_made');
}

/** A picture that is of another kind than ever seen stays large. */
function* shrunk(
  base64: string,
  { width, height }: NonNullable<PictureCall['size']>,
  warnings: Warnings,
): JobPart<string> {
  const answer: Answer = yield { shrink: { base64, width, height } };
  if (answer.text !== '') return answer.text;
  warnings.changed('size', 'as_it_came');
  return base64;
}

function nothingMade(results: readonly JsonObject[]): GatewayError {
  const isStopped = results.some(({ finish_reason }) => finish_reason === 'USER_CANCEL');
  const why = isStopped ? 'Somebody stopped the picture at the backend.' : 'The backend made no picture.';
  return new GatewayError('upstream_error', why);
}

/** It tells a number as text. */
function readMadeSeed(seed: JsonValue | undefined): number | string | undefined {
  const number = Number(seed);
  if (seed !== '' && seed !== null && Number.isSafeInteger(number)) return number;
  return typeof seed === 'string' && seed !== '' ? seed : undefined;
}
