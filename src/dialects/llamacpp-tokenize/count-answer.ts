import { readOpenAiError } from '../openai-family/error-envelope.ts';
import { type CountAnswer, lengthOfTokens } from '../tokenize-family/read-count.ts';

/** `{tokens}`, or an error as in chat. */
export const countAnswer: CountAnswer = { countOf: lengthOfTokens, errorOf: readOpenAiError };
