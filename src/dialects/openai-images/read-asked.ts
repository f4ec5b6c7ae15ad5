import type { Asked } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Address } from '../dialect.ts';
import { readModel } from '../openai-family/asked-fields.ts';
import { missing, readBoolean, readString } from '../openai-family/request-fields.ts';
import { readImageCount } from '../openai-media-family/asked.ts';

/** What routing and policy need of an images request. Usage comes with the last event of a stream, unasked. */
export function readAsked(body: JsonObject, address: Address): Asked {
  if (readString(body, 'prompt') === undefined) throw missing('prompt');
  return {
    operation: 'images',
    model: readModel(body, address),
    isStream: readBoolean(body, 'stream'),
    wantsStreamUsage: true,
    outputTokensMax: undefined,
    choices: readImageCount(body),
    sessionKey: undefined,
  };
}
