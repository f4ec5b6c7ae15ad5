import type { Asked } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Address } from '../dialect.ts';
import { modelOf } from '../gemini-family/model-name.ts';
import { checkQuestion } from './question.ts';

/** What routing and policy need of a question; nothing is written, so nothing is limited. */
export function readAsked(body: JsonObject, address: Address): Asked {
  checkQuestion(body);
  return {
    operation: 'chat',
    model: modelOf(address),
    isStream: false,
    wantsStreamUsage: false,
    outputTokensMax: undefined,
    choices: 1,
    sessionKey: undefined,
  };
}
