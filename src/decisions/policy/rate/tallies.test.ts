import { describe, expect, it } from 'vitest';
import { at, limitOf } from './moments.ts';
import { rulesOf } from './rate-rule.ts';
import { SlidingWindow, SPANS_MAX } from './sliding-window.ts';

/** What they count is asked of every store at once: `test/stores/rates.test.ts`. */

const MINUTE = 60_000;

describe('token bucket', () => {
  it('holds a burst against the shortest window only', () => {
    const rules = rulesOf(limitOf({ perMinute: 60, perHour: 1_000, burst: 10 }));
    expect(rules.map(({ per, atOnce }) => [per, atOnce])).toEqual([
      ['minute', 10],
      ['hour', 1_000],
    ]);
  });
});

describe('sliding window', () => {
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
