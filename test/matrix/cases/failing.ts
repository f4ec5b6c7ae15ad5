/** Failures, before the first word and after it. */

import { both, type Case, says } from '../case.ts';
import { streamingFronts } from '../fronts/all-fronts.ts';

const failure = (status: number, knobs: string, about: string): Case =>
  both({
    name: `error ${status}`,
    about,
    wish: says('Hello.'),
    scenario: `status=${status}${knobs}`,
    shows: ['error'],
  });

export const failingCases: readonly Case[] = [
  failure(
    400,
    '!message=the+field+is+odd',
    'The backend refuses the request as wrong ("the field is odd"). The client gets 400 in its own envelope, with the words of the backend.',
  ),
  failure(
    401,
    '',
    "The backend refuses the gateway's key. That is no fault of the client's key: it gets 502, never 401.",
  ),
  failure(
    404,
    '',
    'The backend does not know the model. The client gets 404 and its own word for a model that is not there.',
  ),
  failure(
    429,
    '!retry-after=7',
    'The backend limits its rate, and says to wait for 7 seconds. The client gets 429 and the wait.',
  ),
  failure(500, '', 'The backend is broken. The client gets 502: the fault is behind the gateway.'),
  failure(529, '', "The backend is overloaded. The client gets 503, at Anthropic's front 529."),
  both({
    name: 'too long a prompt',
    about:
      "The prompt does not fit; every provider says so in its own words. They are kept, because clients read them to compact the talk, and at Anthropic's front begin as Claude Code expects.",
    wish: says('Hello.'),
    scenario: 'too-long',
    shows: ['error', 'words'],
  }),
  both({
    name: 'error in mid-stream',
    about:
      'After the first words the backend fails, with status 200 long sent. The stream must end with the failure in its own dialect, and never as a complete one ends.',
    wish: says('Hello.'),
    scenario: 'words=20!error-mid=8',
    forms: ['streamed'],
    fronts: streamingFronts,
    shows: ['text', 'ending'],
  }),
  both({
    name: 'stream that breaks off',
    about:
      'The stream of the backend ends in the middle, without a word. Nothing tells a cut answer from a whole one but its end, so the client must be told of a failure.',
    wish: says('Hello.'),
    scenario: 'words=20!end=8',
    forms: ['streamed'],
    fronts: streamingFronts,
    shows: ['text', 'ending'],
  }),
  both({
    name: 'error inside a 200',
    about:
      'The backend says 200, and the body, or the first event, is an error. It must never be taken for an answer.',
    wish: says('Hello.'),
    scenario: 'error-in-200',
    shows: ['ending'],
  }),
  both({
    name: 'page instead of an answer',
    about:
      'The backend answers 200 with a page of HTML, as a hotel does. The client gets 502, and nothing of the page.',
    wish: says('Hello.'),
    scenario: 'html',
    shows: ['text', 'ending'],
  }),
];
