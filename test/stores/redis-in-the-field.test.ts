/** Redis as people really run it: with TLS and users of few rights, behind Sentinels, in a cluster, full, read-only, busy. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { AllowancesInProcess } from '../../src/decisions/allowances/allowances-in-process.ts';
import { SharedAllowances } from '../../src/decisions/allowances/shared-allowances.ts';
import { SharedRates } from '../../src/decisions/policy/rate/shared-rates.ts';
import { systemClock } from '../../src/model/clock.ts';
import { Secret } from '../../src/model/secret.ts';
import { RedisCustody } from '../../src/storage/redis/redis-custody.ts';
import type { RedisPlace } from '../../src/storage/redis/redis-place.ts';
import { SharedRedis } from '../../src/storage/redis/shared-redis.ts';
import { claim, held } from '../support/allowance-suite.ts';
import { selfSignedCertificate } from '../support/certificate.ts';
import { type RunningRedis, startRedis } from '../support/redis.ts';
import { waitFor } from '../support/wait-for.ts';

/** The rights that the page tells people to give. */
const rights = /^ +ACL SETUSER sluice on >secret (.*)$/m.exec(
  readFileSync(new URL('../../docs/replicas.md', import.meta.url), 'utf8'),
)?.[1];
if (rights === undefined) throw new Error('docs/replicas.md tells no rights');
const LEAST_RIGHTS = rights.split(' ');

const closings: (() => unknown)[] = [];
const closeLater = (close: () => unknown) => closings.push(close);

afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close();
});

async function start(wishes: Parameters<typeof startRedis>[0] = {}): Promise<RunningRedis> {
  const redis = await startRedis(wishes);
  closeLater(() => {
    redis.signal('SIGCONT');
    return redis.stop();
  });
  return redis;
}

interface Connected {
  readonly store: SharedRedis;
  readonly told: string[];
}

async function connect(place: Partial<RedisPlace> & { readonly at: string }): Promise<Connected> {
  const told: string[] = [];
  const { at, ...more } = place;
  const store = new SharedRedis({ url: new Secret(at), ...more }, systemClock, {
    lost: (why) => told.push(`lost: ${why}`),
    back: () => told.push('back'),
    refused: (why) => told.push(`refused: ${why}`),
    risky: (why) => told.push(`risky: ${why}`),
  });
  closeLater(() => store.close());
  await store.firstWord();
  return { store, told };
}

function direct(redis: RunningRedis, more = {}): Redis {
  const client = new Redis(redis.port, '127.0.0.1', more);
  client.on('error', () => undefined);
  closeLater(() => client.disconnect());
  return client;
}

const none = { requests: 0, inputTokens: 0, outputTokens: 0, costMicro: 0 };

function allowancesAt(store: SharedRedis, hadBefore = () => none): SharedAllowances {
  const clock = systemClock;
  const allowances = new SharedAllowances({
    store,
    local: new AllowancesInProcess(hadBefore, () => clock.nowMs()),
    onStoreLoss: 'local',
    hadBefore,
    replica: randomBytes(4).toString('hex'),
    clock,
  });
  closeLater(() => allowances.stop());
  return allowances;
}

const wish = { most: 0, least: 0 };
const now = () => ({ monotonicMs: systemClock.monotonicMs(), wallMs: systemClock.nowMs() });
const algorithms = ['token_bucket', 'sliding_window', 'calendar'] as const;

describe('a user of few rights, over TLS', () => {
  const certificate = selfSignedCertificate();

  async function startClosed() {
    const redis = await start({ certificate, args: ['--requirepass', 'root'] });
    const root = direct(redis, { password: 'root', tls: { ca: certificate.cert }, db: 3 });
    await root.acl('SETUSER', 'sluice', 'on', '>s3cret%/', ...LEAST_RIGHTS);
    return { redis, root, at: redis.url.replace('://', '://sluice:s3cret%25%2F@') };
  }

  const tls = { caFile: certificate.certFile, certFile: undefined, keyFile: undefined };

  it('may do all that is done there, in a database of its own', async () => {
    const { root, at } = await startClosed();
    const { store, told } = await connect({ at: `${at}/3`, tls });
    expect(told).toEqual([]);
    const rates = new SharedRates(store, { onStoreLoss: 'fail_closed' });
    for (const algorithm of algorithms) {
      const limit = { algorithm, perMinute: 2, perHour: undefined, perDay: 5, burst: undefined };
      const take = async () =>
        (await rates.take({ appId: 'a', address: undefined }, limit, now())).isAdmitted;
      expect([await take(), await take(), await take()]).toEqual([true, true, false]);
    }
    const allowances = allowancesAt(store);
    await held(await allowances.hold('a', [claim()], wish)).settle(() => 3);
    await store.write('sluice:answer:1:x', Buffer.from('bytes'), 10_000);
    expect((await store.read('sluice:answer:1:x', 100))?.bytes).toHaveLength(5);
    const custody = new RedisCustody({ url: new Secret(`${at}/3`), tls }, 'me', 15_000);
    closeLater(() => custody.close());
    const heard: unknown[] = [];
    custody.onNews((news) => heard.push(news));
    await waitFor('it to be connected', () => heard.length > 0);
    const claimed = await custody.claim('card', 0);
    expect(claimed).toMatchObject({ isOurs: true });
    if (!claimed.isOurs) return;
    expect(await custody.renew('card', claimed.fence)).toMatchObject({ isOurs: true });
    await custody.release('card', claimed.fence);
    await custody.withdraw('card');
    expect((await root.keys('*')).every((key) => key.startsWith('sluice:'))).toBe(true);
    expect(await root.acl('LOG')).toEqual([]);
    expect(told).toEqual([]);
  });

  it.each([
    ['an authority that nobody knows', { tls: undefined }, /self-signed certificate/],
    ['a wrong password', { password: 'wrong' }, /WRONGPASS/],
  ])(
    'is kept out by %s, which is told',
    async (_why, { password, ...more }: { password?: string; tls?: undefined }, words) => {
      const { redis } = await startClosed();
      const at = redis.url.replace('://', `://sluice:${password ?? 's3cret%25%2F'}@`);
      const { store, told } = await connect({ at, ...('tls' in more ? {} : { tls }) });
      expect(store.isUp).toBe(false);
      expect(told.join()).toMatch(words);
    },
  );
});

it('behind Sentinels the new primary is found, and counted at, when the old one has died', async () => {
  const [primary, secondary] = [await start(), await start()];
  await direct(secondary).replicaof('127.0.0.1', primary.port);
  const sentinel = await start({ sentinelFor: { name: 'Main_1', port: primary.port } });
  const watching = direct(sentinel);
  await waitFor('the Sentinel to know both', async () => {
    const replicas = await watching.call('SENTINEL', 'replicas', 'Main_1');
    return Array.isArray(replicas) && replicas.length === 1;
  });
  const nobody = { host: '127.0.0.1', port: 1 };
  const sentinels = [nobody, { host: '127.0.0.1', port: sentinel.port }];
  const { store, told } = await connect({ at: 'redis://Main_1/2', sentinels });
  await store.write('sluice:answer:1:x', Buffer.from('bytes'), 60_000);
  await waitFor('the other to have it', async () => (await direct(secondary, { db: 2 }).dbsize()) === 1);
  await primary.stop();
  await waitFor('the new primary', () => store.isUp && told.includes('back'));
  expect((await store.read('sluice:answer:1:x', 100))?.bytes).toHaveLength(5);
  await store.write('sluice:answer:1:y', Buffer.from('bytes'), 60_000);
});

it('Sentinels that are all gone are a lost store, and said to be the reason', async () => {
  const { store, told } = await connect({
    at: 'redis://main/0',
    sentinels: [{ host: '127.0.0.1', port: 1 }],
  });
  expect(store.isUp).toBe(false);
  expect(told.join()).toMatch(/^lost: All sentinels are unreachable/);
});

it('a database it has not got is not another one instead', async () => {
  const redis = await start();
  const { store, told } = await connect({ at: `${redis.url}/99` });
  expect(store.isUp).toBe(false);
  expect(told).toEqual([expect.stringContaining('DB index is out of range')]);
});

it('a node of a cluster is refused for good', async () => {
  const redis = await start({ args: ['--cluster-enabled', 'yes'] });
  const { store, told } = await connect({ at: redis.url });
  expect(store.unusable).toContain('Redis Cluster');
  expect(told).toEqual([expect.stringContaining('lost: it is a node of a Redis Cluster')]);
});

it('one that may forget what is counted is told so, and used', async () => {
  const redis = await start({ args: ['--maxmemory', '50mb', '--maxmemory-policy', 'allkeys-lru'] });
  const { store, told } = await connect({ at: redis.url });
  expect(store.isUp).toBe(true);
  expect(told).toEqual([expect.stringMatching(/^risky: .*allkeys-lru.*noeviction/)]);
});

it('one that only reads is not counted at, is asked again, and is used once it may write', async () => {
  const [primary, replica] = [await start(), await start()];
  await direct(replica).replicaof('127.0.0.1', primary.port);
  const { store, told } = await connect({ at: replica.url });
  expect(store.isUp).toBe(false);
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect(told).toEqual([expect.stringContaining('replica that only reads')]);
  await direct(replica).replicaof('NO', 'ONE');
  await waitFor('it to be used', () => store.isUp);
  await store.write('sluice:answer:1:x', Buffer.from('bytes'), 60_000);
  await direct(replica).replicaof('127.0.0.1', primary.port);
  await expect(store.write('sluice:answer:1:x', Buffer.from('bytes'), 60_000)).rejects.toThrow('READONLY');
  await waitFor('that to be noticed', () => !store.isUp && store.trouble !== undefined);
  expect(told.at(-1)).toContain('lost: READONLY');
});

it('one that is full or busy keeps nobody waiting, and is counted without meanwhile', async () => {
  const redis = await start({ args: ['--busy-reply-threshold', '200'] });
  const { store, told } = await connect({ at: redis.url });
  const rates = new SharedRates(store, { onStoreLoss: 'local' });
  const limit = {
    algorithm: 'sliding_window',
    perMinute: 3,
    perHour: undefined,
    perDay: undefined,
    burst: undefined,
  } as const;
  const take = async () => (await rates.take({ appId: 'a', address: undefined }, limit, now())).isAdmitted;
  const allowances = allowancesAt(store);
  const ceiling = claim({ limit: 3, amount: 1 });
  const hold = () => allowances.hold('a', [ceiling], wish);
  expect(await take()).toBe(true);
  await held(await hold()).settle(() => 1);
  const root = direct(redis);
  await root.config('SET', 'maxmemory', '1mb');
  expect([await take(), await take(), await take()]).toEqual([true, true, false]);
  expect(told).toEqual([expect.stringMatching(/^refused: OOM/)]);
  await root.config('SET', 'maxmemory', '0');
  const other = direct(redis);
  await other.ping();
  const looping = root.eval('while true do end', 0).catch(() => undefined);
  await waitFor('the script to run', async () => {
    const startedMs = performance.now();
    await take();
    expect(performance.now() - startedMs).toBeLessThan(1_500);
    return !store.isUp;
  });
  await other.script('KILL');
  await looping;
  await waitFor('it to be back', () => store.isUp);
  expect(await take()).toBe(true);
});
