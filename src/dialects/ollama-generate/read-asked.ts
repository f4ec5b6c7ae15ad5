import type { Asked } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import { readModelName, readTokensMax, wantsStream } from '../ollama-family/asked-fields.ts';
import { readString } from '../ollama-family/request-fields.ts';

/** What routing and policy need of a generate request. No prompt at all is fine: that loads the model. */
export function readAsked(body: JsonObject): Asked {
  readString(body, 'prompt');
  return {
    operation: 'completions',
    model: readModelName(body),
    isStream: wantsStream(body),
    // The last line of a stream has the counts, always.
    wantsStreamUsage: true,
    outputTokensMax: readTokensMax(body),
    choices: 1,
    sessionKey: undefined,
  };
}
