import type { Asked } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import { checkMessages, readModelName, readSessionKey } from '../anthropic-family/asked-fields.ts';

/** What routing and policy need. Nothing is written and nothing streamed, whatever else the body says. */
export function readAsked(body: JsonObject): Asked {
  checkMessages(body);
  return {
    operation: 'chat',
    model: readModelName(body),
    isStream: false,
    wantsStreamUsage: true,
    outputTokensMax: undefined,
    choices: 1,
    sessionKey: readSessionKey(body),
  };
}
