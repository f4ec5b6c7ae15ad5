/** Vectors a backend really made, through every front that has them. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { at, listAt } from './folds/loose.ts';
import { recordingOf } from './recordings.ts';
import { type ReplayingGateway, startReplayingGateway } from './replaying-gateway.ts';

let house: ReplayingGateway;

beforeAll(async () => {
  house = await startReplayingGateway();
});
afterAll(() => house?.stop());

interface VectorFront {
  readonly name: string;
  path(model: string): string;
  body(model: string, texts: readonly string[]): object;
  vectors(answer: unknown): unknown[];
}

const fronts: readonly VectorFront[] = [
  {
    name: 'openai',
    path: () => '/v1/embeddings',
    body: (model, input) => ({ model, input, encoding_format: 'float' }),
    vectors: (answer) => listAt(answer, 'data').map((item) => at(item, 'embedding')),
  },
  {
    name: 'openai, base64',
    path: () => '/v1/embeddings',
    body: (model, input) => ({ model, input, encoding_format: 'base64' }),
    vectors: (answer) => listAt(answer, 'data').map((item) => floatsOf(String(at(item, 'embedding')))),
  },
  {
    name: 'ollama',
    path: () => '/api/embed',
    body: (model, input) => ({ model, input }),
    vectors: (answer) => [...listAt(answer, 'embeddings')],
  },
  {
    name: 'gemini',
    path: (model) => `/v1beta/models/${model}:batchEmbedContents`,
    body: (model, texts) => ({
      requests: texts.map((text) => ({ model: `models/${model}`, content: { parts: [{ text }] } })),
    }),
    vectors: (answer) => listAt(answer, 'embeddings').map((item) => at(item, 'values')),
  },
];

function floatsOf(base64: string): number[] {
  const bytes = Buffer.from(base64, 'base64');
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4));
}

const recorded: readonly (readonly [string, (answer: unknown) => unknown[]])[] = [
  [
    'openai-embeddings--openai-embedding-whole',
    (answer) => listAt(answer, 'data').map((item) => at(item, 'embedding')),
  ],
  ['cohere-embed--cohere-embedding-whole', (answer) => [...listAt(answer, 'embeddings', 'float')]],
];

const cases = recorded.flatMap(([id, read]) => fronts.map((front) => [id, front.name, front, read] as const));

it.each(cases)('%s, asked for through %s', async (id, _name, front, read) => {
  const expected = read(JSON.parse(recordingOf(id)?.payloads[0] ?? '')) as number[][];
  expect(expected.length).toBeGreaterThan(0);
  const model = `rec-${id}`;
  const texts = expected.map((_, index) => `text ${index}`);
  const response = await fetch(house.gateway.baseUrl + front.path(model), {
    method: 'POST',
    headers: { authorization: `Bearer ${house.gateway.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(front.body(model, texts)),
  });
  const answer: unknown = await response.json();
  expect(response.status, JSON.stringify(answer).slice(0, 300)).toBe(200);
  const given = front.vectors(answer) as number[][];
  expect(given).toHaveLength(expected.length);
  given.forEach((vector, at) => {
    expect(vector).toHaveLength(expected[at]?.length ?? -1);
    vector.forEach((value, index) => {
      expect(value).toBeCloseTo(expected[at]?.[index] ?? Number.NaN, 6);
    });
  });
});
