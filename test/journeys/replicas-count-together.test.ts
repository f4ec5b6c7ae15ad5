/** Two replicas, one Redis: an app has its limit once, whichever it asks, and what one has answered the other knows. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { type RunningRedis, startRedis } from '../support/redis.ts';
import { waitFor } from '../support/wait-for.ts';

let upstream: FakeUpstream;
let redis: RunningRedis;
let replicas: RunningGateway[];

beforeEach(async () => {
  replicas = [];
  [upstream, redis] = await Promise.all([startFakeUpstream(), startRedis()]);
});

afterEach(async () => {
  redis.signal('SIGCONT');
  await Promise.all(replicas.map((replica) => replica.stop()));
  await redis.stop();
  await upstream.close();
});

function config(daemon: { redis?: object } = {}, url = redis.url) {
  return {
    daemon: { cache: { enabled: true }, ...daemon, redis: { url, ...(daemon.redis ?? {}) } },
    apps: [
      { app_id: 'lab', api_keys: ['sk-lab'] },
      { app_id: 'other', api_keys: ['sk-other'] },
      { app_id: 'ten', api_keys: ['sk-ten'], rate_limit: { per_day: 10 } },
    ],
    backends: [
      {
        type: 'openai-compatible',
        name: 'fake',
        base_url: `${upstream.url}/v1`,
        concurrency: 1_000,
        supports: { chat: ['m*'], embeddings: ['m*'] },
      },
    ],
  };
}

async function open(daemon: { redis?: object } = {}): Promise<[RunningGateway, RunningGateway]> {
  const pair = await Promise.all([
    startGateway({ config: config(daemon) }),
    startGateway({ config: config(daemon) }),
  ]);
  replicas = pair;
  return pair;
}

interface Told {
  readonly status: number;
  readonly cache: string | null;
  readonly remaining: string | null;
  readonly text: string;
}

async function ask(
  { baseUrl }: RunningGateway,
  {
    key = 'sk-lab',
    words = 'Where is the river?',
    ...body
  }: { key?: string; words?: string; [more: string]: unknown } = {},
): Promise<Told> {
  const answer = await fetch(`${baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({
      model: 'm',
      temperature: 0,
      messages: [{ role: 'user', content: words }],
      ...body,
    }),
    signal: AbortSignal.timeout(60_000),
  });
  const header = (name: string) => answer.headers.get(name);
  return {
    status: answer.status,
    cache: header('x-sluice-cache'),
    remaining: header('x-ratelimit-remaining-requests'),
    text: await answer.text(),
  };
}

const ofTen = (replica: RunningGateway) => ask(replica, { key: 'sk-ten', temperature: 1 });

async function served(times: number, of: readonly RunningGateway[]): Promise<number> {
  const asked = Array.from({ length: times }, (_, nth) => ofTen(of[nth % of.length] as RunningGateway));
  const statuses = (await Promise.all(asked)).map(({ status }) => status);
  expect(statuses.filter((status) => status !== 200 && status !== 429)).toEqual([]);
  return statuses.filter((status) => status === 200).length;
}

const asked = () => upstream.journal.entries.filter(({ method }) => method === 'POST').length;

async function statusOf({ adminUrl, adminToken }: RunningGateway): Promise<{ redis: { state: string } }> {
  const headers = { authorization: `Bearer ${adminToken}` };
  return (await fetch(`${adminUrl}/admin/api/status`, { headers })).json() as Promise<{
    redis: { state: string };
  }>;
}

async function isUp({ adminUrl }: RunningGateway): Promise<string | undefined> {
  return /^sluice_redis_up (\d)$/m.exec(await (await fetch(`${adminUrl}/metrics`)).text())?.[1];
}

describe('a rate limit', () => {
  it('of ten lets ten of 500 through that two replicas are sent at once', async () => {
    expect(await served(500, await open())).toBe(10);
    expect(asked()).toBe(10);
  });

  it('is told alike by both, and outlives a restart of either', async () => {
    const [one, two] = await open();
    expect([(await ofTen(one)).remaining, (await ofTen(two)).remaining]).toEqual(['9', '8']);
    await one.stop();
    await one.startAgain();
    expect((await ofTen(one)).remaining).toBe('7');
  });

  it('is kept by each for itself while Redis is gone, which is said, and together again afterwards', async () => {
    const pair = await open();
    const [one, two] = pair;
    expect((await ofTen(one)).remaining).toBe('9');
    expect([(await statusOf(one)).redis.state, await isUp(one)]).toEqual(['up', '1']);
    await redis.stop();
    await waitFor('both to notice', async () => (await isUp(one)) === '0' && (await isUp(two)) === '0');
    expect((await statusOf(one)).redis.state).toBe('down');
    expect(await served(30, [one])).toBe(9);
    expect(await served(30, [two])).toBe(10);
    await redis.startAgain();
    await waitFor('both to be back', async () => (await isUp(one)) === '1' && (await isUp(two)) === '1');
    expect(await served(40, pair)).toBe(10);
    for (const { stderrLines } of pair) {
      const told = stderrLines.filter((line) => line.includes('redis.url'));
      expect(told.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual(['error', 'info']);
    }
  });

  it('costs nobody more than a moment when Redis hangs', async () => {
    const [one] = await open();
    await ofTen(one);
    redis.signal('SIGSTOP');
    const startedMs = performance.now();
    expect((await ofTen(one)).status).toBe(200);
    expect(performance.now() - startedMs).toBeLessThan(3_000);
    expect(await served(30, [one])).toBe(8);
  });
});

it('a replica starts without Redis, says so, and counts with the others once it is there', async () => {
  await redis.stop();
  const [one, two] = await open();
  expect(one.stderrLines.join('\n')).toContain('redis.url does not answer');
  expect((await ask(one)).status).toBe(200);
  await redis.startAgain();
  await waitFor('both to be connected', async () => (await isUp(one)) === '1' && (await isUp(two)) === '1');
  expect(await served(50, [one, two])).toBe(10);
});

it('a daemon does not start at a node of a Redis Cluster, and says what to do', async () => {
  const node = await startRedis({ args: ['--cluster-enabled', 'yes'] });
  try {
    await expect(startGateway({ config: config({}, node.url) })).rejects.toThrow(
      /redis\.url cannot be used: it is a node of a Redis Cluster.*redis\.sentinels/s,
    );
  } finally {
    await node.stop();
  }
});

describe('with on_store_loss: fail_closed', () => {
  const strict = { redis: { on_store_loss: 'fail_closed' } };

  it('nobody with a limit is let in while Redis is gone, and everybody else is', async () => {
    const [one] = await open(strict);
    expect((await ofTen(one)).status).toBe(200);
    await redis.stop();
    await waitFor('it to be noticed', async () => (await isUp(one)) === '0');
    const refused = await ofTen(one);
    expect(refused).toMatchObject({ status: 503, text: expect.stringContaining('cannot be reached') });
    expect((await ask(one)).status).toBe(200);
    await redis.startAgain();
    await waitFor('it to be back', async () => (await isUp(one)) === '1');
    expect((await ofTen(one)).status).toBe(200);
  });

  it('a daemon does not start without Redis, and says what to do', async () => {
    await redis.stop();
    await expect(startGateway({ config: config(strict) })).rejects.toThrow(
      /redis\.url cannot be reached .*ECONNREFUSED.*redis\.on_store_loss: local/s,
    );
  });
});

describe('an answer that one replica has kept', () => {
  /** It is kept beside the way of the answer, so a moment later. */
  async function known(replica: RunningGateway, body: Parameters<typeof ask>[1] = {}): Promise<Told> {
    let told: Told | undefined;
    await waitFor('the other replica to know it', async () => {
      told = await ask(replica, { ...body, stream: true });
      return told.cache === 'hit';
    });
    return told as Told;
  }

  it('is given by the other, as a stream too, and no backend hears of it', async () => {
    const [one, two] = await open();
    const first = await ask(one);
    expect(first.cache).toBe('miss');
    await known(two);
    const before = asked();
    const second = await ask(two);
    expect(second.cache).toBe('hit');
    const text = ({ text: json }: Told) =>
      (JSON.parse(json) as { choices: { message: { content: string } }[] }).choices[0]?.message.content;
    expect(text(second)).toEqual(text(first));
    expect(asked()).toBe(before);
  });

  it('is never given to another app', async () => {
    const [one, two] = await open();
    await ask(one);
    await known(two);
    expect((await ask(two, { key: 'sk-other' })).cache).toBe('miss');
  });

  it('shows nothing of its question in the name it has at Redis', async () => {
    const [one, two] = await open();
    await ask(one, { words: 'the-secret-words' });
    await known(two, { words: 'the-secret-words' });
    const { connectRedis } = await import('../../src/storage/redis/connect-redis.ts');
    const { Secret } = await import('../../src/model/secret.ts');
    const client = connectRedis({ url: new Secret(redis.url) }, { isQueueing: true });
    const keys = await client.keys('sluice:answer:*');
    expect(keys).toEqual([expect.stringMatching(/^sluice:answer:1:[\w-]{43}$/)]);
    const [key = ''] = keys;
    expect(await client.pttl(key)).toBeGreaterThan(0);
    await client.set(
      key,
      Buffer.from('\u0000{"backend":"fake","model":"m","events":[{"type":"error"}]}'),
      'PX',
      60_000,
    );
    client.disconnect();
    await one.stop();
    await one.startAgain();
    expect(await ask(one, { words: 'the-secret-words' })).toMatchObject({ status: 200, cache: 'miss' });
  });

  it('is given by its own replica while Redis is gone', async () => {
    const [one, two] = await open();
    await ask(one);
    await redis.stop();
    await waitFor('both to notice', async () => (await isUp(one)) === '0' && (await isUp(two)) === '0');
    expect((await ask(one)).cache).toBe('hit');
    expect(await ask(two)).toMatchObject({ status: 200, cache: 'miss' });
    expect((await ask(two)).cache).toBe('hit');
  });
});
