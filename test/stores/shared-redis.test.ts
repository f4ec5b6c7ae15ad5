/** The connection over which replicas count together, at a real Redis: it is never waited for, and its loss is told once. */
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../src/model/clock.ts';
import { Secret } from '../../src/model/secret.ts';
import { connectRedis } from '../../src/storage/redis/connect-redis.ts';
import { SharedRedis } from '../../src/storage/redis/shared-redis.ts';
import { scriptOf } from '../../src/storage/redis/shared-store.ts';
import { type RunningRedis, startRedis } from '../support/redis.ts';
import { waitFor } from '../support/wait-for.ts';

const add = scriptOf("return redis.call('INCRBY', KEYS[1], ARGV[1])");

let redis: RunningRedis;
let told: string[];
let open: SharedRedis[];

beforeAll(async () => {
  redis = await startRedis();
});

beforeEach(() => {
  told = [];
  open = [];
});

afterEach(() => {
  for (const store of open) store.close();
});

afterAll(() => redis.stop());

async function connect(url = redis.url): Promise<SharedRedis> {
  const store = new SharedRedis({ url: new Secret(url) }, systemClock, {
    lost: (why) => told.push(`lost: ${why}`),
    back: () => told.push('back'),
    refused: (why) => told.push(`refused: ${why}`),
    risky: (why) => told.push(`risky: ${why}`),
  });
  open.push(store);
  await store.firstWord();
  return store;
}

async function inspect<Answer>(look: (client: ReturnType<typeof connectRedis>) => Promise<Answer>) {
  const client = connectRedis({ url: new Secret(redis.url) }, { isQueueing: true });
  try {
    return await look(client);
  } finally {
    client.disconnect();
  }
}

it('runs a script that the store has never seen, and one that it forgot', async () => {
  const store = await connect();
  expect(store.isUp).toBe(true);
  expect(await store.run(add, ['n'], [2])).toBe(2);
  expect(await store.run(add, ['n'], [3])).toBe(5);
  await inspect((client) => client.script('FLUSH'));
  expect(await store.run(add, ['n'], [1])).toBe(6);
  expect(told).toEqual([]);
});

it('gives back the bytes it was given, for as long as it was told', async () => {
  const store = await connect();
  for (const bytes of [
    Buffer.of(0, 255, 13, 10, 128),
    randomBytes(5_000),
    Buffer.alloc(100_000, 'a river'),
  ]) {
    await store.write('k', bytes, 300);
    const found = await store.read('k', 200_000);
    expect(Buffer.from(found?.bytes ?? []).equals(bytes)).toBe(true);
    expect(found?.leftMs).toBeGreaterThan(0);
    expect(found?.leftMs).toBeLessThanOrEqual(300);
  }
  await waitFor('it to be forgotten', async () => (await store.read('k', 200_000)) === undefined);
});

it('takes less room for what repeats itself, and gives nothing that is larger than wanted', async () => {
  const store = await connect();
  await store.write('k', Buffer.alloc(100_000, 'a river'), 60_000);
  expect(await inspect((client) => client.strlen('k'))).toBeLessThan(2_000);
  expect(await store.read('k', 99_999)).toBeUndefined();
  await store.write('k', randomBytes(5_000), 60_000);
  expect(await store.read('k', 4_999)).toBeUndefined();
  expect((await store.read('k', 5_000))?.bytes).toHaveLength(5_000);
});

it.each([
  ['nothing', Buffer.alloc(0)],
  ['a number nobody uses', Buffer.of(7, 1, 2)],
  ['what only says that it is deflated', Buffer.of(1, 0xff, 0xff, 0xff)],
])('takes %s for no value at all', async (_, bytes) => {
  const store = await connect();
  await inspect((client) => client.set('k', bytes, 'PX', 60_000));
  expect(await store.read('k', 1_000)).toBeUndefined();
  await inspect((client) => client.set('k', Buffer.of(0, 65)));
  expect(await store.read('k', 1_000)).toBeUndefined();
});

it('keeps nobody waiting while the store is gone, tells it once, and comes back by itself', async () => {
  const store = await connect();
  await redis.stop();
  await waitFor('the loss to be noticed', () => !store.isUp);
  const startedMs = performance.now();
  const asked = Array.from({ length: 100 }, () => store.run(add, ['n'], [1]));
  const outcomes = await Promise.allSettled(asked);
  const tookMs = performance.now() - startedMs;
  await redis.startAgain();
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(100);
  expect(tookMs).toBeLessThan(400);
  await waitFor('it to be back', () => store.isUp);
  expect(await store.run(add, ['n'], [1])).toBe(1);
  expect(told).toEqual([expect.stringContaining('lost: '), 'back']);
});

it('a store that hangs costs those who asked it half a second, and nobody after them', async () => {
  const store = await connect();
  redis.signal('SIGSTOP');
  try {
    const startedMs = performance.now();
    const asked = Array.from({ length: 20 }, () => store.run(add, ['n'], [1]));
    for (const { status } of await Promise.allSettled(asked)) expect(status).toBe('rejected');
    const waitedMs = performance.now() - startedMs;
    expect(waitedMs).toBeGreaterThan(400);
    expect(waitedMs).toBeLessThan(1_200);
    const laterMs = performance.now();
    await expect(store.run(add, ['n'], [1])).rejects.toThrow();
    expect(performance.now() - laterMs).toBeLessThan(50);
    await waitFor('the loss to be told', () => told.length === 1);
  } finally {
    redis.signal('SIGCONT');
  }
  await waitFor('it to be back', () => store.isUp);
  expect(told).toEqual([expect.stringContaining('lost: '), 'back']);
});

it('a process that was busy for longer than it would wait still hears the answer', async () => {
  const store = await connect();
  await store.run(add, ['n'], [1]);
  const asked = store.run(add, ['n'], [1]);
  const untilMs = performance.now() + 1_000;
  while (performance.now() < untilMs) Math.sqrt(2);
  await expect(asked).resolves.toBeGreaterThan(1);
  expect(told).toEqual([]);
});

it('says once a minute what the store would not do, and goes on asking', async () => {
  const store = await connect();
  const broken = scriptOf("return redis.call('INCRBY', KEYS[1], 'much')");
  for (let nth = 0; nth < 3; nth += 1) await expect(store.run(broken, ['n'], [])).rejects.toThrow();
  expect(store.isUp).toBe(true);
  expect(told).toEqual([expect.stringContaining('refused: ')]);
});

it('knows at once where nobody listens, and says why', async () => {
  const startedMs = performance.now();
  const store = await connect('redis://127.0.0.1:1');
  expect(performance.now() - startedMs).toBeLessThan(2_500);
  expect(store.isUp).toBe(false);
  expect(told).toEqual([expect.stringContaining('ECONNREFUSED')]);
});
