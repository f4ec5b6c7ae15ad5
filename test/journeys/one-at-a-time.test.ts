/** The main promise: in a serial group no two requests overlap at the backends' sockets, whatever happens. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { maxConcurrent, overlaps } from '../fake-upstream/overlaps.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { waitFor } from '../support/wait-for.ts';

let upstream: FakeUpstream;
let gateway: RunningGateway;

const config = (description: string) => ({
  apps: [
    { app_id: 'one', api_keys: ['sk-one'] },
    { app_id: 'two', api_keys: ['sk-two'] },
  ],
  backends: {
    sequence_groups: { gpu: { description, max_queue: 500, max_queue_per_app: 500 } },
    backends: ['left', 'right'].map((name) => ({
      type: 'openai-compatible',
      name,
      base_url: `${upstream.url}/v1`,
      sequence_group: 'gpu',
      supports: { chat: [`${name}*`] },
    })),
  },
});

beforeAll(async () => {
  upstream = await startFakeUpstream();
  gateway = await startGateway({ config: config('first') });
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

function chat(model: string, key: string, signal?: AbortSignal, stream = false): Promise<string> {
  return fetch(`${gateway.baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'Hi' }] }),
    ...(signal === undefined ? {} : { signal }),
  }).then((answer) => answer.text());
}

async function live(): Promise<{ per_group: Record<string, { running: number; queued: number }> }> {
  return (await fetch(`${gateway.adminUrl}/stats/live`)).json() as never;
}

/** Work alone: the gateway also looks, by GET, whether its backends are there. */
const posts = () => upstream.journal.entries.filter((entry) => entry.method === 'POST');

const isIdle = async () => {
  const gpu = (await live()).per_group['gpu'];
  return gpu?.running === 0 && gpu.queued === 0;
};

describe('a serial group', () => {
  it('stays serial through 200 requests, a third cancelled at random moments, and ten reloads', async () => {
    upstream.journal.clear();
    const outcomes = Array.from({ length: 200 }, async (_, at) => {
      const model = `${at % 2 === 0 ? 'left' : 'right'}!words=3!slow=${at % 4}`;
      const isCancelled = at % 3 === 0;
      const leaving = new AbortController();
      if (isCancelled) setTimeout(() => leaving.abort(), 5 + Math.random() * 2_500);
      try {
        const text = await chat(model, at % 5 === 0 ? 'sk-two' : 'sk-one', leaving.signal, at % 2 === 0);
        return text.includes('error') ? `failed: ${text}` : 'answered';
      } catch {
        return isCancelled ? 'cancelled' : 'failed';
      }
    });
    const reloads = Array.from({ length: 10 }, async (_, at) => {
      await new Promise((resolve) => setTimeout(resolve, 150 * (at + 1)));
      return gateway.reload(config(`reload ${at}`));
    });
    const ended = await Promise.all(outcomes);
    for (const reload of await Promise.all(reloads)) expect(reload).toMatchObject({ status: 200 });
    expect(ended.filter((outcome) => outcome.startsWith('failed'))).toEqual([]);
    expect(ended.filter((_, at) => at % 3 !== 0).every((outcome) => outcome === 'answered')).toBe(true);
    expect(overlaps(posts())).toEqual([]);
    await waitFor('queue empty and slots back', isIdle);
    const rows = gateway.ledgerRows();
    const answered = ended.filter((outcome) => outcome === 'answered').length;
    // One that left between its entry and its last byte is complete in the ledger, and cancelled at the client.
    expect(rows.filter((row) => row['outcome'] === 'complete').length).toBeGreaterThanOrEqual(answered);
    expect(rows.filter((row) => row['outcome'] !== 'complete' && row['outcome'] !== 'cancelled')).toEqual([]);
  });

  it('holds the slot until the last byte of a stream, not its first', async () => {
    upstream.journal.clear();
    await Promise.all([
      chat('left!words=6!slow=30', 'sk-one', undefined, true),
      chat('right!words=6!slow=30', 'sk-one', undefined, true),
      chat('left!words=6!slow=30', 'sk-two', undefined, true),
    ]);
    expect(maxConcurrent(posts())).toBe(1);
  });

  it('goes on when a queued request is cancelled', async () => {
    upstream.journal.clear();
    const first = chat('left!words=4!slow=250', 'sk-one', undefined, true);
    const leaving = new AbortController();
    const second = chat('left!words=3', 'sk-one', leaving.signal).catch(() => 'left');
    const third = chat('left!words=3', 'sk-one');
    const fourth = chat('right!words=3', 'sk-two');
    await waitFor('three to wait', async () => (await live()).per_group['gpu']?.queued === 3);
    leaving.abort();
    expect(await second).toBe('left');
    for (const answer of await Promise.all([first, third, fourth])) expect(answer).toContain('choices');
    expect(posts()).toHaveLength(3);
    expect(overlaps(posts())).toEqual([]);
  });

  it('frees the slot of a client that leaves while its answer streams, and aborts the backend', async () => {
    upstream.journal.clear();
    const leaving = new AbortController();
    const first = chat('left!words=500!slow=20', 'sk-one', leaving.signal, true).catch(() => 'left');
    await waitFor('the backend to work', () => (posts()[0]?.bytesSent ?? 0) > 0);
    leaving.abort();
    const leftAt = performance.timeOrigin + performance.now();
    await first;
    expect(await chat('right!words=2', 'sk-two')).toContain('choices');
    const [aborted, next] = posts();
    expect(aborted?.outcome).toBe('aborted-by-peer');
    expect((aborted?.tEnded ?? Number.POSITIVE_INFINITY) - leftAt).toBeLessThan(500);
    expect(next?.tReceivedFirstByte).toBeGreaterThanOrEqual(aborted?.tEnded ?? 0);
  });

  it('is told of in the counts of mini-apigw, per backend and per group', async () => {
    const running = chat('left!words=2!slow=400', 'sk-one', undefined, true);
    await waitFor('one to run', async () => (await live()).per_group['gpu']?.running === 1);
    const waiting = [chat('left!words=1', 'sk-one'), chat('right!words=1', 'sk-two')];
    await waitFor('two to wait', async () => (await live()).per_group['gpu']?.queued === 2);
    expect(await live()).toMatchObject({
      per_backend: {
        left: { in_flight: 1, queue_len: 1 },
        right: { in_flight: 0, queue_len: 1 },
      },
      per_group: { gpu: { queue_len: 2 } },
    });
    await Promise.all([running, ...waiting]);
    await waitFor('queue empty and slots back', isIdle);
    expect(await live()).toMatchObject({ per_backend: { left: { in_flight: 0, queue_len: 0 } } });
  });

  it('notices a client with a 10 MB prompt that leaves while waiting', async () => {
    upstream.journal.clear();
    const first = chat('left!words=40!slow=25', 'sk-one', undefined, true);
    await waitFor('the first to run', () => posts().length === 1);
    const leaving = new AbortController();
    const body = JSON.stringify({
      model: 'left',
      messages: [{ role: 'user', content: 'x'.repeat(10_000_000) }],
    });
    const second = fetch(`${gateway.baseUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk-one' },
      body,
      signal: leaving.signal,
    }).catch(() => 'left');
    await waitFor('it to wait', async () => (await live()).per_group['gpu']?.queued === 1);
    leaving.abort();
    await waitFor('its place to be free', async () => (await live()).per_group['gpu']?.queued === 0, {
      timeoutMs: 1_000,
    });
    expect(await second).toBe('left');
    await first;
    expect(posts()).toHaveLength(1);
  });
});

/** How many different ones so many are told who are turned away together. */
async function momentsToComeAgain(count: number): Promise<number> {
  const answers = await Promise.all(
    Array.from({ length: count }, () =>
      fetch(`${gateway.baseUrl}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: 'Bearer sk-one' },
        body: JSON.stringify({ model: 'left', messages: [{ role: 'user', content: 'Hi' }] }),
      }),
    ),
  );
  const told = answers.map(({ headers }) => {
    const ms = Number(headers.get('retry-after-ms'));
    expect(headers.get('retry-after')).toBe(String(Math.ceil(ms / 1000)));
    return ms;
  });
  return new Set(told).size;
}

describe('a full queue', () => {
  it('is refused with 429, a whole number of seconds to wait, and the ledger knows', async () => {
    await gateway.reload({
      apps: [{ app_id: 'one', api_keys: ['sk-one'] }],
      backends: {
        sequence_groups: { gpu: { max_queue: 1, max_queue_wait_s: 1 } },
        backends: [
          {
            type: 'openai-compatible',
            name: 'left',
            base_url: `${upstream.url}/v1`,
            sequence_group: 'gpu',
            supports: { chat: ['left*'] },
          },
        ],
      },
    });
    const running = chat('left!words=60!slow=40', 'sk-one', undefined, true);
    await waitFor('one to run', async () => (await live()).per_group['gpu']?.running === 1);
    const waiting = chat('left!words=2', 'sk-one');
    await waitFor('one to wait', async () => (await live()).per_group['gpu']?.queued === 1);
    const refused = await fetch(`${gateway.baseUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk-one' },
      body: JSON.stringify({ model: 'left', messages: [{ role: 'user', content: 'Hi' }] }),
    });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toMatch(/^([1-9]|[1-5][0-9])$/);
    expect(await refused.json()).toMatchObject({ error: { code: 'queue_full' } });
    expect(await momentsToComeAgain(20)).toBeGreaterThan(10);
    expect(JSON.parse(await waiting)).toMatchObject({ error: { code: 'queue_timeout' } });
    await running;
    const codes = gateway
      .ledgerRows()
      .slice(-3)
      .map((row) => row['error_code']);
    expect(codes.sort()).toEqual(['queue_full', 'queue_timeout', null].sort());
  });
});
