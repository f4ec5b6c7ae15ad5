/** POST /v1/embeddings (protocols 2.6): floats, or little-endian float32 in base64 as the SDKs ask. */

import { type Json, listIn, numberIn, stringIn } from '../json.ts';
import type { Arrived, Operation } from '../operation.ts';
import { countWords } from '../speech.ts';
import { toyVector } from '../toy-vector.ts';
import { openaiFailure } from './openai-failure.ts';

export const openaiEmbeddings: Operation = {
  name: 'openai-embeddings',
  failure: openaiFailure,
  matches: (method, path) => method === 'POST' && path.endsWith('/embeddings') && path !== '/api/embeddings',
  modelOf: ({ body }) => stringIn(body.model),
  answer: { kind: 'plain', whole: embed },
};

function embed({ body }: Arrived): Json {
  const inputs = typeof body.input === 'string' ? [body.input] : listIn(body.input).map(String);
  const tokens = inputs.reduce((sum, input) => sum + countWords(input), 0);
  const data = inputs.map((input, index) => {
    const vector = toyVector(input, numberIn(body.dimensions));
    const embedding = body.encoding_format === 'base64' ? base64Of(vector) : vector;
    return { object: 'embedding', index, embedding };
  });
  return {
    object: 'list',
    model: stringIn(body.model),
    data,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

function base64Of(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  vector.forEach((value, at) => {
    bytes.writeFloatLE(value, at * 4);
  });
  return bytes.toString('base64');
}
