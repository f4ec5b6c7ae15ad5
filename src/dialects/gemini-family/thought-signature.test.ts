import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readThoughtSignature, writeThoughtSignature } from './thought-signature.ts';

it('Google’s own stand bare, others in base64, and both are known again', () => {
  const signature = fc.record({
    origin: fc.constantFrom('gemini', 'anthropic', 'openai'),
    value: fc.base64String({ minLength: 4 }),
  });
  fc.assert(
    fc.property(signature, (one) => {
      // A signature of Google's that begins as our mark does is beyond all likelihood.
      fc.pre(!one.value.startsWith('Z3cxO'));
      const written = writeThoughtSignature(one);
      expect(written).toMatch(/^[A-Za-z0-9+/]+=*$/);
      expect(readThoughtSignature(written)).toEqual(one);
    }),
  );
});

it('a marked one from before stood as it is', () => {
  expect(readThoughtSignature('gw1:anthropic:c2ln')).toEqual({ origin: 'anthropic', value: 'c2ln' });
  expect(readThoughtSignature(undefined)).toBeUndefined();
});
