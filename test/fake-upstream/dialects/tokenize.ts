/**
 * POST /tokenize, which two servers have: vLLM takes a prompt or messages and a model, llama-server takes `content`.
 * A token is a word here too, so that the count is the one in `usage`.
 */
import type { Json } from '../json.ts';
import { stringIn, textIn } from '../json.ts';
import type { Arrived, Operation } from '../operation.ts';
import { countWords } from '../words.ts';
import { readChat } from './openai-asked.ts';
import { openaiFailure } from './openai-failure.ts';

export const tokenize: Operation = {
  name: 'tokenize',
  failure: openaiFailure,
  matches: (method, path) => method === 'POST' && path === '/tokenize',
  modelOf: ({ body }) => stringIn(body.model),
  answer: { kind: 'plain', whole: tokensOf },
};

export function tokensOf(arrived: Arrived): Json {
  const { content, prompt, messages } = arrived.body;
  if (content !== undefined) return { tokens: numbersFor(textIn(content)) };
  const tokens = numbersFor(messages === undefined ? textIn(prompt) : readChat(arrived).prompt);
  return { count: tokens.length, max_model_len: 8192, tokens, token_strs: null };
}

function numbersFor(text: string): number[] {
  return Array.from({ length: countWords(text) }, (_, at) => at + 1);
}
