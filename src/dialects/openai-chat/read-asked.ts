import type { Asked } from '../../model/call.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { Address } from '../dialect.ts';
import { readModel, readStreamUsageWish, readTokensMax } from '../openai-family/asked-fields.ts';
import { missing, readBoolean, readCount, readString, wrongType } from '../openai-family/request-fields.ts';
import { isResponsesBody } from './responses-body.ts';
import { rolesByWire } from './roles.ts';

/** What routing and policy need of a chat request. Runs on every call: it allocates its result and nothing else. */
export function readAsked(body: JsonObject, address: Address): Asked {
  if (!isResponsesBody(body)) checkMessages(body['messages']);
  return {
    operation: 'chat',
    model: readModel(body, address),
    isStream: readBoolean(body, 'stream'),
    wantsStreamUsage: readStreamUsageWish(body),
    outputTokensMax: readOutputTokensMax(body),
    choices: readCount(body, 'n', 1) ?? 1,
    sessionKey: readString(body, 'prompt_cache_key') || undefined,
  };
}

/** The new name wins over the old one; the third is that of a Responses body. */
function readOutputTokensMax(body: JsonObject): number | undefined {
  return (
    readTokensMax(body, 'max_completion_tokens') ??
    readTokensMax(body, 'max_tokens') ??
    (isResponsesBody(body) ? readTokensMax(body, 'max_output_tokens') : undefined)
  );
}

function checkMessages(messages: JsonValue | undefined): void {
  if (messages === undefined || messages === null) throw missing('messages');
  if (!Array.isArray(messages) || messages.length === 0) {
    throw wrongType('messages', 'an array with at least one message');
  }
  for (let at = 0; at < messages.length; at++) checkMessage(messages[at], at);
}

function checkMessage(message: unknown, at: number): void {
  if (!isJsonObject(message)) throw wrongType(`messages[${at}]`, 'an object');
  const role = message['role'];
  if (typeof role !== 'string' || !rolesByWire.has(role)) {
    throw wrongType(`messages[${at}].role`, `one of ${[...rolesByWire.keys()].join(', ')}`);
  }
}
