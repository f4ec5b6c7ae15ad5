import { describe, expect, it } from 'vitest';
import { addUsage, readSeconds, readTokenCount, type Usage, usageOf } from './usage.ts';

describe('the usage of an answer', () => {
  it.each<[Usage, Usage]>([
    [
      { inputTokens: 10, outputTokens: 5, cachedInputTokens: 12, reasoningTokens: 9 },
      { inputTokens: 10, outputTokens: 5, cachedInputTokens: 10, reasoningTokens: 5 },
    ],
    [
      { inputTokens: 10, outputTokens: 0, cachedInputTokens: 7, cacheWriteTokens: 7 },
      { inputTokens: 10, outputTokens: 0, cachedInputTokens: 7, cacheWriteTokens: 3 },
    ],
    [
      { inputTokens: 0, outputTokens: 0, cacheWriteTokens: 1, reasoningTokens: 1 },
      { inputTokens: 0, outputTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 },
    ],
  ])('has no part that is more than the whole: %j', (reported, wanted) => {
    expect(usageOf(reported)).toMatchObject(wanted);
  });

  it('that fits stays as it is, and what nobody told stays unknown', () => {
    const fits = {
      inputTokens: 9,
      outputTokens: 9,
      cachedInputTokens: 4,
      cacheWriteTokens: 5,
      reasoningTokens: 9,
    };
    expect(usageOf(fits)).toEqual(fits);
    expect(usageOf({ inputTokens: 9, outputTokens: 9 })).toEqual({ inputTokens: 9, outputTokens: 9 });
  });

  it('of two answers has no part that is more than the whole, either', () => {
    const one = usageOf({ inputTokens: 3, outputTokens: 2, cachedInputTokens: 9, reasoningTokens: 9 });
    const two = usageOf({ inputTokens: 5, outputTokens: 4, cacheWriteTokens: 9 });
    expect(addUsage(one, two)).toEqual({
      inputTokens: 8,
      outputTokens: 6,
      cachedInputTokens: 3,
      cacheWriteTokens: 5,
      reasoningTokens: 2,
    });
  });
});

it.each([
  [1.9, 1],
  [-4, undefined],
  [1e12, 1_000_000_000],
  [Number.NaN, undefined],
  ['7', undefined],
  [null, undefined],
])('a count of %j is %j', (value, count) => {
  expect(readTokenCount(value)).toBe(count);
});

describe('the length of a recording', () => {
  it.each([
    [8.47, 8.47],
    ['8.47', 8.47],
    [0, 0],
    [-3, 0],
    [1e12, 366 * 24 * 3600],
    [Number.NaN, undefined],
    ['', undefined],
    ['1e9', undefined],
    [null, undefined],
    [undefined, undefined],
  ])('of %j is %j seconds', (told, seconds) => {
    expect(readSeconds(told)).toBe(seconds);
  });

  it('adds up, and stays unknown where nobody told it', () => {
    const nothing = { inputTokens: 0, outputTokens: 0 };
    expect(addUsage({ ...nothing, audioSeconds: 2 }, nothing).audioSeconds).toBe(2);
    expect(addUsage(nothing, nothing).audioSeconds).toBeUndefined();
  });
});
