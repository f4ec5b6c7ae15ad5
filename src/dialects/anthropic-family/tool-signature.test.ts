import { expect, it } from 'vitest';
import { asThought, withToolSignatures } from './tool-signature.ts';

const signature = { origin: 'gemini', value: 'g:1' };
const thought = { type: 'thinking', text: '', signature: asThought(signature) } as const;
const use = { type: 'tool-use', id: 'x', name: 't', arguments: '{}' } as const;

it('a tool use gets back the signature that travelled before it, and only that one (T15)', () => {
  expect(withToolSignatures([thought, use, use])).toEqual([{ ...use, signature }, use]);
});

it('without its tool use it is nothing', () => {
  expect(withToolSignatures([thought, { type: 'text', text: 'a' }, use])).toEqual([
    { type: 'text', text: 'a' },
    use,
  ]);
});

it('other thoughts stay as they are', () => {
  const own = { type: 'thinking', text: 'hm', signature } as const;
  expect(withToolSignatures([own, use])).toEqual([own, use]);
});
