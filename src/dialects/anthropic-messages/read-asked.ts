import type { Asked } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import { checkMessages, readModelName, readSessionKey } from '../anthropic-family/asked-fields.ts';
import { readBoolean, readCount } from '../anthropic-family/request-fields.ts';

/** What routing and policy need. Runs on every call: it allocates its result and nothing else. */
export function readAsked(body: JsonObject): Asked {
  checkMessages(body);
  return {
    operation: 'chat',
    model: readModelName(body),
    isStream: readBoolean(body, 'stream') ?? false,
    // Every stream of this dialect carries usage.
    wantsStreamUsage: true,
    // Its absence is the backend's to refuse.
    outputTokensMax: readCount(body, 'max_tokens'),
    choices: 1,
    sessionKey: readSessionKey(body),
  };
}
