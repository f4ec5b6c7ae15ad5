import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isPlainWord, readPlainWord, spellPlainly, writeToolUseId } from './plain-word.ts';

it('a plain word is itself', () => {
  for (const word of ['toolu_01', 'call-1', 'A']) expect(writeToolUseId(word)).toBe(word);
  expect(readPlainWord('gw1-not-spelled')).toBe('gw1-not-spelled');
});

it('any word can be spelled plainly, and read back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (word) => {
      const spelled = spellPlainly(word);
      expect(spelled).toMatch(/^[a-zA-Z0-9_-]+$/);
      expect(readPlainWord(spelled)).toBe(word);
    }),
  );
});

it('every id is one Anthropic takes, and no two become one', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ maxLength: 100 }), { maxLength: 20 }), (ids) => {
      const written = ids.map(writeToolUseId);
      for (const id of written) expect(id).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
      expect(new Set(written).size).toBe(ids.length);
    }),
  );
});

it('a word that looks spelled is spelled again', () => {
  expect(isPlainWord('gw1-a', 64)).toBe(false);
  expect(readPlainWord(spellPlainly('gw1-a'))).toBe('gw1-a');
});
