import { expect, it } from 'vitest';
import { Warnings } from '../../model/warnings.ts';
import { argumentsText, writeArguments } from './tool-arguments.ts';

it.each([
  ['', {}, undefined],
  ['5', { value: 5 }, undefined],
  ['{"a":1,', { a: 1 }, 'cut_off_json_completed'],
  ['get weather', { _raw: 'get weather' }, 'arguments_are_no_json'],
])('arguments %j are the object %j, and the warning is %j', (text, object, reason) => {
  const warnings = new Warnings();
  expect(writeArguments(text, 'p', warnings)).toEqual(object);
  expect(warnings.list).toEqual(reason === undefined ? [] : [{ action: 'changed', param: 'p', reason }]);
});

it.each([
  [undefined, '{}'],
  [null, '{}'],
  ['', '{}'],
  ['{"a":1}', '{"a":1}'],
  [{ a: 1 }, '{"a":1}'],
])('arguments %j as text are %s', (value, text) => {
  expect(argumentsText(value)).toBe(text);
});
