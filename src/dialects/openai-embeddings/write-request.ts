import type { Call, EmbeddingsCall } from '../../model/call.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Writing } from '../dialect.ts';
import { withoutUndefined } from '../openai-family/without-undefined.ts';

/**
 * A call as an embeddings request. Numbers are asked for, which every server gives; the form the client wants is
 * made on the way back (T21).
 */
export function writeRequest(call: Call, writing: Writing): JsonObject {
  if (call.kind !== 'embeddings') throw notEmbeddings();
  warnOfUnplaced(call, writing);
  return withoutUndefined({
    model: call.model,
    input: call.inputs,
    dimensions: call.dimensions,
    encoding_format: 'float',
  });
}

function notEmbeddings(): GatewayError {
  return new GatewayError('operation_not_supported', 'Only vectors can be asked of an embeddings API.');
}

/** OpenAI does not ask what vectors are for. */
function warnOfUnplaced(call: EmbeddingsCall, { warnings }: Writing): void {
  if (call.purpose !== undefined) warnings.dropped('input_type');
  if (call.title !== undefined) warnings.dropped('title');
  if (call.truncates !== undefined) warnings.dropped('truncate');
  for (const name of Object.keys(call.extra)) warnings.dropped(name);
}
