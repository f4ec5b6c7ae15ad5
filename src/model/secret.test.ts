import { expect, it } from 'vitest';
import { Secret } from './secret.ts';

it.each([
  ['sk-traced-key-0001', 'sk-t...0001'],
  ['123456789', '1234...6789'],
  ['12345678', '***'],
  ['', '***'],
])('the secret %j may be told apart as %s', (value, masked) => {
  expect(new Secret(value).masked()).toBe(masked);
});
