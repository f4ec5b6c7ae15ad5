import { describe, expect, it } from 'vitest';

import { isWhole, makeToken } from './make-token.ts';

describe('the checksum of a token', () => {
  it('is right for every token that was made, whatever its prefix and length', () => {
    for (const prefix of ['', 'sk-', 'gm_', 'sk-ant-'])
      for (const bytes of [1, 16, 32, 64]) expect(isWhole(makeToken(prefix, bytes))).toBe(true);
  });

  it('tells every wrong character, every two that changed places, and every end that is missing', () => {
    const token = makeToken('sk-', 32);
    for (let at = 0; at < token.length; at++) {
      const [before, here, next, after] = [token.slice(0, at), token[at], token[at + 1], token.slice(at + 2)];
      const other = here === 'x' ? 'y' : 'x';
      expect(isWhole(before + other + token.slice(at + 1))).toBe(false);
      expect(isWhole(before)).toBe(false);
      if (next !== undefined && next !== here) expect(isWhole(before + next + here + after)).toBe(false);
    }
  });

  it('is none of a key that somebody else made', () => {
    for (const foreign of ['', 'x', 'sk-plain', 'sk-0123456789abcdef0123456789abcdef0123456789abcdef'])
      expect(isWhole(foreign)).toBe(false);
  });
});
