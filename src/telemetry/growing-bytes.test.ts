import fc from 'fast-check';
import { expect, it } from 'vitest';
import { GrowingBytes } from './growing-bytes.ts';

it('gives back what was appended, in order, and begins anew', () => {
  const texts = fc.array(fc.array(fc.string({ unit: 'grapheme', maxLength: 4000 }), { maxLength: 12 }), {
    maxLength: 4,
  });
  fc.assert(
    fc.property(texts, (rounds) => {
      const gathered = new GrowingBytes();
      for (const round of rounds) {
        for (const text of round) gathered.append(text);
        const expected = Buffer.from(round.join(''));
        expect(gathered.length).toBe(expected.length);
        expect(gathered.take().equals(expected)).toBe(true);
        expect(gathered.length).toBe(0);
      }
    }),
    { numRuns: 60 },
  );
});

it('hands out copies: what is appended later does not change what was taken', () => {
  const gathered = new GrowingBytes();
  gathered.append('first');
  const taken = gathered.take();
  gathered.append('other');
  expect(taken.toString()).toBe('first');
});
