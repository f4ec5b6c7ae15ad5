import type { Asked } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Address } from '../dialect.ts';
import { readModel } from '../openai-family/asked-fields.ts';
import { missing, readBoolean, readCount, readString, wrongType } from '../openai-family/request-fields.ts';

const COUNT_MAX = 10;

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

/** How many images; it multiplies what they cost, so it is checked here and not left to the backend. */
function readImageCount(body: JsonObject): number {
  const count = readCount(body, 'n', 1) ?? 1;
  if (count > COUNT_MAX) throw wrongType('n', `a whole number from 1 to ${COUNT_MAX}`);
  return count;
}
