import type { GenerationSpellings } from '../../model/spelling.ts';
import { chatSpellings } from '../openai-family/spellings.ts';

/**
 * What the Responses API calls the members of a call. Several items are one message here, so a place in the talk cannot
 * be told by its number.
 */
export const responsesSpellings: GenerationSpellings = {
  ...chatSpellings,
  messages: 'input',
  prompt: 'input',
  is_error: 'input',
  tools: (rest) => `tools${rest}`,
  max_tokens: 'max_output_tokens',
  logprobs: ['top_logprobs', 'include'],
  response_format: 'text.format',
  reasoning_effort: 'reasoning.effort',
  verbosity: 'text.verbosity',
};
