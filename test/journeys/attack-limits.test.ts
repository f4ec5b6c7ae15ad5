/** Ways to have more than a budget allows, each of which has worked once. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { waitFor } from '../support/wait-for.ts';

const appIds = ['untold', 'less-than-nothing', 'leaver', 'early-leaver', 'painter', 'reader'];
const keyOf = (appId: string) => `sk-of-${appId}-0001`;

let upstream: FakeUpstream;
let gateway: RunningGateway;

beforeAll(async () => {
  upstream = await startFakeUpstream();
  gateway = await startGateway({
    config: {
      apps: appIds.map((app_id) => ({
        app_id,
        api_keys: [keyOf(app_id)],
        cost_limit: { period: 'day', limit: 0.01 },
      })),
      backends: [
        {
          type: 'openai-compatible',
          name: 'fake',
          base_url: `${upstream.url}/v1`,
          concurrency: 100,
          supports: { chat: ['*'], images: ['*'], embeddings: ['*'] },
          cost: { unit: '1m_tokens', default: { prompt: 1, completion: 1 } },
        },
      ],
    },
  });
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

async function ask(
  appId: string,
  body: object,
  path = 'chat/completions',
  signal = AbortSignal.timeout(60_000),
) {
  const answer = await fetch(`${gateway.baseUrl}/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${keyOf(appId)}` },
    body: JSON.stringify(body),
    signal,
  });
  await answer.arrayBuffer();
  return answer.status;
}

const says = (content: string) => [{ role: 'user', content }];
const rowsOf = (appId: string) => gateway.ledgerRows().filter(({ app_id }) => app_id === appId);

it.each([
  ['untold', 'm!words=900!usage-lies=missing'],
  ['less-than-nothing', 'm!words=900!usage-lies=negative'],
])(
  '%s: a whole answer is charged by its length where the backend tells no usage that could be',
  async (appId, model) => {
    const statuses: number[] = [];
    for (let nth = 0; nth < 13; nth++)
      statuses.push(await ask(appId, { model, max_tokens: 900, messages: says('Hi') }));
    expect(statuses.filter((status) => status === 200)).toHaveLength(11);
    for (const row of rowsOf(appId).filter(({ outcome }) => outcome === 'complete'))
      expect(row).toMatchObject({ is_usage_estimated: 1, completion_tokens: 900 });
  },
);

it.each([
  ['leaver', 'm!stall-before-headers', false],
  ['early-leaver', 'm!think=20000', true],
])(
  '%s: who leaves before the first word has had the question read all the same',
  async (appId, model, stream) => {
    const leaving = new AbortController();
    const before = upstream.journal.work.length;
    const asking = ask(
      appId,
      { model, stream, max_tokens: 10, messages: says('word '.repeat(200)) },
      undefined,
      leaving.signal,
    );
    await waitFor('the backend to be asked', () => upstream.journal.work.length > before);
    leaving.abort();
    await expect(asking).rejects.toThrow();
    await waitFor('the entry', () => rowsOf(appId).length === 1);
    const [row] = rowsOf(appId);
    expect(row).toMatchObject({ outcome: 'cancelled', is_usage_estimated: 1, completion_tokens: 0 });
    expect(Number(row?.['cost_micro'])).toBeGreaterThan(150);
  },
);

it('pictures that are paid for by tokens are not drawn where the money could not be enough', async () => {
  expect(await ask('painter', { model: 'm', prompt: 'a gate', n: 2 }, 'images/generations')).toBe(429);
  expect(await ask('painter', { model: 'm', prompt: 'a gate' }, 'images/generations')).toBe(200);
});

it('a text without a blank is read as one, and not as a picture', async () => {
  const dense = '山高水長'.repeat(5_000);
  expect(await ask('reader', { model: 'm', max_tokens: 1, messages: says(dense) })).toBe(429);
  expect(await ask('reader', { model: 'm', input: 'QUJD'.repeat(10_000) }, 'embeddings')).toBe(429);
});
