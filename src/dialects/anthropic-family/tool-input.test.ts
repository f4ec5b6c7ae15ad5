import { expect, it } from 'vitest';
import { Warnings } from '../../model/warnings.ts';
import { writeToolInput } from './tool-input.ts';

it.each([
  ['"null"', {}, false],
  ['[1]', { value: [1] }, false],
  ['{"a":1,', { a: 1 }, true],
  ['not json', { _raw: 'not json' }, true],
])('arguments %j are the input %j, with a warning? %j', (text, input, isTold) => {
  const warnings = new Warnings();
  expect(writeToolInput(text, 'p', warnings)).toEqual(input);
  expect(warnings.list).toEqual(
    isTold ? [{ action: 'changed', param: 'p', reason: 'arguments_not_json' }] : [],
  );
});
