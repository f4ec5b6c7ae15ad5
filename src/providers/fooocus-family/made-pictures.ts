import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { type JobPart, tell } from '../job.ts';
import { mediaTypeOf } from './media-type.ts';
import type { PictureCall } from './wishes.ts';

export function* tellPictures(
  results: readonly JsonObject[],
  call: PictureCall,
  warnings: Warnings,
): JobPart<void> {
  const made = results.filter(({ finish_reason }) => finish_reason === 'SUCCESS');
  for (const [index, { base64, seed }] of made.entries()) {
    if (typeof base64 !== 'string' || base64 === '') continue;
    const bare = base64.replace(/^data:[^,]*,/, '');
    const mediaType = mediaTypeOf(bare);
    const wanted = call.extra?.['output_format'];
    if (wanted !== undefined && mediaType !== `image/${wanted}`)
      warnings.changed('output_format', 'as_it_came');
    yield tell({ type: 'image', index, base64: bare, mediaType, seed: readMadeSeed(seed) });
  }
  if (made.length === 0) throw nothingMade(results);
  if (made.length < call.count) warnings.changed('n', 'fewer_were_made');
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
