import { arrayMember, isJsonObject, type JsonValue } from '../../model/json.ts';
import { readAnthropicError } from '../anthropic-family/error-envelope.ts';
import type { WholeHeard } from '../dialect.ts';
import { readUsage } from './usage.ts';

/** What a whole answer, or a refusal, says about itself; a 200 without content is no answer. */
export function hearWhole(answer: JsonValue): WholeHeard {
  if (!isJsonObject(answer)) return { error: { message: "the backend's answer is not a JSON object" } };
  const error = readAnthropicError(answer);
  if (error !== undefined) return { error };
  const usage = readUsage(answer['usage']);
  if (arrayMember(answer, 'content') !== undefined) return { usage };
  return { usage, error: { message: "the backend's answer has no content" } };
}
