import { describe, expect, it } from 'vitest';
import { isMarkedSignature, writeMarkedSignature } from './marked-signature.ts';
import { sifted } from './sifted.ts';

describe('a marked signature', () => {
  it.each(['openai', 'gemini', 'anthropic'])('is written for every maker, %s as well', (origin) => {
    expect(writeMarkedSignature({ origin, value: 'abc' })).toBe(`gw1:${origin}:abc`);
  });

  it.each(['gw1:gemini:abc', 'gw1:openai:', 'gw1::abc', 'gw1:', 'gw1:broken'])('is %s', (value) => {
    expect(isMarkedSignature(value)).toBe(true);
  });

  it.each([
    ['a bare one', 'abc'],
    ['an empty one', ''],
    ['one with the mark further on', 'x gw1:gemini:abc'],
    ['a number', 1],
    ['null', null],
    ['a list', ['gw1:gemini:abc']],
    ['nothing', undefined],
  ])('is not %s', (_name, value) => {
    expect(isMarkedSignature(value)).toBe(false);
  });
});

describe('a sifted list', () => {
  it('is the very same where all stay as they are', () => {
    const items = [1, 2, 3];
    expect(sifted(items, (item) => item)).toBe(items);
    expect(sifted([], () => undefined)).toEqual([]);
  });

  it('lacks what was made nothing of, and has what was changed', () => {
    const items = [1, 2, 3, 4, 5];
    expect(sifted(items, (item) => (item % 2 === 0 ? undefined : item))).toEqual([1, 3, 5]);
    expect(sifted(items, (item, at) => (at === 4 ? item * 10 : item))).toEqual([1, 2, 3, 4, 50]);
    expect(sifted(items, () => undefined)).toEqual([]);
    expect(items).toEqual([1, 2, 3, 4, 5]);
  });
});
