/** Backends are asked for their models each in its own way: the path, the key, the version, the page. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { waitFor } from '../support/wait-for.ts';

const types = {
  anthropic: { base: '/v1', asked: '/v1/models?limit=1000', headers: { 'anthropic-version': '2023-06-01' } },
  gemini: {
    base: '/v1beta',
    asked: '/v1beta/models?pageSize=1000',
    headers: { 'x-goog-api-key': 'sk-gemini' },
  },
  ollama: { base: '', asked: '/api/tags', headers: {} },
  'openai-compatible': {
    base: '/v1',
    asked: '/v1/models',
    headers: { authorization: 'Bearer sk-openai-compatible' },
  },
} as const;

/** One server per type, so that the journals tell who was asked what. */
const upstreams = new Map<string, FakeUpstream>();
let gateway: RunningGateway;

beforeAll(async () => {
  for (const type of Object.keys(types)) {
    upstreams.set(type, await startFakeUpstream({ models: [`of-${type}`] }));
  }
  const backends = Object.entries(types).map(([type, { base }]) => ({
    type,
    base_url: `${upstreams.get(type)?.url}${base}`,
    api_key: `sk-${type}`,
    auto_models: true,
  }));
  gateway = await startGateway({
    config: { apps: [{ app_id: 'one', api_keys: ['sk-one'] }], backends: { backends } },
  });
});

afterAll(async () => {
  await gateway?.stop();
  for (const upstream of upstreams.values()) await upstream.close();
});

async function listed(): Promise<readonly string[]> {
  const answer = await fetch(`${gateway.baseUrl}/v1/models`, { headers: { authorization: 'Bearer sk-one' } });
  const { data } = (await answer.json()) as { readonly data: readonly { readonly id: string }[] };
  return data.map(({ id }) => id);
}

it.each(Object.entries(types))('%s', async (type, { asked, headers }) => {
  await waitFor(`the models of ${type}`, async () =>
    (await listed()).some((id) => id.startsWith(`of-${type}`)),
  );
  const entry = upstreams.get(type)?.journal.entries.find(({ path }) => path === asked);
  expect(entry?.headers).toMatchObject(headers);
});

describe('a model that only a pattern takes', () => {
  let patterned: RunningGateway;

  beforeAll(async () => {
    patterned = await startGateway({
      config: {
        apps: [
          { app_id: 'one', api_keys: ['sk-one'] },
          { app_id: 'few', api_keys: ['sk-few'], policy: { allow: ['other*'] } },
        ],
        backends: {
          aliases: { fast: 'gpt-small' },
          backends: [
            { type: 'openai-compatible', base_url: 'http://127.0.0.1:9/v1', supports: { chat: ['gpt-*'] } },
          ],
        },
      },
    });
  });

  afterAll(() => patterned?.stop());

  const ask = (path: string, key = 'sk-one', init: RequestInit = {}) =>
    fetch(`${patterned.baseUrl}${path}`, { ...init, headers: { authorization: `Bearer ${key}` } });

  it.each(['/v1/models/gpt-9', '/v1beta/models/gpt-9', '/v1/models/fast'])('is there: %s', async (path) => {
    expect((await ask(path)).status).toBe(200);
  });

  it('is shown by /api/show, and is no name of a list', async () => {
    const body = JSON.stringify({ model: 'gpt-9' });
    expect((await ask('/api/show', 'sk-one', { method: 'POST', body })).status).toBe(200);
    const { data } = (await (await ask('/v1/models')).json()) as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toEqual(['fast']);
  });

  it('is not there for whom it is not, nor what no pattern takes', async () => {
    expect((await ask('/v1/models/gpt-9', 'sk-few')).status).toBe(404);
    expect((await ask('/v1/models/claude-9')).status).toBe(404);
  });
});
