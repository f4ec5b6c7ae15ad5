/** POST /v2/embed (protocols 7): vectors of floats, at most 96 at a time, and only for a purpose that is told. */
import { type Json, listIn, numberIn, stringIn } from '../json.ts';
import { type Arrived, type Operation, PlainBody } from '../operation.ts';
import { toyVector } from '../toy-vector.ts';
import { countWords } from '../words.ts';
import { cohereFailure } from './cohere-failure.ts';

const TEXTS_MAX = 96;

export const cohereEmbed: Operation = {
  name: 'cohere-embed',
  failure: cohereFailure,
  matches: (method, path) => method === 'POST' && path === '/v2/embed',
  modelOf: ({ body }) => stringIn(body.model),
  answer: { kind: 'plain', whole: embed },
};

function embed({ body }: Arrived): Json | PlainBody {
  const texts = listIn(body.texts).map(String);
  if (stringIn(body.input_type) === '') return refusal('invalid request: valid input_type must be provided');
  if (texts.length === 0) return refusal('invalid request: at least one text must be provided');
  if (texts.length > TEXTS_MAX)
    return refusal(`invalid request: total number of texts must be at most ${TEXTS_MAX}`);
  const input_tokens = texts.reduce((sum, text) => sum + countWords(text), 0);
  return {
    id: 'f5aa3e7b-fake',
    texts,
    embeddings: { float: texts.map((text) => toyVector(text, numberIn(body.output_dimension))) },
    meta: { api_version: { version: '2' }, billed_units: { input_tokens } },
    response_type: 'embeddings_by_type',
  };
}

function refusal(message: string): PlainBody {
  return new PlainBody(
    'application/json',
    Buffer.from(JSON.stringify(cohereFailure.envelope(400, message))),
    400,
  );
}
