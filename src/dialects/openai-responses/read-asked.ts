import type { Asked } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Address } from '../dialect.ts';
import { readModel, readTokensMax } from '../openai-family/asked-fields.ts';
import { missing, readBoolean, readString, wrongType } from '../openai-family/request-fields.ts';

/** What routing and policy need of a Responses request. Usage always comes with its last event, unasked. */
export function readAsked(body: JsonObject, address: Address): Asked {
  checkInput(body);
  return {
    operation: 'responses',
    model: readModel(body, address),
    isStream: readBoolean(body, 'stream'),
    wantsStreamUsage: true,
    outputTokensMax: readTokensMax(body, 'max_output_tokens'),
    choices: 1,
    sessionKey: readString(body, 'prompt_cache_key'),
  };
}

/** Members that bring input of their own from what a stateful backend stores; with them `input` may be absent. */
const storedInput = ['prompt', 'previous_response_id', 'conversation'] as const;

function checkInput(body: JsonObject): void {
  const input = body['input'];
  if (typeof input === 'string' || Array.isArray(input)) return;
  if (input !== undefined && input !== null) throw wrongType('input', 'a string or an array of items');
  if (!storedInput.some((name) => isGiven(body, name))) throw missing('input');
}

function isGiven(body: JsonObject, name: string): boolean {
  return body[name] !== undefined && body[name] !== null;
}
