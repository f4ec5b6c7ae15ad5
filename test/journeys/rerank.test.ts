/** Documents put in order, in the two forms clients and backends have for it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';

let upstream: FakeUpstream;
let sglang: FakeUpstream;
let gateway: RunningGateway;

beforeAll(async () => {
  upstream = await startFakeUpstream();
  sglang = await startFakeUpstream({ runtime: 'sglang' });
  const price = {
    cost: { unit: '1m_tokens', models: { rank: { prompt: 0, completion: 0, request: 0.002 } } },
  };
  gateway = await startGateway({
    config: {
      backends: [
        { type: 'echo', name: 'echo' },
        {
          type: 'openai-compatible',
          name: 'jina',
          base_url: `${upstream.url}/v1`,
          supports: { rerank: ['m*'] },
        },
        {
          type: 'sglang',
          name: 'bare',
          base_url: sglang.url,
          supports: { rerank: ['bge'] },
        },
        {
          type: 'cohere',
          name: 'cohere',
          api_key: 'k',
          base_url: upstream.url,
          models: { rank: {}, 'rank!status=429': {} },
          auto_models: false,
          ...price,
        },
      ],
    },
  });
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
  await sglang?.close();
});

const documents = ['short', 'the longest of them all', { text: 'in the middle' }];
const texts = ['short', 'the longest of them all', 'in the middle'];

const post = (path: string, body: object) =>
  fetch(`${gateway.baseUrl}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}` },
    body: JSON.stringify({ query: 'which', documents, ...body }),
  });
const lastRow = () => gateway.ledgerRows().at(-1);
const sent = () => upstream.journal.work.at(-1);

it.each([
  ['/v1/rerank', 'm1'],
  ['/rerank', 'm1'],
  ['/v1/rerank', 'rank'],
])('a client of Jina’s at %s is answered by %s', async (path, model) => {
  const answer = await post(path, { model, top_n: 2 });
  expect(await answer.json()).toMatchObject({
    model,
    results: [
      { index: 1, relevance_score: 0.23, document: { text: texts[1] } },
      { index: 2, relevance_score: 0.13, document: { text: texts[2] } },
    ],
  });
  expect(lastRow()).toMatchObject({ operation: 'rerank', outcome: 'complete', model });
});

it.each(['m1', 'rank'])(
  'a client of Cohere’s is answered by %s, and its documents stay away',
  async (model) => {
    const answer = await post('/v2/rerank', { model, documents: texts, top_n: 1 });
    const body = (await answer.json()) as { results: object[]; meta: object };
    expect(body.results).toEqual([{ index: 1, relevance_score: 0.23 }]);
    expect(body.meta).toMatchObject({ billed_units: { search_units: 1 } });
  },
);

it('a backend that answers with nothing but a list is given the form its clients know', async () => {
  const answer = await post('/v1/rerank', { model: 'bge', documents: texts, top_n: 2 });
  expect(await answer.json()).toEqual({
    object: 'list',
    model: 'bge',
    results: [
      { index: 1, relevance_score: 0.23, document: { text: texts[1] } },
      { index: 2, relevance_score: 0.13, document: { text: texts[2] } },
    ],
    usage: { total_tokens: 9 },
  });
  expect(lastRow()).toMatchObject({ operation: 'rerank', backend: 'bare', prompt_tokens: 9 });
  const bare = await post('/v1/rerank', { model: 'bge', documents: texts, return_documents: false });
  expect(((await bare.json()) as { results: object[] }).results[0]).toEqual({
    index: 1,
    relevance_score: 0.23,
  });
});

it('and so it is in the form of Cohere', async () => {
  const answer = await post('/v2/rerank', { model: 'bge', documents: texts, top_n: 1 });
  const { results, meta } = (await answer.json()) as { results: object[]; meta: object };
  expect(results).toEqual([{ index: 1, relevance_score: 0.23 }]);
  expect(meta).toMatchObject({ tokens: { input_tokens: 9 } });
});

it('what goes to a backend of the same form goes as it is', async () => {
  await post('/v1/rerank', { model: 'm1', brand_new: true });
  expect(sent()?.sent).toMatchObject({ documents, brand_new: true });
});

it('what Cohere does not know is named, and its documents are texts', async () => {
  const answer = await post('/v1/rerank', { model: 'rank', brand_new: true, return_documents: false });
  expect(answer.headers.get('x-sluice-warnings')).toContain('brand_new');
  expect(((await answer.json()) as { results: object[] }).results[0]).toEqual({
    index: 1,
    relevance_score: 0.23,
  });
  expect(sent()?.sent).toEqual({ model: 'rank', query: 'which', documents: texts });
});

it('a document without a text is refused by name where only texts are compared', async () => {
  const answer = await post('/v1/rerank', { model: 'rank', documents: ['a', { image: 'data:,x' }] });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({
    error: { code: 'unsupported_parameter', param: 'documents[1]' },
  });
});

it.each([
  [{ query: null }, 'query'],
  [{ documents: [] }, 'documents'],
  [{ documents: ['a', 5] }, 'documents[1]'],
  [{ top_n: 0 }, 'top_n'],
])('%j is refused', async (members, param) => {
  const answer = await post('/v1/rerank', { model: 'rank', ...members });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ error: { param } });
});

it('tokens are counted where they are told, and searches are billed as so many requests', async () => {
  await post('/v1/rerank', { model: 'm1' });
  expect(lastRow()).toMatchObject({ operation: 'rerank', prompt_tokens: 10, completion_tokens: 0 });
  await post('/v1/rerank', { model: 'rank', documents: Array.from({ length: 250 }, () => 'a') });
  expect(lastRow()).toMatchObject({ operation: 'rerank', prompt_tokens: null, cost_micro: 6_000 });
  await post('/v2/rerank', { model: 'rank', documents: Array.from({ length: 101 }, () => 'a') });
  expect(lastRow()).toMatchObject({ cost_micro: 4_000 });
});

it('a refusal of the backend is told in the words of the surface', async () => {
  const answer = await post('/v2/rerank', { model: 'rank!status=429' });
  expect(answer.status).toBe(429);
  expect(await answer.json()).toEqual({ message: expect.any(String) });
});

it('can be tried without any model', async () => {
  const answer = await post('/v1/rerank', { model: 'echo', query: 'the middle' });
  const { results } = (await answer.json()) as { results: { index: number; relevance_score: number }[] };
  expect(results.map(({ index }) => index)).toEqual([2, 1, 0]);
});
