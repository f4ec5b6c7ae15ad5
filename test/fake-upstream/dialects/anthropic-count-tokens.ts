/** POST /v1/messages/count_tokens (protocols 3.4). */
import { stringIn } from '../json.ts';
import type { Operation } from '../operation.ts';
import { countWords } from '../words.ts';
import { readMessages } from './anthropic-asked.ts';
import { anthropicFailure } from './anthropic-failure.ts';

export const anthropicCountTokens: Operation = {
  name: 'anthropic-count-tokens',
  failure: anthropicFailure,
  matches: (method, path) => method === 'POST' && path.endsWith('/messages/count_tokens'),
  modelOf: ({ body }) => stringIn(body.model),
  answer: {
    kind: 'plain',
    whole: (arrived) => ({ input_tokens: countWords(readMessages(arrived).prompt) }),
  },
};
