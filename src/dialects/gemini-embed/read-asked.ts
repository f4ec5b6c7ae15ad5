import type { Asked } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Address } from '../dialect.ts';
import { modelOf } from '../gemini-family/model-name.ts';
import { requestsOf } from './requests.ts';

/** What routing and policy need of an embeddings request. There are no streams of vectors. */
export function readAsked(body: JsonObject, address: Address): Asked {
  requestsOf(body, address);
  return {
    operation: 'embeddings',
    model: modelOf(address),
    isStream: false,
    wantsStreamUsage: false,
    outputTokensMax: undefined,
    choices: 1,
    sessionKey: undefined,
  };
}
