/** What an app may have is a ceiling, however many requests come at once, to one process or to two with one Redis. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import type { JournalEntry } from '../fake-upstream/journal.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { type RunningRedis, startRedis } from '../support/redis.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { waitFor } from '../support/wait-for.ts';

const keyOf = (appId: string) => `sk-of-${appId}-0001`;

const limits = {
  budget: { cost_limit: { period: 'day', limit: 10 } },
  shadow: { cost_limit: { period: 'day', limit: 1, mode: 'shadow' } },
  cancelled: { cost_limit: { period: 'total', limit: 250 } },
  daily: { quota: { requests_per_day: 10 } },
  wordy: { quota: { output_tokens_per_day: 300 } },
  open: { quota: { output_tokens_per_day: 300 } },
  reader: { quota: { input_tokens_per_day: 200 } },
  crowd: { concurrency: 10 },
  unlucky: { cost_limit: { period: 'day', limit: 20 } },
};

describe.each([
  ['one process', 1],
  ['two replicas', 2],
])('of %s', (_name, count) => {
  let upstream: FakeUpstream;
  let broken: FakeUpstream;
  let redis: RunningRedis | undefined;
  let replicas: RunningGateway[] = [];

  beforeAll(async () => {
    [upstream, broken] = await Promise.all([startFakeUpstream(), startFakeUpstream()]);
    // Late enough that all have asked it before anybody knows.
    broken.setScenario('status=500!delay=300');
    redis = count > 1 ? await startRedis() : undefined;
    const config = {
      daemon: { retry: { budget: 1 }, ...(redis === undefined ? {} : { redis: { url: redis.url } }) },
      apps: Object.entries(limits).map(([app_id, limit]) => ({
        app_id,
        api_keys: [keyOf(app_id)],
        ...limit,
      })),
      backends: [
        {
          type: 'openai-compatible',
          name: 'fake',
          base_url: `${upstream.url}/v1`,
          supports: { chat: ['*'] },
          concurrency: 1_000,
          cost: {
            unit: '1m_tokens',
            models: {
              dear: { prompt: 0, completion: 0, request: 1 },
              twice: { prompt: 0, completion: 0, request: 1 },
              'dear!delay=30': { prompt: 0, completion: 0, request: 1 },
              'dear!slow=20': { prompt: 0, completion: 0, request: 1 },
            },
            default: { prompt: 0, completion: 0 },
          },
        },
        {
          type: 'openai-compatible',
          name: 'broken',
          base_url: `${broken.url}/v1`,
          supports: { chat: ['twice'] },
          concurrency: 1_000,
          priority: 9,
          cost: { unit: '1m_tokens', default: { prompt: 0, completion: 0, request: 1 } },
        },
      ],
    };
    const env = { SLUICE_LOCK_DIR: tempFolder('sluice-locks-') };
    replicas = await Promise.all(Array.from({ length: count }, () => startGateway({ config, env })));
  });

  afterAll(async () => {
    await Promise.all(replicas.map((replica) => replica.stop()));
    await redis?.stop();
    await Promise.all([upstream?.close(), broken?.close()]);
  });

  async function ask(nth: number, appId: string, body: object, signal?: AbortSignal) {
    const { baseUrl } = replicas[nth % replicas.length] as RunningGateway;
    const answer = await fetch(`${baseUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${keyOf(appId)}` },
      body: JSON.stringify({ messages: [{ role: 'user', content: 'Hi' }], ...body }),
      signal: signal ?? AbortSignal.timeout(60_000),
    });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  }

  const atOnce = (times: number, appId: string, body: object) =>
    Promise.all(Array.from({ length: times }, (_, nth) => ask(nth, appId, body)));

  const rowsOf = (appId: string) =>
    replicas.flatMap((replica) => replica.ledgerRows().filter(({ app_id }) => app_id === appId));

  const sumOf = (appId: string, column: string) =>
    rowsOf(appId).reduce((sum, row) => sum + Number(row[column] ?? 0), 0);

  it('ten are served of 500 at once by a budget for ten, and not a cent more is spent', async () => {
    const answers = await atOnce(500, 'budget', { model: 'dear' });
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(490);
    expect(JSON.parse(refused.at(-1)?.text ?? '').error.code).toBe('cost_limit_exceeded');
    expect(sumOf('budget', 'cost_micro')).toBe(10_000_000);
    expect(await ask(0, 'budget', { model: 'dear' })).toMatchObject({ status: 429 });
    expect(await ask(1, 'budget', { model: 'free' })).toMatchObject({ status: 200 });
  });

  it('who is asked of another backend, because the first could not do it, keeps its place in the budget', async () => {
    const answers = await atOnce(20, 'unlucky', { model: 'twice' });
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(broken.journal.entries.length).toBeGreaterThan(10);
    expect((await ask(0, 'unlucky', { model: 'twice' })).status).toBe(429);
    expect(sumOf('unlucky', 'cost_micro')).toBe(20_000_000);
  });

  it('ten are served of 500 at once by a quota of ten requests a day', async () => {
    const answers = await atOnce(500, 'daily', { model: 'free' });
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    const refused = answers.find(({ status }) => status === 429);
    expect(JSON.parse(refused?.text ?? '').error.code).toBe('quota_exceeded');
    const later = await ask(0, 'daily', { model: 'free' });
    expect(later.headers.get('x-should-retry')).toBe('false');
    expect(later.text).toContain('has used 10 of its limit of 10 per day for requests');
  });

  it('no more tokens are written or read in a day than may be', async () => {
    const written = await atOnce(100, 'wordy', { model: 'free!words=200!delay=20', max_tokens: 60 });
    expect(written.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(5);
    expect(sumOf('wordy', 'completion_tokens')).toBeLessThanOrEqual(300);
    await atOnce(100, 'reader', { model: 'free!delay=20' });
    expect(sumOf('reader', 'prompt_tokens')).toBeLessThanOrEqual(200);
    expect(sumOf('reader', 'prompt_tokens')).toBeGreaterThan(0);
  });

  it('an answer of open length is held to what is left', async () => {
    expect(await ask(0, 'open', { model: 'free!words=900' })).toMatchObject({ status: 200 });
    expect(upstream.journal.work.at(-1)?.sent).toMatchObject({ max_tokens: 300 });
    expect(sumOf('open', 'completion_tokens')).toBe(300);
    expect(await ask(1, 'open', { model: 'free' })).toMatchObject({ status: 429 });
  });

  it('no more run at once than may, and all are served in the end', async () => {
    const model = 'crowd!delay=40';
    let served = 0;
    while (served < 50) {
      const answers = await atOnce(100, 'crowd', { model });
      const [ok, refused] = [200, 429].map((one) => answers.filter(({ status }) => status === one));
      expect((ok?.length ?? 0) + (refused?.length ?? 0)).toBe(100);
      if (refused?.[0] !== undefined)
        expect(JSON.parse(refused[0].text).error.code).toBe('concurrency_exceeded');
      served += ok?.length ?? 0;
    }
    const mine = upstream.journal.work.filter((entry) => entry.model.startsWith('crowd'));
    expect(mostAtOnce(mine)).toBeLessThanOrEqual(10);
  });

  it('after 200 that left at random moments, what is left is all that was not spent', async () => {
    await Promise.all(
      Array.from({ length: 200 }, async (_, nth) => {
        const leaving = AbortSignal.timeout(1 + Math.floor(Math.random() * 400));
        const stream = nth % 2 === 0;
        await ask(nth, 'cancelled', { model: 'dear!slow=20', stream }, leaving).catch(() => undefined);
      }),
    );
    let rowsSeen = -1;
    await waitFor(
      'everything to be over, and in the ledger',
      async () => {
        const live = await Promise.all(replicas.map(inFlight));
        const rows = rowsOf('cancelled').length;
        const isStill = rows === rowsSeen;
        rowsSeen = rows;
        return isStill && live.every((running) => running === 0);
      },
      { everyMs: 300 },
    );
    const left = 250 - sumOf('cancelled', 'cost_micro') / 1_000_000;
    expect(left).toBeGreaterThanOrEqual(50);
    const answers = await atOnce(left + 20, 'cancelled', { model: 'dear' });
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(left);
  });

  it('a limit in shadow refuses nothing, and is told', async () => {
    const answers = await atOnce(5, 'shadow', { model: 'dear!delay=30' });
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const told = await Promise.all(
      replicas.map((replica) => metric(replica, 'sluice_shadow_refusals_total')),
    );
    expect(told.reduce((sum, one) => sum + one, 0)).toBe(4);
  });

  it('a restart forgets nothing of it', async () => {
    const [first] = replicas as [RunningGateway];
    await first.kill9();
    await first.startAgain();
    expect(await ask(0, 'budget', { model: 'dear' })).toMatchObject({ status: 429 });
    expect(await ask(0, 'daily', { model: 'free' })).toMatchObject({ status: 429 });
  });
});

it('whoever comes without a key has the budget of the daemon, all of them together', async () => {
  const upstream = await startFakeUpstream();
  const backend = {
    type: 'openai-compatible',
    name: 'fake',
    base_url: `${upstream.url}/v1`,
    supports: { chat: ['*'] },
    cost: { unit: '1m_tokens', default: { prompt: 0, completion: 0, request: 1 } },
  };
  const daemon = { cost_limit: { period: 'total', limit: 2 } };
  const gateway = await startGateway({ config: { daemon, apps: [], backends: [backend] } });
  try {
    const statuses: number[] = [];
    for (let nth = 0; nth < 4; nth++) {
      const answer = await fetch(`${gateway.baseUrl}/v1/chat/completions`, {
        method: 'POST',
        body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] }),
      });
      await answer.arrayBuffer();
      statuses.push(answer.status);
    }
    expect(statuses).toEqual([200, 200, 429, 429]);
  } finally {
    await gateway.stop();
    await upstream.close();
  }
});

function mostAtOnce(entries: readonly JournalEntry[]): number {
  const moments = entries.flatMap(({ tReceivedFirstByte, tEnded = Number.POSITIVE_INFINITY }) => [
    { atMs: tReceivedFirstByte, by: 1 },
    { atMs: tEnded, by: -1 },
  ]);
  moments.sort((a, b) => a.atMs - b.atMs || a.by - b.by);
  let now = 0;
  let most = 0;
  for (const { by } of moments) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}

async function metric({ adminUrl, adminToken }: RunningGateway, name: string): Promise<number> {
  const answer = await fetch(`${adminUrl}/metrics`, { headers: { authorization: `Bearer ${adminToken}` } });
  const lines = (await answer.text()).split('\n').filter((line) => line.startsWith(`${name}{`));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

const inFlight = (replica: RunningGateway) => metric(replica, 'sluice_requests_in_flight');
