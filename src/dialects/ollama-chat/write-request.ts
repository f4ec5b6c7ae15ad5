import type { Call } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Writing } from '../dialect.ts';
import { notOurs } from '../ollama-family/error-envelope.ts';
import { writeShared } from '../ollama-family/write-shared.ts';
import type { WireRequest } from './wire.ts';
import { writeMessages } from './write-messages.ts';
import { writeTools } from './write-tools.ts';

/** A call as a chat request. Its end of stream has usage without being asked. */
export function writeRequest(call: Call, writing: Writing): JsonObject {
  if (call.kind !== 'generation') throw notOurs(call.kind);
  const { warnings } = writing;
  if (call.isRawPrompt) warnings.changed('prompt', 'sent_as_message');
  if (call.suffix) warnings.refuse('suffix', 'A chat has no place for "suffix"; leave it out.');
  const tools = writeTools(call, warnings);
  const request: WireRequest = {
    model: call.model,
    messages: writeMessages(call.messages, warnings),
    ...(tools.length > 0 && { tools }),
    ...writeShared(call, writing),
  };
  return request;
}
