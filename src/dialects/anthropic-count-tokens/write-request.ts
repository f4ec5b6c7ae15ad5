import type { Call } from '../../model/call.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';
import { traitsOf } from '../anthropic-family/model-traits.ts';
import { writeQuestion } from '../anthropic-family/write-question.ts';
import type { Writing } from '../dialect.ts';

/** The question without all that only steers the answer: the API refuses those members here. */
export function writeRequest(call: Call, writing: Writing): JsonObject {
  if (call.kind !== 'count') {
    throw new GatewayError(
      'operation_not_supported',
      `Anthropic's token count cannot carry a call for ${call.kind}.`,
    );
  }
  const traits = traitsOf(call.model);
  const tokensMax = call.of.outputTokensMax ?? writing.outputTokensMax ?? traits.outputTokensMax;
  return { model: call.model, ...writeQuestion(call.of, traits, tokensMax, writing).wire };
}
