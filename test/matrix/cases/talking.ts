/** Plain talk, in all the forms it comes in. */

import { both, type Case, says } from '../case.ts';
import { streamingFronts } from '../fronts/all-fronts.ts';

export const LONG_WORDS = 131_072;

export const talkingCases: readonly Case[] = [
  both({
    name: 'text',
    about:
      'The user says "Grüße, 世界 👋" and wants the answer whole. Every cell must have the same text, the word of its own dialect for a natural end, and the tokens read and written.',
    wish: says('Grüße, 世界 👋'),
    forms: ['whole'],
    shows: ['text', 'finish', 'tokens'],
  }),
  both({
    name: 'stream',
    about:
      'The same, streamed; Gemini has two forms of stream. Every cell must be as if the answer had come whole.',
    wish: says('Grüße, 世界 👋'),
    forms: ['streamed'],
    fronts: streamingFronts,
    shows: ['text', 'finish', 'tokens'],
  }),
  both({
    name: 'stream in splinters',
    about:
      'The backend writes three bytes at a time, cuts letters in two, ends lines with CRLF and sends comments in between. Nothing of that may be seen in the text.',
    wish: says('Hi'),
    scenario: 'bytes=3!split-utf8!crlf!comments',
    forms: ['streamed'],
    fronts: streamingFronts,
    shows: ['text', 'finish'],
  }),
  both({
    name: 'whole instead of streamed',
    about: 'A stream was asked for, but the backend answers whole. The client gets the stream it asked for.',
    wish: says('Hello.'),
    scenario: 'json-instead-of-stream',
    forms: ['streamed'],
    fronts: streamingFronts,
    shows: ['text', 'finish', 'tokens'],
  }),
  both({
    name: 'streamed instead of whole',
    about: 'A whole answer was asked for, but the backend streams. The client gets the whole it asked for.',
    wish: says('Hello.'),
    scenario: 'sse-instead-of-json',
    forms: ['whole'],
    shows: ['text', 'finish'],
  }),
  both({
    name: 'empty answer',
    about:
      'The backend ends without a word, and without a reason. That is no failure: the client gets an empty text and a natural end.',
    wish: says('Hello.'),
    scenario: 'empty',
    shows: ['text', 'finish', 'tokens'],
  }),
  both({
    name: '1 MB prompt',
    about: `A prompt of ${LONG_WORDS} words and one megabyte. All of it must arrive, so that many tokens are counted.`,
    wish: says('1234567 '.repeat(LONG_WORDS).trim()),
    scenario: 'words=3',
    forms: ['whole'],
    shows: ['text', 'tokens'],
  }),
  both({
    name: 'system message in the middle',
    about:
      'After a question and an answer the system says "Be brief.", then the user goes on. It must reach the backend at its place, never in front of the talk; where there is no such role it stands in the text of the user, marked.',
    wish: {
      turns: [
        { by: 'user', text: 'First.' },
        { by: 'assistant', text: 'Second.' },
        { by: 'system', text: 'Be brief.' },
        { by: 'user', text: 'Third.' },
      ],
    },
    shows: ['text'],
  }),
  both({
    name: 'thinking',
    about:
      'The client wants moderate thinking, and to read it. Thoughts must stand where its dialect has them, apart from the text.',
    wish: { ...says('Hello.'), thinks: true },
    scenario: 'thoughts=3',
    shows: ['thoughts', 'text', 'tokens'],
  }),
];
