import type { Asked } from '../../model/call.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { readModelName } from '../ollama-family/asked-fields.ts';
import { readString, wrongType } from '../ollama-family/request-fields.ts';

/** What routing and policy need of an embeddings request. There are no streams of vectors. */
export function readAsked(body: JsonObject): Asked {
  readString(body, 'prompt');
  checkInput(body['input']);
  return {
    operation: 'embeddings',
    model: readModelName(body),
    isStream: false,
    wantsStreamUsage: false,
    outputTokensMax: undefined,
    choices: 1,
    sessionKey: undefined,
  };
}

/** Nothing to embed is fine: that loads the model. */
function checkInput(input: JsonValue | undefined): void {
  if (input === undefined || input === null || typeof input === 'string' || Array.isArray(input)) return;
  throw wrongType('input', 'a string or an array of strings');
}
