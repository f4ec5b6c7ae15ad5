import type { Call } from '../../model/call.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Writing } from '../dialect.ts';
import { resourceName } from '../gemini-family/model-name.ts';
import { writeGeneration } from '../gemini-family/write-generation.ts';

/** The whole request, for tools and instructions are counted, too; it must name the model once more. */
export function writeRequest(call: Call, writing: Writing): JsonObject {
  if (call.kind !== 'count') {
    throw new GatewayError('operation_not_supported', `countTokens cannot be asked for ${call.kind}.`);
  }
  const question = writeGeneration({ ...call.of, model: call.model }, writing);
  return { generateContentRequest: { model: resourceName(call.model), ...question } };
}
