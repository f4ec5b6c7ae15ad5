import type { Call, GenerationCall } from '../../model/call.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { Writing } from '../dialect.ts';
import { writeGeneration } from '../gemini-family/write-generation.ts';

export function writeRequest(call: Call, writing: Writing): JsonObject {
  if (call.kind !== 'generation') {
    throw new GatewayError('operation_not_supported', `generateContent cannot be asked for ${call.kind}.`);
  }
  refusePrefill(call, writing.warnings);
  return writeGeneration(call, writing);
}

/** Google does not go on with a turn that the client began (protocols 10.2). */
function refusePrefill({ messages }: GenerationCall, warnings: Warnings): void {
  if (messages.at(-1)?.role !== 'assistant') return;
  warnings.refuse(
    'messages',
    'This model cannot go on with an answer that is begun; end "messages" with the user.',
  );
}
