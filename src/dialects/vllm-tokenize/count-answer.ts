import type { JsonObject } from '../../model/json.ts';
import { readTokenCount } from '../../model/usage.ts';
import { readOpenAiError } from '../openai-family/error-envelope.ts';
import { type CountAnswer, lengthOfTokens } from '../tokenize-family/read-count.ts';

/** `{count, max_model_len, tokens}`, or an error as in chat. */
export const countAnswer: CountAnswer = { countOf, errorOf: readOpenAiError };

function countOf(answer: JsonObject): number | undefined {
  return readTokenCount(answer['count']) ?? lengthOfTokens(answer);
}
