import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { noSpread, retryAfterMs } from './retry-after.ts';

const anyWaitMs = fc.double({ min: 0, max: 10_000_000, noNaN: true });
const anyRandom = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('when somebody who was turned away shall come again', () => {
  test('is between 1 and 59 seconds, and never sooner than the estimate as far as that can be told', () => {
    fc.assert(
      fc.property(anyWaitMs, anyRandom, (waitMs, random) => {
        const ms = retryAfterMs(waitMs, () => random);
        expect(Number.isInteger(ms)).toBe(true);
        expect(ms).toBeGreaterThanOrEqual(1_000);
        expect(ms).toBeLessThanOrEqual(59_000);
        expect(Math.ceil(ms / 1000)).toBeLessThanOrEqual(59);
        if (waitMs <= 59_000) expect(ms).toBeGreaterThanOrEqual(Math.round(waitMs));
      }),
    );
  });

  test.each([
    [0, 1_000, 1_999],
    [4_000, 4_000, 5_998],
    [20_000, 20_000, 29_990],
    [50_000, 50_000, 59_000],
    [3_600_000, 45_000, 58_986],
  ])('%i ms are told as %i to %i', (waitMs, least, most) => {
    expect(retryAfterMs(waitMs, noSpread)).toBe(least);
    expect(retryAfterMs(waitMs, () => 0.999)).toBe(most);
  });
});
