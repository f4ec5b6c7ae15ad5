import { expect, it } from 'vitest';
import { lengthOfTokens } from './read-count.ts';
import { CountWriter } from './write-count.ts';

it.each([
  [{ tokens: [1, 2, 3] }, 3],
  [{ tokens: [] }, 0],
  [{ tokens: 'abc' }, undefined],
  [{}, undefined],
])('in %j there are %s tokens', (answer, count) => {
  expect(lengthOfTokens(answer)).toBe(count);
});

it('writes the last count it was told', () => {
  const writer = new CountWriter();
  writer.push({ type: 'usage', usage: { inputTokens: 1, outputTokens: 0 } });
  writer.push({ type: 'text-delta', choice: 0, text: 'no' });
  writer.push({ type: 'usage', usage: { inputTokens: 7, outputTokens: 0 } });
  expect(writer.finish()).toEqual({ count: 7 });
});
