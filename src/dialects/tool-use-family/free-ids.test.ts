import { expect, it } from 'vitest';
import { FreeIds } from './free-ids.ts';

it('an id that is taken gets the first number that is free', () => {
  const ids = new FreeIds();
  expect(['a', 'a', 'a-2', 'a', 'b'].map((id) => ids.take(id))).toEqual(['a', 'a-2', 'a-2-2', 'a-3', 'b']);
  expect(ids.count).toBe(5);
});
