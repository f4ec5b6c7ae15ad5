/** Replicas that count their requests together at a real Redis, and each for itself while that is gone. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { algorithms, limitOf } from '../../src/decisions/policy/rate/moments.ts';
import type { RateCaller, RateStore } from '../../src/decisions/policy/rate/rate-store.ts';
import { SharedRates } from '../../src/decisions/policy/rate/shared-rates.ts';
import { systemClock } from '../../src/model/clock.ts';
import { Secret } from '../../src/model/secret.ts';
import { connectRedis } from '../../src/storage/redis/connect-redis.ts';
import { SharedRedis } from '../../src/storage/redis/shared-redis.ts';
import { type RunningRedis, startRedis } from '../support/redis.ts';
import { waitFor } from '../support/wait-for.ts';

interface Replica {
  readonly rates: RateStore;
  readonly connection: SharedRedis;
}

let redis: RunningRedis;
let replicas: Replica[];
let refusals: string[];
let callers = 0;

beforeAll(async () => {
  redis = await startRedis();
});

beforeEach(async () => {
  refusals = [];
  replicas = await Promise.all([open(), open()]);
});

afterEach(() => {
  for (const { connection } of replicas) connection.close();
});

afterAll(() => redis.stop());

async function open(onStoreLoss: 'local' | 'fail_closed' = 'local'): Promise<Replica> {
  const connection = new SharedRedis({ url: new Secret(redis.url) }, systemClock, {
    lost: () => undefined,
    back: () => undefined,
    refused: (why) => refusals.push(why),
    risky: () => undefined,
  });
  await waitFor('it to be connected', () => connection.isUp);
  return { rates: new SharedRates(connection, { onStoreLoss }), connection };
}

const newApp = (): RateCaller => ({ appId: `app-${++callers}`, address: undefined });
const from = (address: string): RateCaller => ({ appId: 'anonymous', address });
const now = () => ({ monotonicMs: systemClock.monotonicMs(), wallMs: systemClock.nowMs() });

/** As many at once, turn and turn about; how many were admitted. */
async function admitted(caller: RateCaller, limit: ReturnType<typeof limitOf>, times: number, of = replicas) {
  const asked = Array.from({ length: times }, (_, nth) =>
    of[nth % of.length]?.rates.take(caller, limit, now()),
  );
  return (await Promise.all(asked)).filter((verdict) => verdict?.isAdmitted).length;
}

async function inspect<Answer>(look: (redis: ReturnType<typeof connectRedis>) => Promise<Answer>) {
  const client = connectRedis({ url: new Secret(redis.url) }, { isQueueing: true });
  try {
    return await look(client);
  } finally {
    client.disconnect();
  }
}

describe.each(algorithms)('counted together by %s', (algorithm) => {
  // A day, so that no window ends while the test runs; a bucket of ten is refilled every two hours and more.
  const limit = limitOf({ perDay: 10, perHour: 500, algorithm });

  it('of 500 at once exactly ten are admitted, whichever replica they ask', async () => {
    expect(await admitted(newApp(), limit, 500)).toBe(10);
    expect(refusals).toEqual([]);
  });

  it('what is kept of a caller ends by itself', async () => {
    const caller = newApp();
    await admitted(caller, limitOf({ perMinute: 10, algorithm }), 3);
    const ttls = await inspect(async (client) => {
      const keys = (await client.keys('*')).filter((key) => key.includes(`{app:${caller.appId}}`));
      return Promise.all(keys.map((key) => client.pttl(key)));
    });
    expect(ttls).toHaveLength(1);
    expect(ttls[0]).toBeGreaterThan(0);
    expect(ttls[0]).toBeLessThanOrEqual(2 * 60_000);
  });
});

it('a network without a key has the limit to itself, and is not an app that is called so', async () => {
  const limit = limitOf({ perDay: 1 });
  expect(await admitted(from('2001:db8::1'), limit, 2)).toBe(1);
  expect(await admitted(from('2001:db8::2'), limit, 2)).toBe(0);
  expect(await admitted(from('2001:db8:1::1'), limit, 2)).toBe(1);
  expect(await admitted({ appId: '2001:db8:2::1', address: undefined }, limit, 2)).toBe(1);
  expect(await admitted(from('2001:db8:2::1'), limit, 2)).toBe(1);
});

it('memory for a sliding window stays bounded', async () => {
  const caller = newApp();
  await admitted(caller, limitOf({ perMinute: 100_000, algorithm: 'sliding_window' }), 2_000);
  const length = await inspect((client) =>
    client.llen(`sluice:rate:1:{app:${caller.appId}}:sliding_window:minute`),
  );
  expect(length).toBeGreaterThan(1);
  expect(length).toBeLessThan(200);
});

it('goes by the clock of the store, and waits as long as it was told', async () => {
  const caller = newApp();
  const limit = limitOf({ perMinute: 600, burst: 1 });
  const [one, two] = replicas as [Replica, Replica];
  // Clocks of replicas that are years apart.
  expect((await one.rates.take(caller, limit, { monotonicMs: 5, wallMs: 5 })).isAdmitted).toBe(true);
  const refused = await two.rates.take(caller, limit, now());
  if (refused.isAdmitted !== false) throw new Error('it was not refused');
  expect(refused.waitMs).toBeGreaterThan(0);
  expect(refused.waitMs).toBeLessThanOrEqual(100);
  await new Promise((resolve) => setTimeout(resolve, refused.waitMs + 2));
  expect((await two.rates.take(caller, limit, now())).isAdmitted).toBe(true);
});

it('without the store no replica lets through more than the limit, those it had let through before among them', async () => {
  const caller = newApp();
  const limit = limitOf({ perDay: 10 });
  const [one, two] = replicas as [Replica, Replica];
  expect(await admitted(caller, limit, 6, [one])).toBe(6);
  expect(await admitted(caller, limit, 2, [two])).toBe(2);
  await redis.stop();
  await waitFor('both to notice', () => replicas.every(({ connection }) => !connection.isUp));
  expect(await admitted(caller, limit, 50, [one])).toBe(4);
  expect(await admitted(caller, limit, 50, [two])).toBe(8);
  await redis.startAgain();
  await waitFor('both to be back', () => replicas.every(({ connection }) => connection.isUp));
  const other = newApp();
  expect(await admitted(other, limit, 50)).toBe(10);
});

it('lets nobody in uncounted while the store is gone, where it is told to', async () => {
  const strict = await open('fail_closed');
  replicas.push(strict);
  const [caller, limit] = [newApp(), limitOf({ perDay: 10 })];
  expect(await admitted(caller, limit, 2, [strict])).toBe(2);
  await redis.stop();
  expect(await strict.rates.take(caller, limit, now())).toEqual({ isAdmitted: undefined });
  await waitFor('the loss to be noticed', () => !strict.connection.isUp);
  expect(await strict.rates.take(caller, limit, now())).toEqual({ isAdmitted: undefined });
  await redis.startAgain();
  await waitFor('it to be back', () => strict.connection.isUp);
  expect(await admitted(caller, limit, 2, [strict])).toBe(2);
});

it('a store that hangs makes a request wait a moment, and it is counted all the same', async () => {
  const caller = newApp();
  const limit = limitOf({ perDay: 10 });
  redis.signal('SIGSTOP');
  try {
    const startedMs = performance.now();
    expect(await admitted(caller, limit, 50, replicas.slice(0, 1))).toBe(10);
    expect(performance.now() - startedMs).toBeLessThan(1_500);
  } finally {
    redis.signal('SIGCONT');
  }
});

it('a store that is full, or holds something else under the name, is not asked to decide', async () => {
  const caller = newApp();
  await inspect((client) => client.set(`sluice:rate:1:{app:${caller.appId}}:token_bucket`, 'a stranger'));
  expect(await admitted(caller, limitOf({ perDay: 3 }), 20, replicas.slice(0, 1))).toBe(3);
  expect(refusals).toEqual([expect.stringContaining('WRONGTYPE')]);
});
