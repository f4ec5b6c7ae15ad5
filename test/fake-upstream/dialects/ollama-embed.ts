/** Ollama's vectors: POST /api/embed, and the older /api/embeddings for one prompt. */
import { type Json, listIn, numberIn, stringIn } from '../json.ts';
import type { Arrived, Operation } from '../operation.ts';
import { toyVector } from '../toy-vector.ts';
import { countWords } from '../words.ts';
import { lookUp } from './ollama-models.ts';

export const ollamaEmbeds: readonly Operation[] = [
  lookUp('ollama-embed', 'POST', '/api/embed', embed),
  lookUp('ollama-embeddings', 'POST', '/api/embeddings', ({ body }) => ({
    embedding: toyVector(stringIn(body.prompt)),
  })),
];

function embed({ body }: Arrived): Json {
  const inputs = typeof body.input === 'string' ? [body.input] : listIn(body.input).map(String);
  return {
    model: stringIn(body.model),
    embeddings: inputs.map((input) => toyVector(input, numberIn(body.dimensions))),
    total_duration: 2_000_000,
    load_duration: 1_000_000,
    prompt_eval_count: inputs.reduce((sum, input) => sum + countWords(input), 0),
  };
}
