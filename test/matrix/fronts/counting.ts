/** Clients that ask how long a question is. */
import { numberIn } from '../../fake-upstream/json.ts';
import { messagesOf } from './anthropic-messages.ts';
import type { Front } from './front.ts';
import { contentsOf, geminiError } from './gemini-generate.ts';
import { anthropicError } from './hear-message.ts';

export const countingFronts: readonly Front[] = [
  {
    name: 'anthropic count_tokens',
    family: 'anthropic',
    ask: ({ turns }, { model }) => ({
      path: '/v1/messages/count_tokens',
      body: { model, messages: messagesOf(turns) },
    }),
    hearWhole: ({ input_tokens }, told) => {
      told.input = numberIn(input_tokens);
      told.isComplete = true;
    },
    hearError: anthropicError,
  },
  {
    name: 'gemini countTokens',
    family: 'gemini',
    ask: ({ turns }, { model }) => ({
      path: `/v1beta/models/${model}:countTokens`,
      body: { contents: contentsOf(turns) },
    }),
    hearWhole: ({ totalTokens }, told) => {
      told.input = numberIn(totalTokens);
      told.isComplete = true;
    },
    hearError: geminiError,
  },
];
