/** POST /v1/moderations (protocols 2.10): whatever has the word "bad" in it is flagged, as harassment. */
import { type Json, listIn, stringIn, textIn } from '../json.ts';
import type { Arrived, Operation } from '../operation.ts';
import { openaiFailure } from './openai-failure.ts';

const CATEGORIES = [
  'harassment',
  'harassment/threatening',
  'hate',
  'hate/threatening',
  'illicit',
  'illicit/violent',
  'self-harm',
  'self-harm/instructions',
  'self-harm/intent',
  'sexual',
  'sexual/minors',
  'violence',
  'violence/graphic',
];

export const openaiModerations: Operation = {
  name: 'openai-moderations',
  failure: openaiFailure,
  matches: (method, path) => method === 'POST' && path.endsWith('/moderations'),
  modelOf: ({ body }) => stringIn(body.model),
  answer: { kind: 'plain', whole: judge },
};

function judge({ body }: Arrived): Json {
  const inputs = typeof body.input === 'string' ? [body.input] : listIn(body.input);
  return {
    id: 'modr-fake',
    model: stringIn(body.model),
    results: inputs.map((input) => verdictOn(textIn(input))),
  };
}

function verdictOn(text: string): Json {
  const flagged = text.includes('bad');
  const each = (value: (isHit: boolean) => Json) =>
    Object.fromEntries(CATEGORIES.map((name) => [name, value(flagged && name === 'harassment')]));
  return {
    flagged,
    categories: each((isHit) => isHit),
    category_scores: each((isHit) => (isHit ? 0.9 : 0.01)),
    category_applied_input_types: each(() => ['text']),
  };
}
