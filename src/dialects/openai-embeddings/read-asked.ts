import type { Asked } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Address } from '../dialect.ts';
import { readModel } from '../openai-family/asked-fields.ts';
import { missing, wrongType } from '../openai-family/request-fields.ts';

/** What routing and policy need of an embeddings request. There are no streams of vectors. */
export function readAsked(body: JsonObject, address: Address): Asked {
  checkInput(body);
  return {
    operation: 'embeddings',
    model: readModel(body, address),
    isStream: false,
    wantsStreamUsage: false,
    outputTokensMax: undefined,
    choices: 1,
    sessionKey: undefined,
  };
}

function checkInput(body: JsonObject): void {
  const input = body['input'];
  if (input === undefined || input === null) throw missing('input');
  if (typeof input !== 'string' && !Array.isArray(input)) {
    throw wrongType('input', 'a string or an array of strings or tokens');
  }
}
