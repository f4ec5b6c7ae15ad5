/**
 * What a rate limit means, asked of everything that can count: the memory of one process, and a real Redis that several
 * share. Both must say the same, to the millisecond.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RateLimit } from '../../src/config/config.ts';
import { algorithms, at, limitOf } from '../../src/decisions/policy/rate/moments.ts';
import { rulesOf } from '../../src/decisions/policy/rate/rate-rule.ts';
import type {
  CountedVerdict,
  Moment,
  RateCaller,
  RateStore,
} from '../../src/decisions/policy/rate/rate-store.ts';
import { RatesInProcess } from '../../src/decisions/policy/rate/rates-in-process.ts';
import { SharedRates } from '../../src/decisions/policy/rate/shared-rates.ts';
import { systemClock } from '../../src/model/clock.ts';
import { Secret } from '../../src/model/secret.ts';
import { SharedRedis } from '../../src/storage/redis/shared-redis.ts';
import type { SharedStore } from '../../src/storage/redis/shared-store.ts';
import { type RunningRedis, startRedis } from '../support/redis.ts';

const MINUTE = 60_000;

let redis: RunningRedis;
let connection: SharedRedis;

beforeAll(async () => {
  redis = await startRedis();
  connection = new SharedRedis({ url: new Secret(redis.url) }, systemClock, {
    lost: () => undefined,
    back: () => undefined,
    refused: (why) => console.error(why),
    risky: (why) => console.error(why),
  });
  await connection.firstWord();
});

afterAll(async () => {
  connection.close();
  await redis.stop();
});

/** Never falls back upon the memory of the process: an answer that did not come from Redis must not pass for one. */
const honest: SharedStore = {
  isUp: true,
  run: async (script, keys, values) => {
    const answer = await connection.run(script, keys, values);
    answers += 1;
    return answer;
  },
};

let answers = 0;
let callers = 0;

/** A caller of whom nothing has been counted. */
type Take = (limit: RateLimit, now: Moment) => Promise<CountedVerdict>;

function newCallerOf(rates: RateStore): Take {
  const caller: RateCaller = { appId: `app-${++callers}`, address: undefined };
  return async (limit, now) => {
    const verdict = await rates.take(caller, limit, now);
    if (verdict.isAdmitted === undefined) throw new Error('nobody counted it');
    return verdict;
  };
}

function newCallerAtRedis(): Take {
  const take = newCallerOf(
    new SharedRates(honest, { onStoreLoss: 'local', timeOf: ({ wallMs }) => Math.floor(wallMs) }),
  );
  return async (limit, now) => {
    const before = answers;
    const verdict = await take(limit, now);
    expect(answers).toBe(before + 1);
    return verdict;
  };
}

const numbers = fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined });
const limits = fc
  .record({
    perMinute: numbers,
    perHour: fc.option(fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 501, max: 700 })), {
      nil: undefined,
    }),
    perDay: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
    burst: numbers,
    algorithm: fc.constantFrom(...algorithms),
  })
  .filter(({ perMinute, perHour, perDay }) => (perMinute ?? perHour ?? perDay) !== undefined);

/** Mostly close together, sometimes hours apart. */
const gaps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 0, max: 3_000 }) },
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 90_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 40_000_000 }) },
  ),
  { maxLength: 150 },
);

const times = (between: readonly number[]): number[] => {
  let ms = 0;
  return between.map((gap) => (ms += gap));
};

/** The most that any stretch of time may hold, by the definition of the algorithm, worked out the slow way. */
function isWithin(limit: RateLimit, admitted: readonly number[]): boolean {
  return rulesOf(limit).every(({ windowMs, requests, atOnce }) => {
    if (limit.algorithm === 'calendar') {
      const windows = admitted.map((ms) => Math.floor(at(ms).wallMs / windowMs));
      return windows.every((window) => windows.filter((other) => other === window).length <= requests);
    }
    return admitted.every((from, first) =>
      admitted.slice(first).every((to, further) => {
        if (limit.algorithm === 'token_bucket')
          return further + 1 <= atOnce + ((to - from) * requests) / windowMs;
        return to - from >= windowMs || further + 1 <= requests;
      }),
    );
  });
}

const stores = [
  { name: 'in the memory of one process', newCaller: () => newCallerOf(new RatesInProcess()), numRuns: 200 },
  { name: 'at a Redis that several share', newCaller: newCallerAtRedis, numRuns: 40 },
];

describe.each(stores)('rates counted $name', ({ newCaller, numRuns }) => {
  /** Asks at each of these moments: `1` for admitted, `-` for refused. */
  async function run(limit: RateLimit, moments: readonly number[], take = newCaller()): Promise<string> {
    let answer = '';
    for (const ms of moments) answer += (await take(limit, at(ms))).isAdmitted ? '1' : '-';
    return answer;
  }

  describe('token bucket', () => {
    it('lets all of a window through at once, then refills evenly, not all at once every minute', async () => {
      const limit = limitOf({ perMinute: 3 });
      expect(await run(limit, [0, 0, 0, 0, 19_999, 20_000, 20_000, 40_000, 60_000])).toBe('111--1-11');
    });

    it('lets no more through at once than the burst', async () => {
      const limit = limitOf({ perMinute: 60, burst: 2 });
      expect(await run(limit, [0, 0, 0, 999, 1_000, 1_000, 9_000, 9_000, 9_000])).toBe('11--1-11-');
    });

    it('drifts by nothing, with a rate that no millisecond divides', async () => {
      const everySecond = Array.from({ length: 6_000 }, (_, nth) => nth * 1_000);
      const answer = await run(limitOf({ perMinute: 7 }), everySecond);
      // Seven at the start, and then seven a minute, to the end of the last whole second.
      expect(answer.replaceAll('-', '')).toHaveLength(7 + Math.floor((7 * (100 * MINUTE - 1_000)) / MINUTE));
    });

    it('counts a large rate exactly, for a day as well', async () => {
      const take = newCaller();
      const limit = limitOf({ perDay: 50_000_000 });
      await take(limit, at(0));
      expect(await take(limit, at(0))).toMatchObject({
        standing: { limit: 50_000_000, remaining: 49_999_998, resetMs: 4 },
      });
    });
  });

  describe('sliding window', () => {
    it('lets through what leaves no stretch of a window with more', async () => {
      const limit = limitOf({ perMinute: 2, algorithm: 'sliding_window' });
      expect(await run(limit, [0, 30_000, 59_999, 60_000, 89_999, 90_000])).toBe('11-1-1');
    });

    it('errs on the strict side where neighbours share an entry', async () => {
      const limit = limitOf({ perMinute: 1_000, algorithm: 'sliding_window' });
      const take = newCaller();
      for (let nth = 0; nth < 1_000; nth += 1) await take(limit, at(Math.floor(nth / 10)));
      expect(await take(limit, at(MINUTE))).toMatchObject({ isAdmitted: false, waitMs: 99 });
      expect(await take(limit, at(MINUTE + 99))).toMatchObject({ standing: { remaining: 999 } });
    });
  });

  describe('calendar', () => {
    const limit = limitOf({ perMinute: 2, algorithm: 'calendar' });

    it('begins anew with each minute of UTC', async () => {
      expect(await run(limit, [59_000, 59_999, 59_999, 60_000, 60_000, 60_000])).toBe('11-11-');
    });

    it.each([
      ['perMinute', 60_000],
      ['perHour', 3_600_000],
      ['perDay', 86_400_000],
    ] as const)('knows the %s', async (key, windowMs) => {
      expect(await run(limitOf({ [key]: 1, algorithm: 'calendar' }), [1, windowMs - 1, windowMs])).toBe(
        '1-1',
      );
    });

    it('is not fooled by a clock that steps back over the edge, and heals from one that was far ahead', async () => {
      const take = newCaller();
      const asked = (wallMs: number) => take(limit, { monotonicMs: 0, wallMs });
      const edge = at(MINUTE).wallMs;
      expect((await asked(edge)).isAdmitted).toBe(true);
      expect((await asked(edge)).isAdmitted).toBe(true);
      expect((await asked(edge)).isAdmitted).toBe(false);
      expect(await asked(edge - 500)).toMatchObject({ isAdmitted: false, waitMs: MINUTE + 500 });
      expect((await asked(edge - 5 * MINUTE)).isAdmitted).toBe(true);
    });
  });

  describe('several windows', () => {
    const limit = limitOf({ perMinute: 2, perHour: 3, algorithm: 'sliding_window' });

    it('hold together, and a refusal by one burns nothing of the other', async () => {
      // Were refused requests counted for the hour, the one at 60 s would be refused.
      const moments = [0, 0, 0, 0, 0, 60_000, 60_000, 3_599_999, 3_600_000];
      expect(await run(limit, moments)).toBe('11---1--1');
    });

    it('tell of the one that is nearest to refusing, and name the one that refuses longest', async () => {
      const take = newCaller();
      expect(await take(limit, at(0))).toMatchObject({
        standing: { limit: 2, remaining: 1, resetMs: MINUTE },
      });
      await take(limit, at(0));
      expect(await take(limit, at(10))).toMatchObject({ rule: { per: 'minute' }, waitMs: 59_990 });
      expect(await take(limit, at(MINUTE))).toMatchObject({ standing: { limit: 3, remaining: 0 } });
      expect(await take(limit, at(MINUTE))).toMatchObject({
        isAdmitted: false,
        rule: { per: 'hour', requests: 3 },
        waitMs: 59 * MINUTE,
        standing: { limit: 3, remaining: 0, resetMs: 60 * MINUTE },
      });
    });
  });

  describe('a changed limit', () => {
    it.each(algorithms)('keeps what was counted by %s', async (algorithm) => {
      const before = limitOf({ perMinute: 5, algorithm });
      const take = newCaller();
      for (let nth = 0; nth < 4; nth += 1) await take(before, at(0));
      const same = { ...before };
      expect(await take(same, at(1))).toMatchObject({ isAdmitted: true, standing: { remaining: 0 } });
      expect((await take({ ...before, perMinute: 3 }, at(2))).isAdmitted).toBe(false);
      expect((await take({ ...before, perMinute: 7 }, at(3))).isAdmitted).toBe(true);
      expect((await take({ ...before, perMinute: 1_000 }, at(500))).isAdmitted).toBe(true);
    });

    it.each(algorithms)(
      'never makes anybody work off what was allowed before, with %s',
      async (algorithm) => {
        const before = limitOf({ perMinute: 1_000, algorithm });
        const take = newCaller();
        for (let nth = 0; nth < 1_000; nth += 1) await take(before, at(0));
        const verdict = await take({ ...before, perMinute: 2 }, at(0));
        expect(verdict).toMatchObject({ isAdmitted: false, standing: { limit: 2, remaining: 0 } });
        expect(verdict).toHaveProperty('waitMs', algorithm === 'token_bucket' ? MINUTE / 2 : MINUTE);
      },
    );

    it('of another algorithm begins anew', async () => {
      const before = limitOf({ perMinute: 1 });
      const take = newCaller();
      await take(before, at(0));
      expect((await take({ ...before, algorithm: 'calendar' }, at(0))).isAdmitted).toBe(true);
    });
  });

  describe('whatever comes, and whenever', () => {
    it('never more is admitted than the limit allows', async () => {
      const property = fc.asyncProperty(limits, gaps, async (limit, between) => {
        const moments = times(between);
        const answer = await run(limit, moments);
        const admitted = moments.filter((_, nth) => answer[nth] === '1');
        expect(isWithin(limit, admitted)).toBe(true);
      });
      await fc.assert(property, { numRuns });
    });

    it('a refused request changes nothing', async () => {
      const property = fc.asyncProperty(limits, gaps, async (limit, between) => {
        const [asked, spared] = [newCaller(), newCaller()];
        for (const ms of times(between)) {
          const verdict = await asked(limit, at(ms));
          if (verdict.isAdmitted) expect(await spared(limit, at(ms))).toEqual(verdict);
        }
      });
      await fc.assert(property, { numRuns });
    });

    it('a refused request is admitted after exactly the time it was told, and not a millisecond before', async () => {
      const property = fc.asyncProperty(limits, gaps, async (limit, between) => {
        const take = newCaller();
        let ms = 0;
        for (const gap of between) {
          ms += gap;
          const verdict = await take(limit, at(ms));
          if (verdict.isAdmitted) continue;
          expect(verdict.standing.remaining).toBe(0);
          expect((await take(limit, at(ms + verdict.waitMs - 1))).isAdmitted).toBe(false);
          ms += verdict.waitMs;
          expect((await take(limit, at(ms))).isAdmitted).toBe(true);
        }
      });
      await fc.assert(property, { numRuns });
    });

    it('after the reset of the only window everything is there again, and before it is not', async () => {
      const requests = fc.integer({ min: 2, max: 600 });
      const property = fc.asyncProperty(
        fc.constantFrom(...algorithms),
        requests,
        gaps,
        async (algorithm, perHour, between) => {
          const limit = limitOf({ perHour, algorithm });
          const take = newCaller();
          let last = { ms: 0, resetMs: 0 };
          for (const ms of times(between))
            last = { ms, resetMs: (await take(limit, at(ms))).standing.resetMs };
          const again = await take(limit, at(last.ms + last.resetMs));
          expect(again).toMatchObject({ isAdmitted: true, standing: { remaining: perHour - 1 } });
        },
      );
      await fc.assert(property, { numRuns });
    });
  });
});

describe('rates counted by the wall clock of a Redis', () => {
  it.each([
    ['token_bucket', 30_500],
    ['sliding_window', 60_500],
  ] as const)(
    'wait as long as was told when it steps back, and heal when it was far ahead: %s',
    async (algorithm, waitMs) => {
      const limit = limitOf({ perMinute: 2, algorithm });
      const take = newCallerAtRedis();
      const [ahead, now] = [at(10 * MINUTE), 10 * MINUTE - 500];
      await take(limit, ahead);
      await take(limit, ahead);
      expect(await take(limit, at(now))).toMatchObject({
        isAdmitted: false,
        waitMs,
        standing: { resetMs: 60_500 },
      });
      expect((await take(limit, at(now + waitMs - 1))).isAdmitted).toBe(false);
      expect((await take(limit, at(now + waitMs))).isAdmitted).toBe(true);
      expect(await take(limit, at(2 * MINUTE))).toMatchObject({
        isAdmitted: true,
        standing: { remaining: 1 },
      });
    },
  );
});

describe('both', () => {
  it('give the same verdict, wait and standing, whatever comes and however the limit is changed meanwhile', async () => {
    const chapters = fc.array(fc.tuple(limits, gaps), { minLength: 1, maxLength: 3 });
    const sameAlgorithm = fc.tuple(chapters, fc.constantFrom(...algorithms));
    const property = fc.asyncProperty(sameAlgorithm, async ([told, algorithm]) => {
      const [alone, together] = [newCallerOf(new RatesInProcess()), newCallerAtRedis()];
      const [first] = told;
      // Windows that come and go are kept at Redis until they end, and in a process are not: those are another test.
      const windows = Object.entries(first?.[0] ?? {}).filter(
        ([key, value]) => key.startsWith('per') && value,
      );
      let ms = 0;
      for (const [nth, [limit, between]] of told.entries()) {
        const same = windows.map(([key, value]) => [key, Number(value) + 3 * nth]);
        const now = { ...limitOf({ burst: limit.burst, algorithm }), ...Object.fromEntries(same) };
        for (const gap of between) {
          ms += gap;
          expect(await together(now, at(ms))).toEqual(await alone(now, at(ms)));
        }
      }
    });
    await fc.assert(property, { numRuns: 100 });
  });
});
