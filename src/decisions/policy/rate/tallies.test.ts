import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RateLimit } from '../../../config/config.ts';
import { CallerTallies } from './caller-tallies.ts';
import { algorithms, at, limitOf } from './moments.ts';
import { rulesOf } from './rate-rule.ts';
import { SlidingWindow, SPANS_MAX } from './sliding-window.ts';

const MINUTE = 60_000;

/** Asks at each of these moments: `1` for admitted, `-` for refused. */
function run(limit: RateLimit, moments: readonly number[]): string {
  const tallies = new CallerTallies(limit, at(moments[0] ?? 0));
  return moments.map((ms) => (tallies.take(limit, at(ms)).isAdmitted ? '1' : '-')).join('');
}

describe('token bucket', () => {
  it('lets all of a window through at once, then refills evenly, not all at once every minute', () => {
    const limit = limitOf({ perMinute: 3 });
    expect(run(limit, [0, 0, 0, 0, 19_999, 20_000, 20_000, 40_000, 60_000])).toBe('111--1-11');
  });

  it('lets no more through at once than the burst', () => {
    expect(run(limitOf({ perMinute: 60, burst: 2 }), [0, 0, 0, 999, 1_000, 1_000, 9_000, 9_000, 9_000])).toBe(
      '11--1-11-',
    );
  });

  it('holds a burst against the shortest window only', () => {
    const rules = rulesOf(limitOf({ perMinute: 60, perHour: 1_000, burst: 10 }));
    expect(rules.map(({ per, atOnce }) => [per, atOnce])).toEqual([
      ['minute', 10],
      ['hour', 1_000],
    ]);
  });

  it('drifts by nothing, with a rate that no millisecond divides', () => {
    const limit = limitOf({ perMinute: 7 });
    const tallies = new CallerTallies(limit, at(0));
    let admitted = 0;
    for (let ms = 0; ms < 100 * MINUTE; ms += 1_000)
      if (tallies.take(limit, at(ms)).isAdmitted) admitted += 1;
    // Seven at the start, and then seven a minute, to the end of the last whole second.
    expect(admitted).toBe(7 + Math.floor((7 * (100 * MINUTE - 1_000)) / MINUTE));
  });
});

describe('sliding window', () => {
  it('lets through what leaves no stretch of a window with more', () => {
    const limit = limitOf({ perMinute: 2, algorithm: 'sliding_window' });
    expect(run(limit, [0, 30_000, 59_999, 60_000, 89_999, 90_000])).toBe('11-1-1');
  });

  it('errs on the strict side where neighbours share an entry', () => {
    const limit = limitOf({ perMinute: 1_000, algorithm: 'sliding_window' });
    const tallies = new CallerTallies(limit, at(0));
    for (let nth = 0; nth < 1_000; nth += 1) tallies.take(limit, at(Math.floor(nth / 10)));
    expect(tallies.take(limit, at(MINUTE))).toMatchObject({ isAdmitted: false, waitMs: 99 });
    expect(tallies.take(limit, at(MINUTE + 99))).toMatchObject({ standing: { remaining: 999 } });
  });

  it.each([SPANS_MAX, SPANS_MAX + 1, 100_000])('keeps a bounded memory of %i a minute', (requests) => {
    const [rule] = rulesOf(limitOf({ perMinute: requests, algorithm: 'sliding_window' }));
    if (rule === undefined) throw new Error('no rule');
    const window = new SlidingWindow(rule);
    const stepMs = requests > 1_000 ? 7 : 119;
    for (let ms = 0; ms < 3 * MINUTE; ms += stepMs) if (window.waitMs(at(ms)) === 0) window.add(at(ms));
    expect(window.size).toBeLessThanOrEqual(SPANS_MAX + 2);
    expect(window.size).toBeGreaterThan(SPANS_MAX / 3);
  });
});

describe('calendar', () => {
  const limit = limitOf({ perMinute: 2, algorithm: 'calendar' });

  it('begins anew with each minute of UTC', () => {
    expect(run(limit, [59_000, 59_999, 59_999, 60_000, 60_000, 60_000])).toBe('11-11-');
  });

  it.each([
    ['perMinute', 60_000],
    ['perHour', 3_600_000],
    ['perDay', 86_400_000],
  ] as const)('knows the %s', (key, windowMs) => {
    expect(run(limitOf({ [key]: 1, algorithm: 'calendar' }), [1, windowMs - 1, windowMs])).toBe('1-1');
  });

  it('is not fooled by a clock that steps back over the edge, and heals from one that was far ahead', () => {
    const tallies = new CallerTallies(limit, at(MINUTE));
    const asked = (wallMs: number) => tallies.take(limit, { monotonicMs: 0, wallMs });
    const edge = at(MINUTE).wallMs;
    expect([asked(edge).isAdmitted, asked(edge).isAdmitted, asked(edge).isAdmitted]).toEqual([
      true,
      true,
      false,
    ]);
    expect(asked(edge - 500)).toMatchObject({ isAdmitted: false, waitMs: MINUTE + 500 });
    expect(asked(edge - 5 * MINUTE).isAdmitted).toBe(true);
  });
});

describe('several windows', () => {
  const limit = limitOf({ perMinute: 2, perHour: 3, algorithm: 'sliding_window' });

  it('hold together, and a refusal by one burns nothing of the other', () => {
    // Were refused requests counted for the hour, the one at 60 s would be refused.
    expect(run(limit, [0, 0, 0, 0, 0, 60_000, 60_000, 3_599_999, 3_600_000])).toBe('11---1--1');
  });

  it('tell of the one that is nearest to refusing, and name the one that refuses longest', () => {
    const tallies = new CallerTallies(limit, at(0));
    expect(tallies.take(limit, at(0))).toMatchObject({
      standing: { limit: 2, remaining: 1, resetMs: MINUTE },
    });
    tallies.take(limit, at(0));
    expect(tallies.take(limit, at(10))).toMatchObject({ rule: { per: 'minute' }, waitMs: 59_990 });
    expect(tallies.take(limit, at(MINUTE))).toMatchObject({ standing: { limit: 3, remaining: 0 } });
    expect(tallies.take(limit, at(MINUTE))).toMatchObject({
      isAdmitted: false,
      rule: { per: 'hour', requests: 3 },
      waitMs: 59 * MINUTE,
      standing: { limit: 3, remaining: 0, resetMs: 60 * MINUTE },
    });
  });
});

describe('a changed limit', () => {
  it.each(algorithms)('keeps what was counted by %s', (algorithm) => {
    const before = limitOf({ perMinute: 5, algorithm });
    const tallies = new CallerTallies(before, at(0));
    for (let nth = 0; nth < 4; nth += 1) tallies.take(before, at(0));
    const same = { ...before };
    expect(tallies.take(same, at(1))).toMatchObject({ isAdmitted: true, standing: { remaining: 0 } });
    expect(tallies.take({ ...before, perMinute: 3 }, at(2)).isAdmitted).toBe(false);
    expect(tallies.take({ ...before, perMinute: 7 }, at(3)).isAdmitted).toBe(true);
    expect(tallies.take({ ...before, perMinute: 1_000 }, at(500)).isAdmitted).toBe(true);
  });

  it.each(algorithms)('never makes anybody work off what was allowed before, with %s', (algorithm) => {
    const before = limitOf({ perMinute: 1_000, algorithm });
    const tallies = new CallerTallies(before, at(0));
    for (let nth = 0; nth < 1_000; nth += 1) tallies.take(before, at(0));
    const verdict = tallies.take({ ...before, perMinute: 2 }, at(0));
    expect(verdict).toMatchObject({ isAdmitted: false, standing: { limit: 2, remaining: 0 } });
    expect(verdict).toHaveProperty('waitMs', algorithm === 'token_bucket' ? MINUTE / 2 : MINUTE);
  });

  it('of another algorithm begins anew', () => {
    const before = limitOf({ perMinute: 1 });
    const tallies = new CallerTallies(before, at(0));
    tallies.take(before, at(0));
    expect(tallies.take({ ...before, algorithm: 'calendar' }, at(0)).isAdmitted).toBe(true);
  });
});

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

describe('whatever comes, and whenever', () => {
  it('never more is admitted than the limit allows', () => {
    fc.assert(
      fc.property(limits, gaps, (limit, between) => {
        const moments = times(between);
        const answers = run(limit, moments);
        const admitted = moments.filter((_, nth) => answers[nth] === '1');
        expect(isWithin(limit, admitted)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('a refused request changes nothing', () => {
    fc.assert(
      fc.property(limits, gaps, (limit, between) => {
        const asked = new CallerTallies(limit, at(0));
        const spared = new CallerTallies(limit, at(0));
        for (const ms of times(between)) {
          const verdict = asked.take(limit, at(ms));
          if (verdict.isAdmitted) expect(spared.take(limit, at(ms))).toEqual(verdict);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('a refused request is admitted after exactly the time it was told, and not a millisecond before', () => {
    fc.assert(
      fc.property(limits, gaps, (limit, between) => {
        const tallies = new CallerTallies(limit, at(0));
        let ms = 0;
        for (const gap of between) {
          ms += gap;
          const verdict = tallies.take(limit, at(ms));
          if (verdict.isAdmitted) continue;
          expect(verdict.standing.remaining).toBe(0);
          expect(tallies.take(limit, at(ms + verdict.waitMs - 1)).isAdmitted).toBe(false);
          ms += verdict.waitMs;
          expect(tallies.take(limit, at(ms)).isAdmitted).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('after the reset of the only window everything is there again, and before it is not', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...algorithms),
        fc.integer({ min: 2, max: 600 }),
        gaps,
        (algorithm, perHour, between) => {
          const limit = limitOf({ perHour, algorithm });
          const taken = new CallerTallies(limit, at(0));
          let last = { ms: 0, resetMs: 0 };
          for (const ms of times(between)) last = { ms, resetMs: taken.take(limit, at(ms)).standing.resetMs };
          const again = taken.take(limit, at(last.ms + last.resetMs));
          expect(again).toMatchObject({ isAdmitted: true, standing: { remaining: perHour - 1 } });
        },
      ),
      { numRuns: 200 },
    );
  });
});
