import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ObjectEnd } from './object-end.ts';

it('comes with the last brace of any object, and not before', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
      const end = new ObjectEnd();
      const text = JSON.stringify(object);
      for (const character of text.slice(0, -1)) {
        end.push(character);
        expect(end.hasCome).toBe(false);
      }
      end.push(text.slice(-1));
      expect(end.hasCome).toBe(true);
    }),
  );
});

it.each(['', ' ', 'true', '"}"', '{"a":"\\"}"'])('has not come with %s', (text) => {
  const end = new ObjectEnd();
  end.push(text);
  expect(end.hasCome).toBe(false);
});
