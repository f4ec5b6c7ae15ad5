/** Numbers: what was read and written, and what a text is in numbers. */

import { both, type Case, says } from '../case.ts';
import { countingFronts } from '../fronts/counting.ts';
import { embeddingFronts } from '../fronts/embedding.ts';
import { rankingFronts } from '../fronts/ranking.ts';

export const countingCases: readonly Case[] = [
  both({
    name: 'usage',
    about:
      'Eight words are read, three of them from a cache; two are thought and ten said. Shown is what the client counts, after the rule of its dialect: read (from cache) / written (thought).',
    wish: says('Tell me what you know about Cologne, please.'),
    scenario: 'cached=3!thoughts=2',
    shows: ['counts'],
  }),
  both({
    name: 'usage unknown',
    about:
      'The backend counts nothing. Nothing is made up: the counts are left out, and where the dialect must have numbers, a warning says that they are none.',
    wish: says('Hello.'),
    scenario: 'usage-lies=missing',
    shows: ['text', 'finish'],
  }),
  both({
    name: 'count tokens',
    about:
      'How long is "one two three four"? Backends that can count are asked; else the number is an estimate by what earlier answers taught, and says so.',
    wish: says('one two three four'),
    forms: ['whole'],
    fronts: countingFronts,
    shows: ['counted'],
  }),
  both({
    name: 'embeddings',
    about:
      'Two texts are embedded. The vectors must be the same by every way; backends that have none say so with 501.',
    wish: {
      turns: [
        { by: 'user', text: 'alpha' },
        { by: 'user', text: 'beta' },
      ],
    },
    forms: ['whole'],
    fronts: embeddingFronts,
    shows: ['vectors'],
  }),
  both({
    name: 'rerank',
    about:
      'Three documents are put in order, the longest first, and the best two are told by their places. Behind openai-chat stands Jina’s API, as most servers have it, behind cohere-chat Cohere’s; backends without say so with 501.',
    wish: {
      turns: [
        { by: 'user', text: 'short' },
        { by: 'user', text: 'the longest of them all' },
        { by: 'user', text: 'in the middle' },
      ],
    },
    forms: ['whole'],
    fronts: rankingFronts,
    shows: ['ranking'],
  }),
];
