/** Clocks are set back and forth, days have 23 or 25 hours, months end: what an app may have begins anew once, and only then. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';

const keyOf = (appId: string) => `sk-of-${appId}-0001`;
const vienna = 'Europe/Vienna';

const limits: Record<string, object> = {
  hourly: { cost_limit: { period: 'hour', limit: 3 } },
  daily: { cost_limit: { period: 'day', limit: 5 } },
  quota: { quota: { requests_per_day: 3 } },
  slow: { cost_limit: { period: 'hour', limit: 2 } },
  'calendar-hour': { rate_limit: { per_hour: 3, algorithm: 'calendar' } },
  'calendar-minute': { rate_limit: { per_minute: 2, algorithm: 'calendar' } },
  bucket: { rate_limit: { per_hour: 2, algorithm: 'token_bucket' } },
  sliding: { rate_limit: { per_hour: 2, algorithm: 'sliding_window' } },
  spring: { cost_limit: { period: 'day', limit: 2, timezone: vienna } },
  autumn: { cost_limit: { period: 'day', limit: 2, timezone: vienna } },
  'autumn-hour': { cost_limit: { period: 'hour', limit: 1, timezone: vienna } },
  monthly: { cost_limit: { period: 'month', limit: 2, timezone: vienna } },
  weekly: { cost_limit: { period: 'week', limit: 2, timezone: vienna } },
};

let upstream: FakeUpstream;
let gateway: RunningGateway;
let clock: FakeClock;

beforeAll(async () => {
  upstream = await startFakeUpstream();
  clock = fakeClock('2026-06-15T12:30:00Z');
  const config = {
    apps: Object.entries(limits).map(([app_id, limit]) => ({ app_id, api_keys: [keyOf(app_id)], ...limit })),
    backends: [
      {
        type: 'openai-compatible',
        name: 'fake',
        base_url: `${upstream.url}/v1`,
        supports: { chat: ['*'] },
        cost: { unit: '1m_tokens', default: { prompt: 0, completion: 0, request: 1 } },
      },
    ],
  };
  gateway = await startGateway({ config, env: clock.env });
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

async function answer(appId: string, model = 'm') {
  const got = await fetch(`${gateway.baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${keyOf(appId)}` },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }] }),
    signal: AbortSignal.timeout(20_000),
  });
  return { status: got.status, headers: got.headers, text: await got.text() };
}

/** Asks until it is refused: so many were served. */
async function servedOf(appId: string, atMost = 10): Promise<number> {
  for (let served = 0; served < atMost; served++) {
    const { status, text } = await answer(appId);
    if (status === 429) return served;
    expect([status, text]).toEqual([200, expect.anything()]);
  }
  return atMost;
}

async function serve(appId: string, times: number): Promise<void> {
  for (let nth = 0; nth < times; nth++) expect((await answer(appId)).status).toBe(200);
}

const rowsOf = (appId: string) => gateway.ledgerRows().filter((row) => row.app_id === appId);

describe('a clock that is set back by an hour, and forth again', () => {
  it('finds the budget of each hour as it was left', async () => {
    clock.setTo('2026-06-15T12:30:00Z');
    await serve('hourly', 2);
    clock.setTo('2026-06-15T11:30:00Z');
    expect(await servedOf('hourly')).toBe(3);
    clock.setTo('2026-06-15T12:30:30Z');
    expect(await servedOf('hourly')).toBe(1);
    clock.setTo('2026-06-15T11:31:00Z');
    expect(await servedOf('hourly')).toBe(0);
    clock.setTo('2026-06-15T12:31:00Z');
    expect(await servedOf('hourly')).toBe(0);
  });

  it('changes nothing of a budget or a quota of the day in which it stays', async () => {
    for (const [nth, moment] of ['12:30:00', '11:30:00', '12:31:00'].entries()) {
      clock.setTo(`2026-06-15T${moment}Z`);
      await serve('daily', 1);
      await serve('quota', 1);
      expect(rowsOf('daily')).toHaveLength(nth + 1);
    }
    expect(await servedOf('daily')).toBe(2);
    expect(await servedOf('quota')).toBe(0);
  });

  it('sets back by an hour no rate of the hour, and gives back the minute that had been wrong', async () => {
    clock.setTo('2026-06-15T12:30:00Z');
    await serve('calendar-hour', 2);
    await serve('calendar-minute', 2);
    clock.setTo('2026-06-15T11:30:00Z');
    expect(await servedOf('calendar-hour')).toBe(1);
    expect(await servedOf('calendar-minute')).toBe(2);
    clock.setTo('2026-06-15T12:32:00Z');
    expect(await servedOf('calendar-hour')).toBe(0);
    clock.setTo('2026-06-15T12:59:30Z');
    const refused = await answer('calendar-hour');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(30);
    clock.setTo('2026-06-15T13:00:01Z');
    expect(await servedOf('calendar-hour')).toBe(3);
  });

  it.each(['bucket', 'sliding'])('means nothing to a rate that goes by elapsed time: %s', async (appId) => {
    clock.setTo('2026-06-15T12:30:00Z');
    expect(await servedOf(appId)).toBe(2);
    for (const moment of ['11:30:00', '12:30:00', '13:45:00', '23:00:00']) {
      clock.setTo(`2026-06-15T${moment}Z`);
      expect([moment, await servedOf(appId)]).toEqual([moment, 0]);
    }
  });

  it('while requests run: they belong to the hour they began in, and none took less than no time', async () => {
    clock.setTo('2026-06-15T12:30:00Z');
    const running = [answer('slow', 'm!delay=1500'), answer('slow', 'm!delay=1500')];
    await new Promise((resolve) => setTimeout(resolve, 500));
    clock.setTo('2026-06-15T11:30:00Z');
    expect((await Promise.all(running)).map(({ status }) => status)).toEqual([200, 200]);
    expect(await servedOf('slow')).toBe(2);
    clock.setTo('2026-06-15T12:35:00Z');
    expect(await servedOf('slow')).toBe(0);
    for (const row of gateway.ledgerRows())
      for (const column of ['latency_ms', 'ttft_ms', 'queue_ms'])
        expect(Number(row[column] ?? 0), `${column} of ${row.app_id}`).toBeGreaterThanOrEqual(0);
    const slow = rowsOf('slow').filter(({ model }) => String(model).includes('delay'));
    expect(slow).toHaveLength(2);
    for (const { latency_ms } of slow) expect(Number(latency_ms)).toBeGreaterThanOrEqual(1_400);
    for (const { latency_ms } of slow) expect(Number(latency_ms)).toBeLessThan(20_000);
  });
});

describe('in Vienna', () => {
  it('the day on which clocks go forward has 23 hours', async () => {
    clock.setTo('2026-03-28T22:59:30Z');
    expect(await servedOf('spring')).toBe(2);
    clock.setTo('2026-03-28T23:00:00Z');
    expect(await servedOf('spring')).toBe(2);
    // Before the change, after it, and half a minute before midnight.
    for (const moment of ['2026-03-29T00:59:00Z', '2026-03-29T01:00:00Z', '2026-03-29T21:59:30Z']) {
      clock.setTo(moment);
      expect([moment, await servedOf('spring')]).toEqual([moment, 0]);
    }
    clock.setTo('2026-03-29T22:00:00Z');
    expect(await servedOf('spring')).toBe(2);
  });

  it('the day on which clocks go back has 25, and the hour that comes twice is two', async () => {
    clock.setTo('2026-10-24T22:00:00Z');
    expect(await servedOf('autumn')).toBe(2);
    clock.setTo('2026-10-25T00:30:00Z');
    expect(await servedOf('autumn-hour')).toBe(1);
    clock.setTo('2026-10-25T01:30:00Z');
    expect(await servedOf('autumn-hour')).toBe(1);
    for (const moment of ['2026-10-25T00:30:00Z', '2026-10-25T01:31:00Z', '2026-10-25T22:59:30Z']) {
      clock.setTo(moment);
      expect([moment, await servedOf('autumn')]).toEqual([moment, 0]);
    }
    clock.setTo('2026-10-25T23:00:00Z');
    expect(await servedOf('autumn')).toBe(2);
  });

  it('a month ends at midnight there, and a restart on its last evening forgets nothing', async () => {
    clock.setTo('2028-02-29T12:00:00Z');
    await serve('monthly', 1);
    await gateway.kill9();
    clock.setTo('2028-02-29T22:58:00Z');
    await gateway.startAgain();
    expect(await servedOf('monthly')).toBe(1);
    clock.setTo('2028-02-29T22:59:30Z');
    const refused = await answer('monthly');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(30);
    clock.setTo('2028-02-29T23:00:00Z');
    expect(await servedOf('monthly')).toBe(2);
    clock.setTo('2028-02-29T22:59:40Z');
    expect(await servedOf('monthly')).toBe(0);
    clock.setTo('2028-03-31T21:59:30Z');
    expect(await servedOf('monthly')).toBe(0);
    clock.setTo('2028-03-31T22:00:00Z');
    expect(await servedOf('monthly')).toBe(2);
  });

  it('a week begins on Monday', async () => {
    clock.setTo('2028-05-14T21:59:30Z');
    expect(await servedOf('weekly')).toBe(2);
    clock.setTo('2028-05-14T22:00:00Z');
    expect(await servedOf('weekly')).toBe(2);
    clock.setTo('2028-05-20T12:00:00Z');
    expect(await servedOf('weekly')).toBe(0);
  });
});
