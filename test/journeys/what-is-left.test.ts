/** Programs are told in headers what is left of their limits, by one process or by two with one Redis. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { type RunningRedis, startRedis } from '../support/redis.ts';
import { tempFolder } from '../support/temp-folder.ts';

const keyOf = (appId: string) => `sk-of-${appId}-0001`;

const limits = {
  written: { quota: { output_tokens_per_day: 300 } },
  read: { quota: { input_tokens_per_day: 100_000 } },
  both: { quota: { input_tokens_per_day: 1_000_000, output_tokens_per_day: 1_000 } },
  daily: { quota: { requests_per_day: 3 } },
  tighter: { quota: { requests_per_day: 3 }, rate_limit: { per_minute: 1_000 } },
  rated: { quota: { requests_per_day: 1_000 }, rate_limit: { per_minute: 5 } },
  shadow: { cost_limit: { period: 'day', limit: 1, mode: 'shadow' } },
  keen: { quota: { output_tokens_per_day: 300 }, cache: { enabled: true } },
  free: {},
};

type AppId = keyof typeof limits;

describe.each([
  ['one process', 1],
  ['two replicas', 2],
])('what is left is told by %s', (_name, count) => {
  let upstream: FakeUpstream;
  let redis: RunningRedis | undefined;
  let replicas: RunningGateway[] = [];
  let asked = 0;

  beforeAll(async () => {
    upstream = await startFakeUpstream();
    redis = count > 1 ? await startRedis() : undefined;
    const backend = (name: string, more: object) => ({
      type: 'openai-compatible',
      name,
      base_url: `${upstream.url}/v1`,
      cost: { unit: '1m_tokens', default: { prompt: 0, completion: 0, request: 2 } },
      ...more,
    });
    const config = {
      daemon: redis === undefined ? {} : { redis: { url: redis.url } },
      apps: Object.entries(limits).map(([app_id, limit]) => ({
        app_id,
        api_keys: [keyOf(app_id)],
        ...limit,
      })),
      backends: [
        backend('broken', { supports: { chat: ['fails!*'] }, priority: 1 }),
        backend('fake', { supports: { chat: ['*'] } }),
      ],
    };
    const env = { SLUICE_LOCK_DIR: tempFolder('sluice-locks-') };
    replicas = await Promise.all(Array.from({ length: count }, () => startGateway({ config, env })));
  });

  afterAll(async () => {
    await Promise.all(replicas.map((replica) => replica.stop()));
    await redis?.stop();
    await upstream?.close();
  });

  /** One replica after the other is asked. */
  async function ask(appId: AppId, body: object = {}, path = '/v1/chat/completions') {
    const { baseUrl } = replicas[asked++ % replicas.length] as RunningGateway;
    const answer = await fetch(`${baseUrl}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${keyOf(appId)}` },
      body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hi' }], ...body }),
      signal: AbortSignal.timeout(20_000),
    });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  }

  type Answer = Awaited<ReturnType<typeof ask>>;

  const trio = ({ headers }: Answer, of: 'requests' | 'tokens') =>
    ['limit', 'remaining', 'reset'].map((what) => headers.get(`x-ratelimit-${what}-${of}`));

  const left = (answer: Answer, of: 'requests' | 'tokens') => trio(answer, of).slice(0, 2).map(Number);

  it('of tokens after the request itself, whole or streamed, and where it is refused', async () => {
    const first = await ask('written', { model: 'm!words=200', max_tokens: 60 });
    expect([first.status, ...left(first, 'tokens')]).toEqual([200, 300, 240]);
    expect(trio(first, 'tokens')[2]).toMatch(/^((\d+h)?\d+m)?[\d.]+m?s$/);
    // What was set aside for the first was used.
    const second = await ask('written', { model: 'm!words=200', max_tokens: 200, stream: true });
    expect([second.status, ...left(second, 'tokens')]).toEqual([200, 300, 40]);
    const refused = await ask('written', { max_tokens: 100 });
    expect(refused.status).toBe(429);
    expect(JSON.parse(refused.text).error.code).toBe('quota_exceeded');
    expect(left(refused, 'tokens')).toEqual([300, 40]);
    expect(trio(refused, 'requests')).toEqual([null, null, null]);
  });

  it('of tokens that were read', async () => {
    const [limit, remaining = 0] = left(await ask('read'), 'tokens');
    expect(limit).toBe(100_000);
    expect(remaining).toBeGreaterThan(99_000);
    expect(remaining).toBeLessThan(100_000);
  });

  it('of tokens read and written, by the limit of which the smaller share is left', async () => {
    expect(left(await ask('both', { max_tokens: 10 }), 'tokens')).toEqual([1_000, 990]);
  });

  it('of requests a day, where there is no rate, and of the tighter one, where there are both', async () => {
    const answers = [await ask('daily'), await ask('daily'), await ask('daily'), await ask('daily')];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(answers.map((answer) => left(answer, 'requests'))).toEqual([
      [3, 2],
      [3, 1],
      [3, 0],
      [3, 0],
    ]);
    expect(left(await ask('tighter'), 'requests')).toEqual([3, 2]);
    expect(left(await ask('rated'), 'requests')).toEqual([5, 4]);
  });

  it('in the words of the surface that is asked, too', async () => {
    const question = { max_tokens: 100 };
    const answer = await ask('both', question, '/v1/messages');
    expect(answer.status).toBe(200);
    const told = (of: string) =>
      ['limit', 'remaining'].map((what) => Number(answer.headers.get(`anthropic-ratelimit-${of}-${what}`)));
    const [, remaining = 0] = told('output-tokens');
    expect(told('output-tokens')).toEqual([1_000, remaining]);
    expect(told('tokens')).toEqual(left(answer, 'tokens'));
    expect(told('tokens')).toEqual(told('output-tokens'));
    expect(told('input-tokens')[0]).toBe(1_000_000);
    const reset = Date.parse(answer.headers.get('anthropic-ratelimit-tokens-reset') ?? '');
    expect(reset % 86_400_000).toBe(0);
    expect(reset).toBeGreaterThan(Date.now() - 60_000);
    const refused = await ask('daily', {}, '/v1/messages');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('anthropic-ratelimit-requests-remaining')).toBe('0');
    const elsewhere = await ask('both', { max_tokens: 10 });
    expect([...elsewhere.headers.keys()].filter((name) => name.startsWith('anthropic'))).toEqual([]);
  });

  it('once, by the backend that answers', async () => {
    upstream.queueScenarios('status=500');
    const answer = await ask('written', { model: 'fails!words=1', max_tokens: 20 });
    expect([answer.status, answer.headers.get('x-sluice-backend')]).toEqual([200, 'fake']);
    expect(left(answer, 'tokens')).toEqual([300, 20]);
  });

  it('not of a limit in shadow, nor of none, nor of an answer given again', async () => {
    for (const appId of ['shadow', 'free'] as const) {
      const answer = await ask(appId);
      expect(answer.status).toBe(200);
      expect([...answer.headers.keys()].filter((name) => name.includes('ratelimit'))).toEqual([]);
    }
    const question = { temperature: 0, max_tokens: 9 };
    const answers = [await ask('keen', question), await ask('keen', question), await ask('keen', question)];
    const last = answers.at(-1) as Answer;
    expect(last.headers.get('x-sluice-cache')).toBe('hit');
    expect(trio(last, 'tokens')).toEqual([null, null, null]);
  });
});
