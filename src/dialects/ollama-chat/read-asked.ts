import type { Asked } from '../../model/call.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { readModelName, readTokensMax, wantsStream } from '../ollama-family/asked-fields.ts';
import { wrongType } from '../ollama-family/request-fields.ts';
import { rolesByWire } from './roles.ts';

/** What routing and policy need of a chat request. Runs on every call: it allocates its result and nothing else. */
export function readAsked(body: JsonObject): Asked {
  checkMessages(body['messages']);
  return {
    operation: 'chat',
    model: readModelName(body),
    isStream: wantsStream(body),
    // The last line of a stream has the counts, always.
    wantsStreamUsage: true,
    outputTokensMax: readTokensMax(body),
    choices: 1,
    sessionKey: undefined,
  };
}

/** No messages at all are fine: that loads the model (protocols 5). */
function checkMessages(messages: JsonValue | undefined): void {
  if (messages === undefined || messages === null) return;
  if (!Array.isArray(messages)) throw wrongType('messages', 'an array');
  for (let at = 0; at < messages.length; at++) checkMessage(messages[at], at);
}

function checkMessage(message: unknown, at: number): void {
  if (!isJsonObject(message)) throw wrongType(`messages[${at}]`, 'an object');
  const role = message['role'];
  if (typeof role !== 'string' || !rolesByWire.has(role)) {
    throw wrongType(`messages[${at}].role`, `one of ${[...rolesByWire.keys()].join(', ')}`);
  }
}
