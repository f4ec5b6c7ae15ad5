import { expect, it } from 'vitest';
import { isTextType } from './text-type.ts';

it('knows text under its many names', () => {
  const named = ['text/markdown', 'application/json', 'application/ld+json', 'application/pdf', ''];
  expect(named.map(isTextType)).toEqual([true, true, true, false, false]);
});
