/** Each program may send so many requests, and a guest without a key, too: who asks too often is told when to come back. */
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';

let upstream: FakeUpstream;
let gateway: RunningGateway;

const keyOf = (appId: string) => `sk-of-${appId}-0001`;

function config(changes: Readonly<Record<string, object | null>> = {}) {
  const limits = {
    told: { per_minute: 5 },
    patient: { per_minute: 30, burst: 1 },
    two: { per_minute: 4, per_hour: 5, algorithm: 'sliding_window' },
    crowd: { per_hour: 10 },
    slid: { per_minute: 5, algorithm: 'sliding_window' },
    daily: { per_day: 1, algorithm: 'calendar' },
    picky: { per_hour: 2 },
    failing: { per_hour: 2 },
    counting: { per_hour: 2 },
    streaming: { per_hour: 9 },
    reloaded: { per_hour: 3 },
    free: null,
    ...changes,
  };
  const apps = Object.entries(limits).map(([app_id, rate_limit]) => ({
    app_id,
    api_keys: [keyOf(app_id)],
    rate_limit,
    ...(app_id === 'picky' ? { policy: { deny: ['m-secret'] } } : {}),
  }));
  return {
    daemon: { rate_limit: { per_hour: 1_000 } },
    apps: [...apps, { app_id: 'plain', api_keys: [keyOf('plain')] }],
    backends: [
      {
        type: 'openai-compatible',
        name: 'fake',
        base_url: `${upstream.url}/v1`,
        supports: { chat: ['m*'] },
      },
    ],
  };
}

beforeAll(async () => {
  upstream = await startFakeUpstream();
  gateway = await startGateway({ config: config() });
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

async function ask(appId: string, body: object = {}, path = '/v1/chat/completions') {
  const answer = await fetch(gateway.baseUrl + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${keyOf(appId)}` },
    body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hi' }], ...body }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text };
}

type Answer = Awaited<ReturnType<typeof ask>>;

async function statuses(appId: string, times: number): Promise<number[]> {
  const all: number[] = [];
  for (let nth = 0; nth < times; nth += 1) all.push((await ask(appId)).status);
  return all;
}

const told = ({ headers }: Answer) => ({
  limit: headers.get('x-ratelimit-limit-requests'),
  remaining: headers.get('x-ratelimit-remaining-requests'),
  reset: headers.get('x-ratelimit-reset-requests'),
});

describe('a program with a limit', () => {
  it('is told in every answer where it stands, and refused with the rule and the time', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask('told')));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(answers.map((answer) => told(answer).limit)).toEqual(['5', '5', '5', '5', '5']);
    expect(answers.map((answer) => told(answer).remaining).sort()).toEqual(['0', '1', '2', '3', '4']);
    for (const answer of answers) expect(told(answer).reset).toMatch(/^((\d\d(\.\d+)?s)|1m0s)$/);

    const refused = await ask('told');
    expect(refused.status).toBe(429);
    expect(told(refused)).toMatchObject({ limit: '5', remaining: '0' });
    expect(JSON.parse(refused.text).error).toMatchObject({
      code: 'rate_limited',
      message: expect.stringMatching(
        /"told" may send 5 requests per minute; the next is admitted in [\d.]+m?s/,
      ),
    });
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(5);
    expect(seconds).toBeLessThanOrEqual(12);
    expect(Number(refused.headers.get('retry-after-ms'))).toBeGreaterThan((seconds - 1) * 1_000);
    expect(refused.headers.get('x-should-retry')).toBeNull();
  });

  it('is told in streams, too', async () => {
    const answer = await ask('streaming', { stream: true });
    expect(answer.text).toContain('[DONE]');
    expect(told(answer)).toEqual({ limit: '9', remaining: '8', reset: '6m40s' });
  });

  it('has the daemon’s limit unless it has its own', async () => {
    expect(told(await ask('plain'))).toMatchObject({ limit: '1000', remaining: '999' });
  });

  it('is told nothing where it has none', async () => {
    expect(told(await ask('free'))).toEqual({ limit: null, remaining: null, reset: null });
  });

  it('sends five requests in a minute that slides, and the sixth is refused', async () => {
    expect(await statuses('slid', 6)).toEqual([200, 200, 200, 200, 200, 429]);
  });

  it('is not asked to try again soon when the day is over for it', async () => {
    expect((await ask('daily')).status).toBe(200);
    const refused = await ask('daily');
    expect(refused.headers.get('x-should-retry')).toBe('false');
    expect(refused.text).toMatch(
      /1 request per day of UTC; the next is admitted in (\d+h\d+m|\d+m|[\d.]+m?s)/,
    );
    expect(told(refused)).toMatchObject({ limit: '1', remaining: '0' });
  });
});

it('two windows hold together: the minute refuses, then the hour, and refusals burn nothing', async () => {
  expect(await statuses('two', 10)).toEqual([200, 200, 200, 200, 429, 429, 429, 429, 429, 429]);
  expect(JSON.parse((await ask('two')).text).error.message).toContain('4 requests per minute');
  await gateway.reload(config({ two: { per_minute: 9, per_hour: 5, algorithm: 'sliding_window' } }));
  expect(await statuses('two', 3)).toEqual([200, 429, 429]);
  expect(JSON.parse((await ask('two')).text).error.message).toContain('5 requests per hour');
});

it('a hundred requests at once into a limit of ten: ten are served', async () => {
  upstream.journal.clear();
  const answers = await Promise.all(Array.from({ length: 100 }, () => ask('crowd')));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(90);
  // Probes come in between.
  expect(upstream.journal.entries.filter(({ method }) => method === 'POST')).toHaveLength(10);
});

describe('what counts', () => {
  it('is a request that came through, whatever becomes of it', async () => {
    expect((await ask('failing', { model: 'm!html' })).status).toBe(502);
    expect((await ask('failing', { model: 'm!html' })).status).toBe(502);
    expect((await ask('failing')).status).toBe(429);
  });

  it('is no request that policy refuses, or that is none', async () => {
    for (let nth = 0; nth < 3; nth += 1) expect((await ask('picky', { model: 'm-secret' })).status).toBe(403);
    expect((await ask('picky', { messages: 7 })).status).toBe(400);
    const pages = await fetch(`${gateway.baseUrl}/v1/models`, {
      headers: { authorization: `Bearer ${keyOf('picky')}` },
    });
    expect(pages.status).toBe(200);
    expect(await statuses('picky', 3)).toEqual([200, 200, 429]);
  });

  it('is a count of tokens, too, and its refusal is in its own dialect', async () => {
    const count = () => ask('counting', { max_tokens: 9 }, '/v1/messages/count_tokens');
    expect([(await count()).status, (await count()).status]).toEqual([200, 200]);
    const refused = await count();
    expect(refused.status).toBe(429);
    expect(JSON.parse(refused.text)).toMatchObject({ type: 'error', error: { type: 'rate_limit_error' } });
    expect(told(refused)).toMatchObject({ limit: '2', remaining: '0' });
  });
});

describe('a reload', () => {
  it('keeps what was counted, under the old number and a new one', async () => {
    expect(await statuses('reloaded', 2)).toEqual([200, 200]);
    expect((await gateway.reload(config())).status).toBe(200);
    expect(await statuses('reloaded', 2)).toEqual([200, 429]);
    await gateway.reload(config({ reloaded: { per_hour: 5 } }));
    expect(await statuses('reloaded', 3)).toEqual([200, 200, 429]);
  });

  it('lifts a limit that is gone, and forgets what was counted under it', async () => {
    await gateway.reload(config({ reloaded: null }));
    expect(await statuses('reloaded', 2)).toEqual([200, 200]);
    await gateway.reload(config({ reloaded: { per_hour: 1 } }));
    expect(await statuses('reloaded', 2)).toEqual([200, 429]);
  });
});

describe('the official SDK', () => {
  const sdk = (appId: string, maxRetries: number) =>
    new OpenAI({ baseURL: `${gateway.baseUrl}/v1`, apiKey: keyOf(appId), maxRetries });
  const chat = (client: OpenAI) =>
    client.chat.completions
      .create({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] })
      .withResponse();

  it('sees a rate limit, with the time to wait', async () => {
    const { response } = await chat(sdk('patient', 0));
    expect(response.headers.get('x-ratelimit-remaining-requests')).toBe('0');
    const refusal = await chat(sdk('patient', 0)).catch((thrown: unknown) => thrown);
    expect(refusal).toBeInstanceOf(OpenAI.RateLimitError);
    expect(refusal).toMatchObject({ status: 429, code: 'rate_limited' });
    expect((refusal as InstanceType<typeof OpenAI.RateLimitError>).headers?.get('retry-after')).toBe('2');
  });

  it('waits as it was told, and has its answer', async () => {
    const startedMs = performance.now();
    const answers = await Promise.all([chat(sdk('patient', 3)), chat(sdk('patient', 3))]);
    expect(answers.map(({ data }) => data.choices.length)).toEqual([1, 1]);
    expect(performance.now() - startedMs).toBeGreaterThan(1_900);
  });
});

describe('without any keys', () => {
  let open: RunningGateway;

  beforeAll(async () => {
    open = await startGateway({
      config: {
        daemon: { listen: { trusted_proxies: ['127.0.0.1'] } },
        apps: { apps: [] },
        backends: [{ type: 'echo', name: 'echo' }],
      },
      env: { RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_RPM: '6', RATE_LIMIT_BURST: '2' },
    });
  });

  afterAll(() => open?.stop());

  async function askFrom(address: string): Promise<number> {
    const answer = await fetch(`${open.baseUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'x-forwarded-for': address },
      body: JSON.stringify({ model: 'echo', messages: [{ role: 'user', content: 'Hi' }] }),
    });
    await answer.arrayBuffer();
    return answer.status;
  }

  it('each address has the limit to itself, and all of a /64 are one', async () => {
    expect([await askFrom('192.0.2.1'), await askFrom('192.0.2.1'), await askFrom('192.0.2.1')]).toEqual([
      200, 200, 429,
    ]);
    expect(await askFrom('192.0.2.2')).toBe(200);
    expect([
      await askFrom('2001:db8::1'),
      await askFrom('2001:db8::2'),
      await askFrom('2001:db8::3'),
    ]).toEqual([200, 200, 429]);
  });
});
