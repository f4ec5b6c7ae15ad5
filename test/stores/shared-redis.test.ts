/** The connection over which replicas count together, at a real Redis: it is never waited for, and its loss is told once. */
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
  const store = new SharedRedis(new Secret(url), systemClock, {
    lost: (why) => told.push(`lost: ${why}`),
    back: () => told.push('back'),
    refused: (why) => told.push(`refused: ${why}`),
  });
  open.push(store);
  await store.firstWord();
  return store;
}

it('runs a script that the store has never seen, and one that it forgot', async () => {
  const store = await connect();
  expect(store.isUp).toBe(true);
  expect(await store.run(add, ['n'], [2])).toBe(2);
  expect(await store.run(add, ['n'], [3])).toBe(5);
  const other = connectRedis(new Secret(redis.url), { isQueueing: true });
  await other.script('FLUSH');
  other.disconnect();
  expect(await store.run(add, ['n'], [1])).toBe(6);
  expect(told).toEqual([]);
});

it('gives back the bytes it was given, for as long as it was told', async () => {
  const store = await connect();
  const bytes = Uint8Array.of(0, 255, 13, 10, 128);
  await store.write('k', bytes, 200);
  expect(Array.from((await store.read('k')) ?? [])).toEqual(Array.from(bytes));
  await waitFor('it to be forgotten', async () => (await store.read('k')) === undefined);
});

it('keeps nobody waiting while the store is gone, tells it once, and comes back by itself', async () => {
  const store = await connect();
  await redis.stop();
  await waitFor('the loss to be noticed', () => !store.isUp);
  const startedMs = performance.now();
  for (let nth = 0; nth < 100; nth += 1) await expect(store.run(add, ['n'], [1])).rejects.toThrow();
  expect(performance.now() - startedMs).toBeLessThan(250);
  await redis.startAgain();
  await waitFor('it to be back', () => store.isUp);
  expect(await store.run(add, ['n'], [1])).toBe(1);
  expect(told).toEqual([expect.stringContaining('lost: '), 'back']);
});

it('a store that hangs costs those who asked it a quarter of a second, and nobody after them', async () => {
  const store = await connect();
  redis.signal('SIGSTOP');
  try {
    const startedMs = performance.now();
    const asked = Array.from({ length: 20 }, () => store.run(add, ['n'], [1]));
    for (const { status } of await Promise.allSettled(asked)) expect(status).toBe('rejected');
    const waitedMs = performance.now() - startedMs;
    expect(waitedMs).toBeGreaterThan(200);
    expect(waitedMs).toBeLessThan(600);
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

it('a process that was busy for longer than the answer took still takes it', async () => {
  const store = await connect();
  await store.run(add, ['n'], [1]);
  const asked = store.run(add, ['n'], [1]);
  const untilMs = performance.now() + 600;
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
  expect(performance.now() - startedMs).toBeLessThan(1_500);
  expect(store.isUp).toBe(false);
  expect(told).toEqual([expect.stringContaining('ECONNREFUSED')]);
});
