import { expect, it } from 'vitest';
import { readSignature, writeSignature } from './signature.ts';

it.each([
  ['its own, bare', { origin: 'anthropic', value: 'EqQB:c2ln==' }, 'EqQB:c2ln=='],
  ['another’s, marked', { origin: 'gemini', value: 'CiQB:x+/=' }, 'gw1:gemini:CiQB:x+/='],
])('a front writes %s, and knows it again', (_what, signature, written) => {
  expect(writeSignature(signature, 'anthropic')).toBe(written);
  expect(readSignature(written, 'anthropic')).toEqual(signature);
});

it.each([undefined, '', 'gw1:no-end'])('%j is no signature', (text) => {
  expect(readSignature(text, 'anthropic')).toBeUndefined();
});
