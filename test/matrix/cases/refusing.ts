/** Three ways to say no. */
import { both, type Case, says } from '../case.ts';

export const refusingCases: readonly Case[] = [
  both({
    name: 'refusal by the model',
    about:
      'The model says no, in its words. The client must see the words or its own word for a refusal, never an empty success.',
    wish: says('Hello.'),
    scenario: 'refusal',
    shows: ['refusal', 'text', 'finish'],
  }),
  both({
    name: 'refusal by a filter',
    about:
      'A filter cuts the answer in half. What came stays, and the end is told in the word for it, where the backend tells (Ollama and Cohere do not).',
    wish: says('a b c d e f'),
    scenario: 'refusal=filter',
    shows: ['text', 'finish'],
  }),
  both({
    name: 'refusal of the prompt',
    about:
      'The prompt is refused before a word is said: OpenAI, Azure and Cohere answer 400, Gemini 200 without an answer. Each client must be told in the way of its own dialect.',
    wish: says('Hello.'),
    scenario: 'refusal=prompt',
    shows: ['refusal', 'text', 'finish'],
  }),
];
