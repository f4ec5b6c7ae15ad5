import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diceOf, looseJson } from '../../test/support/loose-json.ts';
import { MemberSearch } from './member-search.ts';

const usage = new MemberSearch('usage');
const isIn = (text: string) => usage.isIn(Buffer.from(text));

describe('MemberSearch', () => {
  it('finds a member with a value, at any depth and however it is spaced', () => {
    expect(isIn('{"usage":{}}')).toBe(true);
    expect(isIn('{"a":[{"usage" \n:\t 0}]}')).toBe(true);
  });

  it('answers with the place of the value', () => {
    expect(usage.valueIn(Buffer.from('{"usage": {"a":1}}'))).toBe(10);
  });

  it('passes over null, and over a value or a longer name of the same letters', () => {
    expect(isIn('{"usage":null}')).toBe(false);
    expect(isIn('{"a":"usage"}')).toBe(false);
    expect(isIn('{"usages":1,"my_usage":1}')).toBe(false);
  });

  it('looks on after a null', () => {
    expect(isIn('{"usage":null,"x_groq":{"usage":{"prompt_tokens":1}}}')).toBe(true);
  });

  it('is not taken in by text that looks like a member', () => {
    expect(isIn(JSON.stringify({ content: '{"usage":{"prompt_tokens":1}}' }))).toBe(false);
  });

  it('never throws, whatever the bytes', () => {
    expect(isIn('')).toBe(false);
    expect(isIn('"usage"')).toBe(false);
    expect(isIn('"usage":')).toBe(true);
    fc.assert(fc.property(fc.uint8Array(), (bytes) => usage.valueIn(Buffer.from(bytes)) >= -1));
  });

  it('never misses a member that is written without escapes in its name', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.nat(), (before, after, seed) => {
        const dice = diceOf(seed);
        const text = `{"a":${looseJson(before as null, dice)},"usage" : 7,"b":${looseJson(after as null, dice)}}`;
        return isIn(text);
      }),
    );
  });
});
