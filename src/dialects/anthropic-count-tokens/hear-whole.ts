import { isJsonObject, type JsonValue } from '../../model/json.ts';
import { readTokenCount } from '../../model/usage.ts';
import { readAnthropicError } from '../anthropic-family/error-envelope.ts';
import type { WholeHeard } from '../dialect.ts';

/** Counting costs nothing: the tokens it tells of were not used, so they are no usage for the ledger. */
export function hearWhole(answer: JsonValue): WholeHeard {
  const error = readAnthropicError(answer);
  if (error !== undefined) return { error };
  const inputTokens = isJsonObject(answer) ? readTokenCount(answer['input_tokens']) : undefined;
  return inputTokens === undefined ? { error: { message: "the backend's answer has no count" } } : {};
}
