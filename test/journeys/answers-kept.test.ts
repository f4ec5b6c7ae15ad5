/** Repeated questions are answered from the cache: in any dialect, streamed or whole, for nothing, and never another's. */
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { waitFor } from '../support/wait-for.ts';

let upstream: FakeUpstream;
let gateway: RunningGateway;

afterEach(async () => {
  await gateway?.stop();
  await upstream?.close();
});

async function open(cache: object = {}, apps: readonly object[] = []): Promise<void> {
  upstream = await startFakeUpstream();
  gateway = await startGateway({
    config: {
      daemon: { cache: { enabled: true, ...cache } },
      apps: [
        { app_id: 'one', api_keys: ['sk-one'] },
        { app_id: 'two', api_keys: ['sk-two'] },
        ...(apps as []),
      ],
      backends: [
        {
          type: 'openai-compatible',
          name: 'card',
          base_url: `${upstream.url}/v1`,
          concurrency: 2_000,
          supports: { chat: ['m*'], embeddings: ['m*'] },
          cost: { unit: '1m_tokens', models: { m: { prompt: 1_000_000, completion: 1_000_000 } } },
        },
      ],
    },
  });
}

interface Told {
  readonly status: number;
  readonly cache: string | null;
  readonly text: string;
}

const question = { model: 'm', temperature: 0, messages: [{ role: 'user', content: 'Where is the river?' }] };

interface Asking {
  readonly key?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function ask(
  body: object = {},
  { key = 'sk-one', path = '/v1/chat/completions', headers = {} }: Asking = {},
): Promise<Told> {
  const answer = await fetch(gateway.baseUrl + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, ...headers },
    body: JSON.stringify(path.includes('embeddings') ? body : { ...question, ...body }),
  });
  return { status: answer.status, cache: answer.headers.get('x-sluice-cache'), text: await answer.text() };
}

const asked = () => upstream.journal.entries.filter(({ method }) => method === 'POST').length;

describe('a question that was asked before', () => {
  it('is answered alike, and the backend hears of it once', async () => {
    await open();
    const [first, second] = [await ask(), await ask()];
    expect([first.cache, second.cache, asked()]).toEqual(['miss', 'hit', 1]);
    const text = (told: Told) => (JSON.parse(told.text) as OpenAI.ChatCompletion).choices[0]?.message.content;
    expect(text(second)).toBe(text(first));
    expect(text(first)?.length).toBeGreaterThan(0);
  });

  it('in whatever order its members stand, as a stream too, and in other dialects', async () => {
    await open();
    await ask();
    expect((await ask({ messages: question.messages, temperature: 0 })).cache).toBe('hit');
    const streamed = await ask({ stream: true });
    expect(streamed.cache).toBe('hit');
    expect(streamed.text.trimEnd().endsWith('data: [DONE]')).toBe(true);
    const openai = new OpenAI({ baseURL: `${gateway.baseUrl}/v1`, apiKey: 'sk-one' });
    const stream = await openai.chat.completions.create({
      ...(question as OpenAI.ChatCompletionCreateParams),
      stream: true,
    });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toContain('river');
    expect(asked()).toBe(1);
  });

  it('is told apart from another by any member, known or not', async () => {
    await open();
    const others = [
      {},
      { seed: 1 },
      { max_tokens: 500 },
      { tomorrows_member: true },
      { user: 'u' },
      { stop: ['x'] },
    ];
    for (const other of others)
      expect([(await ask(other)).cache, (await ask(other)).cache]).toEqual(['miss', 'hit']);
    expect(asked()).toBe(others.length);
  });

  it('asked through Anthropic’s SDK is the same question as through OpenAI’s', async () => {
    await open();
    await ask({ max_tokens: 50 });
    const anthropic = new Anthropic({ baseURL: gateway.baseUrl, apiKey: 'sk-one' });
    // The newest SDK does not know a temperature any more; servers do.
    const params = { model: 'm', max_tokens: 50, temperature: 0, messages: question.messages };
    const { data, response } = await anthropic.messages
      .create(params as Anthropic.MessageCreateParamsNonStreaming)
      .withResponse();
    expect(response.headers.get('x-sluice-cache')).toBe('hit');
    expect(data.content).toMatchObject([{ type: 'text', text: expect.stringContaining('river') }]);
    expect(asked()).toBe(1);
  });

  it('costs nothing', async () => {
    await open();
    for (let time = 0; time < 3; time++) await ask();
    await waitFor('three rows', () => gateway.ledgerRows().length === 3);
    const costs = gateway.ledgerRows().map((row) => Number(row['cost']));
    expect(costs[0]).toBeGreaterThan(0);
    expect(costs.slice(1)).toEqual([0, 0]);
    expect(gateway.ledgerRows().map((row) => row['cache_hit'])).toEqual([0, 1, 1]);
    const usage = await fetch(`${gateway.adminUrl}/stats/usage`, {
      headers: { authorization: `Bearer ${gateway.adminToken}` },
    });
    expect(await usage.json()).toMatchObject({ totals: { requests: 3, cache_hits: 2 } });
    const metrics = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
    expect(metrics).toMatch(/^sluice_cache_hits_total 2$/m);
  });

  it('uses nothing of the day’s tokens, and a restart does not change that', async () => {
    await open({}, [
      {
        app_id: 'three',
        api_keys: ['sk-three'],
        quota: { output_tokens_per_day: 100, input_tokens_per_day: 900 },
      },
    ]);
    const long = { model: 'm!words=30', max_tokens: 40 };
    const askThree = async (seed: number) => {
      const { status, cache } = await ask({ ...long, seed }, { key: 'sk-three' });
      return status === 200 ? cache : status;
    };
    const told = [];
    for (let time = 0; time < 8; time += 1) told.push(await askThree(1));
    expect(told).toEqual(['miss', ...Array.from({ length: 7 }, () => 'hit')]);
    await gateway.stop();
    await gateway.startAgain();
    expect([await askThree(1), await askThree(1)]).toEqual(['miss', 'hit']);
    expect(await askThree(2)).toBe('miss');
    expect(await askThree(3)).toBe(429);
  });

  it('for vectors, too', async () => {
    await open();
    const body = { model: 'm', input: ['the river', 'a house'], encoding_format: 'float' };
    const path = '/v1/embeddings';
    const [first, second] = [await ask(body, { path }), await ask(body, { path })];
    expect([first.cache, second.cache]).toEqual(['miss', 'hit']);
    const vectors = (told: Told) =>
      (JSON.parse(told.text) as OpenAI.CreateEmbeddingResponse).data.map((one) => one.embedding);
    expect(vectors(second)).toEqual(vectors(first));
  });
});

describe('an answer is not kept', () => {
  it.each([
    ['that might be another next time', { temperature: 0.7 }],
    ['without a temperature', { temperature: undefined }],
    [
      'where tools may be used',
      { tools: [{ type: 'function', function: { name: 'fire', parameters: { type: 'object' } } }] },
    ],
    ['of several', { n: 2 }],
  ])('%s', async (_what, body) => {
    await open();
    expect([(await ask(body)).cache, (await ask(body)).cache]).toEqual(['bypass', 'bypass']);
    expect(asked()).toBe(2);
  });

  it('that was cut off, or is an error', async () => {
    await open();
    for (const model of ['m!words=30', 'm!status=500', 'm!error-in-200', 'm!refusal=filter']) {
      const body = model.includes('words') ? { model, max_tokens: 3 } : { model };
      await ask(body);
      expect([model, (await ask(body)).cache ?? 'none']).not.toContain('hit');
    }
  });

  it('when its client asks for a fresh one', async () => {
    await open();
    await ask();
    expect((await ask({}, { headers: { 'cache-control': 'no-cache' } })).cache).toBe('bypass');
    expect((await ask()).cache).toBe('hit');
  });

  it('for longer than it is good for', async () => {
    await open({ ttl_s: 0.3 });
    await ask();
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect((await ask()).cache).toBe('miss');
  });

  it('when there is no room for it', async () => {
    await open({ max_items: 2 });
    for (const seed of [1, 2, 3]) await ask({ seed });
    expect((await ask({ seed: 3 })).cache).toBe('hit');
    expect((await ask({ seed: 1 })).cache).toBe('miss');
  });
});

describe('apps', () => {
  it('never meet, unless they share', async () => {
    await open();
    await ask();
    expect((await ask({}, { key: 'sk-two' })).cache).toBe('miss');
    await gateway.stop();
    await upstream.close();
    await open({ share: 'all' });
    await ask();
    expect((await ask({}, { key: 'sk-two' })).cache).toBe('hit');
  });

  it('may have it otherwise than the daemon', async () => {
    await open({ enabled: false }, [{ app_id: 'three', api_keys: ['sk-three'], cache: { enabled: true } }]);
    expect([(await ask()).cache, (await ask()).cache]).toEqual(['bypass', 'bypass']);
    expect([(await ask({}, { key: 'sk-three' })).cache, (await ask({}, { key: 'sk-three' })).cache]).toEqual([
      'miss',
      'hit',
    ]);
  });

  it('with other prompts of their own ask other questions, even where they share', async () => {
    await open({ share: 'all' }, [{ app_id: 'three', api_keys: ['sk-three'], system_prompt: 'Be brief.' }]);
    await ask();
    expect((await ask({}, { key: 'sk-three' })).cache).toBe('miss');
  });
});

describe('the same question asked by many at once', () => {
  it('costs one call: a thousand clients, one answer', async () => {
    await open();
    upstream.setScenario('delay=700');
    const told = await Promise.all(Array.from({ length: 1_000 }, () => ask()));
    expect(new Set(told.map(({ status }) => status))).toEqual(new Set([200]));
    expect(asked()).toBe(1);
    expect(told.filter(({ cache }) => cache === 'hit')).toHaveLength(999);
  });

  it('is asked by each for itself when the first gets no answer that may be kept', async () => {
    await open();
    upstream.setScenario('delay=300');
    upstream.queueScenarios('status=400!delay=300');
    const told = await Promise.all(Array.from({ length: 10 }, () => ask()));
    expect(told.filter(({ status }) => status === 200)).toHaveLength(9);
  });

  it('is asked anew when the first has left', async () => {
    await open();
    upstream.setScenario('delay=500');
    const leaving = new AbortController();
    const first = fetch(`${gateway.baseUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk-one' },
      body: JSON.stringify(question),
      signal: leaving.signal,
    }).catch(() => 'left');
    await waitFor('it to be asked', () => asked() === 1);
    const second = ask();
    await new Promise((resolve) => setTimeout(resolve, 100));
    leaving.abort();
    expect(await first).toBe('left');
    expect((await second).status).toBe(200);
    expect(asked()).toBe(2);
  });
});
