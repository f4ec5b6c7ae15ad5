import type { JsonObject } from '../../model/json.ts';
import type { Usage } from '../../model/usage.ts';

/** Of what the tokens were is not known here: what is read is text, unless told otherwise. */
export function writeUsage(usage: Usage): JsonObject {
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: { text_tokens: usage.inputTokens, image_tokens: 0 },
    output_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
  };
}
