import type { Call, Tool } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Writing } from '../dialect.ts';
import { withoutUndefined } from '../openai-family/without-undefined.ts';
import { countedCall } from '../tokenize-family/counted-call.ts';
import { writeMessage } from './write-messages.ts';

/** A talk to be counted, with the beginning of the answer that a chat would add. */
export function writeRequest(call: Call, writing: Writing): JsonObject {
  const { model, of } = countedCall(call);
  return withoutUndefined({
    model,
    messages: of.messages.map((message, at) => writeMessage(message, `messages[${at}]`, writing)),
    tools: of.tools.length === 0 ? undefined : of.tools.map(writeTool),
    add_generation_prompt: true,
  });
}

/** Nested, as in chat. */
function writeTool({ name, description, parameters }: Tool): JsonObject {
  return { type: 'function', function: withoutUndefined({ name, description, parameters }) };
}
