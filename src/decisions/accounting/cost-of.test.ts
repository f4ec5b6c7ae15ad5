import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costOf, type Price, worstCostOf } from './cost-of.ts';

const price: Price = {
  currency: 'usd',
  promptPerMillion: 2.5,
  completionPerMillion: 10,
  cachedPromptPerMillion: 1.25,
  perImage: 0.04,
  perRequest: 0.001,
};
const free: Price = {
  currency: 'usd',
  promptPerMillion: 0,
  completionPerMillion: 0,
  cachedPromptPerMillion: undefined,
  perImage: 0,
  perRequest: 0,
};

describe('the cost of a request', () => {
  it('adds up prompt, cached prompt, completion, images and the request itself', () => {
    const usage = { inputTokens: 1_000_000, cachedInputTokens: 400_000, outputTokens: 100_000 };
    expect(costOf(usage, price, 2)).toBe(1_500_000 + 500_000 + 1_000_000 + 80_000 + 1_000);
  });

  it('charges the request as often as the backend bills it', () => {
    expect(costOf(undefined, { ...free, perRequest: 0.002 }, 0, 3)).toBe(6_000);
    expect(costOf(undefined, { ...free, perRequest: 0.002 }, 0, 0)).toBe(0);
  });

  it('charges sound by the minute where its length is told, to the second', () => {
    const usage = { inputTokens: 0, outputTokens: 0, audioSeconds: 90 };
    expect(costOf(usage, { ...free, perAudioMinute: 0.006 })).toBe(9_000);
    expect(costOf(usage, free)).toBe(0);
    expect(costOf({ inputTokens: 0, outputTokens: 0 }, { ...free, perAudioMinute: 0.006 })).toBe(0);
    const both = { ...usage, inputTokens: 1_000_000 };
    expect(costOf(both, { ...free, promptPerMillion: 1, perAudioMinute: 0.006 })).toBe(1_009_000);
  });

  it('at worst has all the sound there can be', () => {
    const perMinute = { ...free, perAudioMinute: 0.006 };
    expect(worstCostOf(perMinute, 0, 0, 150)).toEqual({ fixedMicro: 15_000, perOutputTokenMicro: 0 });
    expect(worstCostOf(perMinute, 0, 0)).toEqual({ fixedMicro: 0, perOutputTokenMicro: 0 });
  });

  it('charges cached tokens in full where no rate for them is known, and writing to the cache at its own', () => {
    const usage = {
      inputTokens: 1_000_000,
      cachedInputTokens: 600_000,
      cacheWriteTokens: 400_000,
      outputTokens: 0,
    };
    expect(costOf(usage, { ...free, promptPerMillion: 2 })).toBe(2_000_000);
    expect(costOf(usage, { ...free, promptPerMillion: 2, cacheWritePerMillion: 4 })).toBe(2_800_000);
  });

  it('takes the whole request at the dearer rate once the prompt is long', () => {
    const tiered = {
      ...free,
      promptPerMillion: 1,
      longPrompts: [{ ...free, overTokens: 200, promptPerMillion: 2 }],
    };
    expect(costOf({ inputTokens: 200, outputTokens: 0 }, tiered)).toBe(200);
    expect(costOf({ inputTokens: 201, outputTokens: 0 }, tiered)).toBe(402);
  });

  it('takes a total at the prompt rate when nothing else is known (row 000-73)', () => {
    expect(costOf({ inputTokens: 0, outputTokens: 0, totalTokens: 1_000 }, { ...price, perRequest: 0 })).toBe(
      2_500,
    );
    expect(
      costOf({ inputTokens: 10, outputTokens: 0, totalTokens: 1_000 }, { ...price, perRequest: 0 }),
    ).toBe(25);
  });

  it('rounds up, once, and not because of binary fractions', () => {
    expect(
      costOf(
        { inputTokens: 1, outputTokens: 1 },
        { ...free, promptPerMillion: 0.1, completionPerMillion: 0.1 },
      ),
    ).toBe(1);
    expect(costOf({ inputTokens: 3, outputTokens: 0 }, { ...free, promptPerMillion: 0.1 })).toBe(1);
    expect(costOf({ inputTokens: 30, outputTokens: 0 }, { ...free, promptPerMillion: 0.1 })).toBe(3);
  });

  it('is only that of the request when usage is not known', () => {
    expect(costOf(undefined, price)).toBe(1_000);
    expect(costOf(undefined, free)).toBe(0);
  });
});

const tokens = fc.integer({ min: 0, max: 1_000_000_000 });
const usages = fc.record({
  inputTokens: tokens,
  outputTokens: tokens,
  cachedInputTokens: fc.option(tokens, { nil: undefined }),
  cacheWriteTokens: fc.option(tokens, { nil: undefined }),
  totalTokens: fc.option(tokens, { nil: undefined }),
});
const rate = fc.double({ min: 0, max: 5_000, noNaN: true });
const prices = fc.record({
  currency: fc.constant('usd'),
  promptPerMillion: rate,
  completionPerMillion: rate,
  cachedPromptPerMillion: fc.option(rate, { nil: undefined }),
  perImage: rate,
  perRequest: rate,
});

describe('whatever is counted, the cost', () => {
  it('is a whole number and never negative, even of nonsense', () => {
    fc.assert(
      fc.property(usages, prices, fc.nat(100), (usage, given, images) => {
        const cost = costOf(usage, given, images);
        expect(Number.isSafeInteger(cost)).toBe(true);
        expect(cost).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('never falls when more is written, read or painted', () => {
    fc.assert(
      fc.property(tokens, tokens, tokens, fc.nat(100), prices, (input, output, more, images, given) => {
        const base = costOf({ inputTokens: input, outputTokens: output + 1 }, given, images);
        expect(
          costOf({ inputTokens: input, outputTokens: output + 1 + more }, given, images),
        ).toBeGreaterThanOrEqual(base);
        expect(
          costOf({ inputTokens: input + more, outputTokens: output + 1 }, given, images),
        ).toBeGreaterThanOrEqual(base);
        expect(
          costOf({ inputTokens: input, outputTokens: output + 1 }, given, images + 1),
        ).toBeGreaterThanOrEqual(base);
      }),
    );
  });

  it('is never less than the exact amount, and less than a micro-unit more', () => {
    fc.assert(
      fc.property(
        fc.nat(1e6),
        fc.nat(1e6),
        fc.nat(100_000),
        fc.nat(100_000),
        (input, output, promptCents, outputCents) => {
          const given = {
            ...free,
            promptPerMillion: promptCents / 100,
            completionPerMillion: outputCents / 100,
          };
          const cost = BigInt(costOf({ inputTokens: input, outputTokens: output }, given)) * 100n;
          const exact = BigInt(input) * BigInt(promptCents) + BigInt(output) * BigInt(outputCents);
          expect(cost).toBeGreaterThanOrEqual(exact);
          expect(cost - exact).toBeLessThan(100n);
        },
      ),
    );
  });
});
