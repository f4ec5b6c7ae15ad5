/** Replicas keep count of what an app may have in one place: real Redis. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRefusal } from '../../src/decisions/allowances/allowance.ts';
import { holdScript, settleScript } from '../../src/decisions/allowances/allowance-scripts.ts';
import { AllowancesInProcess } from '../../src/decisions/allowances/allowances-in-process.ts';
import { SharedAllowances } from '../../src/decisions/allowances/shared-allowances.ts';
import { systemClock } from '../../src/model/clock.ts';
import { Secret } from '../../src/model/secret.ts';
import { SharedRedis } from '../../src/storage/redis/shared-redis.ts';
import type { SharedStore } from '../../src/storage/redis/shared-store.ts';
import { claim, describeAllowances, held } from '../support/allowance-suite.ts';
import { type RunningRedis, startRedis } from '../support/redis.ts';

const clock = systemClock;
const none = { most: 0, least: 0 };
let redis: RunningRedis;
let shared: SharedRedis;
const opened: SharedAllowances[] = [];

beforeAll(async () => {
  redis = await startRedis();
  const nobody = () => undefined;
  shared = new SharedRedis({ url: new Secret(redis.url) }, clock, {
    lost: nobody,
    back: nobody,
    refused: nobody,
    risky: nobody,
  });
  await shared.firstWord();
});
afterAll(async () => {
  for (const allowances of opened) await allowances.stop();
  shared?.close();
  await redis?.stop();
});

const had = (amount: number) => () => ({
  requests: amount,
  inputTokens: amount,
  outputTokens: amount,
  costMicro: amount,
});

/** Apps of one test are not those of another: names are given a prefix. */
function replicaOf(
  prefix: string,
  before = 0,
  store: SharedStore = shared,
  onStoreLoss: 'local' | 'fail_closed' = 'local',
): SharedAllowances {
  const replica = new SharedAllowances({
    store: withPrefix(store, prefix),
    local: new AllowancesInProcess(had(before), () => clock.nowMs()),
    onStoreLoss,
    hadBefore: had(before),
    replica: randomBytes(4).toString('hex'),
    clock,
  });
  opened.push(replica);
  return replica;
}

function withPrefix(store: SharedStore, prefix: string): SharedStore {
  const moved = (word: string | number) =>
    typeof word === 'string' ? word.replace('{allowances:', `{allowances:${prefix}-`) : word;
  return {
    get isUp() {
      return store.isUp;
    },
    run: (script, keys, values) =>
      store.run(
        script,
        keys.map((key) => String(moved(key))),
        values.map(moved),
      ),
  };
}

const somewhere = () => randomBytes(6).toString('hex');

describeAllowances('in Redis', { open: (before = 0) => replicaOf(somewhere(), before) });

describe('of two replicas', () => {
  it('no more is let in than of one', async () => {
    const place = somewhere();
    const [one, other] = [replicaOf(place), replicaOf(place)];
    const verdicts = await Promise.all(
      Array.from({ length: 500 }, (_, at) => (at % 2 === 0 ? one : other).hold('app', [claim()], none)),
    );
    const holds = verdicts.filter((verdict) => !isRefusal(verdict));
    expect(holds).toHaveLength(10);
    for (const hold of holds) await held(hold).settle(() => 4);
    const standing = { used: 40, held: 0 };
    expect(await other.hold('app', [claim({ amount: 101 })], none)).toMatchObject({ standing });
  });

  it('what a dead one had set aside is taken as used, and put right if it lives after all', async () => {
    const place = somewhere();
    const [one, other] = [replicaOf(place), replicaOf(place)];
    const atOnce = claim({ kind: 'concurrency', window: undefined, limit: 1, amount: 1 });
    const hold = held(await one.hold('app', [claim({ amount: 60 }), atOnce], none));
    await nobodyLivesAt(place);
    held(await other.hold('app', [atOnce], none));
    expect(await other.hold('app', [claim({ amount: 101 })], none)).toMatchObject({
      standing: { used: 60, held: 0 },
    });
    await hold.settle(() => 7);
    expect(await other.hold('app', [claim({ amount: 101 })], none)).toMatchObject({
      standing: { used: 7, held: 0 },
    });
  });
});

/** All replicas of this place were last heard of long ago. */
async function nobodyLivesAt(place: string): Promise<void> {
  const { Redis } = await import('ioredis');
  const direct = new Redis(redis.url);
  const key = `sluice:{allowances:${place}-app}:alive`;
  for (const who of await direct.zrange(key, '0', '-1')) await direct.call('ZADD', key, '1', who);
  direct.disconnect();
}

it('a store that is gone is done without, and told of what was used when it is back', async () => {
  const place = somewhere();
  let isUp = true;
  const flaky: SharedStore = {
    get isUp() {
      return isUp;
    },
    run: (script, keys, values) =>
      isUp ? shared.run(script, keys, values) : Promise.reject(new Error('gone')),
  };
  const one = replicaOf(place, 0, flaky);
  const other = replicaOf(place);
  held(await one.hold('app', [claim()], none));
  isUp = false;
  await held(await one.hold('app', [claim({ amount: 50 })], none)).settle(() => 33);
  isUp = true;
  await held(await one.hold('app', [claim({ amount: 5 })], none)).settle(() => 1);
  expect(await other.hold('app', [claim({ amount: 101 })], none)).toMatchObject({
    standing: { used: 34, held: 10 },
  });
});

it('an answer that was lost leaves nothing set aside', async () => {
  const place = somewhere();
  let losesAnswers = true;
  const lossy: SharedStore = {
    isUp: true,
    run: async (script, keys, values) => {
      const answer = await shared.run(script, keys, values);
      if (losesAnswers) throw new Error('no answer within 250 ms');
      return answer;
    },
  };
  // The ledger of this test knows nothing, so somebody must have come before.
  await held(await replicaOf(place).hold('app', [claim()], none)).settle(() => 0);
  const one = replicaOf(place, 0, lossy);
  const hold = held(await one.hold('app', [claim()], none));
  losesAnswers = false;
  await hold.settle(() => 2);
  expect(await replicaOf(place).hold('app', [claim({ amount: 101 })], none)).toMatchObject({
    standing: { used: 2, held: 0 },
  });
});

it('a hold may take the place of another while the store is busy with a word of somebody else', async () => {
  const place = somewhere();
  let goOn = () => {};
  const mayGoOn = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let settling = 0;
  const slow: SharedStore = {
    isUp: true,
    run: async (script, keys, values) => {
      if (script === settleScript) {
        settling += 1;
        await mayGoOn;
      }
      return shared.run(script, keys, values);
    },
  };
  const one = replicaOf(place, 0, slow);
  const leg = held(await one.hold('app', [claim({ amount: 95 })], none));
  const other = held(await one.hold('app', [claim({ amount: 5 })], none));
  const told = other.settle(() => 5);
  const next = held(await one.hold('app', [claim({ amount: 95 })], none, leg));
  expect(settling).toBe(1);
  goOn();
  await told;
  await next.settle(() => 1);
  expect(await one.hold('app', [claim({ amount: 101 })], none)).toMatchObject({
    standing: { used: 6, held: 0 },
  });
});

describe('a hold that should have taken the place of another', () => {
  /** Everything but what is answered to holds while `loses` says so. */
  const lossy = (loses: () => 'nothing' | 'question' | 'answer'): SharedStore => ({
    isUp: true,
    run: async (script, keys, values) => {
      if (script === holdScript && loses() === 'question') throw new Error('gone');
      const answer = await shared.run(script, keys, values);
      if (script === holdScript && loses() === 'answer') throw new Error('gone');
      return answer;
    },
  });

  it.each(['question', 'answer'] as const)('leaves nothing set aside when its %s is lost', async (lost) => {
    const place = somewhere();
    let loses: 'nothing' | 'question' | 'answer' = 'nothing';
    const one = replicaOf(
      place,
      0,
      lossy(() => loses),
    );
    const leg = held(await one.hold('app', [claim({ amount: 60 })], none));
    loses = lost;
    const next = held(await one.hold('app', [claim({ amount: 80 })], none, leg));
    loses = 'nothing';
    await next.settle(() => 7);
    expect(await replicaOf(place).hold('app', [claim({ amount: 101 })], none)).toMatchObject({
      standing: { used: 7, held: 0 },
    });
  });

  it('gives back what a replica that was believed dead had set aside', async () => {
    const place = somewhere();
    const [one, other] = [replicaOf(place), replicaOf(place)];
    const leg = held(await one.hold('app', [claim({ amount: 60 })], none));
    await nobodyLivesAt(place);
    expect(await other.hold('app', [claim({ amount: 101 })], none)).toMatchObject({ standing: { used: 60 } });
    const next = held(await one.hold('app', [claim({ amount: 100 })], none, leg));
    await next.settle(() => 3);
    expect(await other.hold('app', [claim({ amount: 101 })], none)).toMatchObject({
      standing: { used: 3, held: 0 },
    });
  });

  it('goes on alone when the store is gone, and the store hears of it later', async () => {
    const place = somewhere();
    let isUp = true;
    const flaky: SharedStore = {
      get isUp() {
        return isUp;
      },
      run: (script, keys, values) =>
        isUp ? shared.run(script, keys, values) : Promise.reject(new Error('gone')),
    };
    const one = replicaOf(place, 0, flaky);
    const leg = held(await one.hold('app', [claim({ amount: 60 })], none));
    isUp = false;
    const alone = held(await one.hold('app', [claim({ amount: 100 })], none, leg));
    isUp = true;
    const back = held(await one.hold('app', [claim({ amount: 90 })], none, alone));
    await back.settle(() => 11);
    expect(await replicaOf(place).hold('app', [claim({ amount: 101 })], none)).toMatchObject({
      standing: { used: 11, held: 0 },
    });
  });
});

it('a store that is gone lets nobody in, where that was said, whom a limit could refuse', async () => {
  const gone: SharedStore = { isUp: false, run: () => Promise.reject(new Error('gone')) };
  const closed = replicaOf(somewhere(), 0, gone, 'fail_closed');
  const asking = Promise.resolve(closed.hold('app', [claim()], none));
  await expect(asking).rejects.toMatchObject({ code: 'no_healthy_backend' });
  held(await closed.hold('app', [claim({ isShadow: true })], none));
});
