import { expect, it } from 'vitest';
import { correctWhole } from './correct-whole.ts';
import { decodeVector } from './encoding-format.ts';

const numbers = {
  object: 'list',
  data: [{ object: 'embedding', index: 0, embedding: [0.5, -1] }],
  usage: { prompt_tokens: 1 },
};

it('puts numbers into base64 where that was asked for, and leaves the rest as it is', () => {
  const corrected = correctWhole(numbers, { encoding_format: 'base64' }) ?? {};
  expect(corrected).toMatchObject({ object: 'list', usage: { prompt_tokens: 1 }, data: [{ index: 0 }] });
  const [item] = corrected['data'] as { embedding: string }[];
  expect(decodeVector(item?.embedding ?? '')).toEqual([0.5, -1]);
  expect(correctWhole(corrected, { encoding_format: 'base64' })).toBeUndefined();
  expect(correctWhole(corrected, {})).toEqual(numbers);
});

it('has nothing to correct where the form is right, or is nobody’s', () => {
  expect(correctWhole(numbers, {})).toBeUndefined();
  expect(correctWhole({ data: [] }, { encoding_format: 'base64' })).toBeUndefined();
  expect(correctWhole([1], { encoding_format: 'base64' })).toBeUndefined();
});
