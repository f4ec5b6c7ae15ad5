/** What is wished for beside the talk: limits, sampling, thinking, the form of the answer. */
import { type Question, says } from './question.ts';

const turns = [says('Hello')];
const schema = {
  type: 'object',
  properties: { city: { type: 'string' }, size: { type: 'integer', minimum: 1 } },
  required: ['city', 'size'],
  additionalProperties: false,
};
const notOpenAi = ['anthropic-messages', 'gemini-generate', 'ollama-chat', 'cohere-chat', 'openai-responses'];

export const wishes: readonly Question[] = [
  { name: 'a limit', turns, tokensMax: 100 },
  { name: 'a very small limit', turns, tokensMax: 1 },
  { name: 'one stop', turns, stop: ['END'], refusedBy: ['openai-responses'] },
  { name: 'four stops', turns, stop: ['a', 'b', 'c', 'd'], refusedBy: ['openai-responses'] },
  { name: 'a stop of blanks', turns, stop: ['\n\n'], refusedBy: ['openai-responses'] },
  { name: 'a low temperature', turns, temperature: 0 },
  { name: 'a high temperature', turns, temperature: 1.7 },
  { name: 'all the probability', turns, topP: 1 },
  { name: 'half the probability', turns, topP: 0.5, topK: 20 },
  { name: 'penalties', turns, presence: 0.5, frequency: 1.5 },
  { name: 'rewards', turns, presence: -0.5, frequency: -1.5 },
  { name: 'a seed', turns, seed: 42 },
  { name: 'a user', turns, user: 'user-1234' },
  { name: 'a user with an address', turns, user: 'somebody@example.com' },
  { name: 'thinking off', turns, effort: 'none' },
  { name: 'a little thinking', turns, effort: 'low' },
  { name: 'thinking', turns, effort: 'medium', tokensMax: 20_000 },
  { name: 'much thinking with a small limit', turns, effort: 'high', tokensMax: 600 },
  {
    name: 'thinking with sampling',
    turns,
    effort: 'high',
    tokensMax: 30_000,
    temperature: 0.3,
    topP: 0.5,
    topK: 5,
  },
  { name: 'JSON', turns: [says('Answer in JSON')], wantsJson: true },
  { name: 'a schema', turns, schema },
  {
    name: 'a schema and tools',
    turns,
    schema,
    tools: [{ name: 'look_up' }],
    refusedBy: ['cohere-chat', 'gemini-generate'],
  },
  { name: 'two answers', turns, answers: 2, refusedBy: notOpenAi },
  { name: 'probabilities', turns, probabilities: 2, refusedBy: ['anthropic-messages', 'cohere-chat'] },
];
