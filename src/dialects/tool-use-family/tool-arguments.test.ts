import fc from 'fast-check';
import { expect, it } from 'vitest';
import { argumentsObject, isWholeObject } from './tool-arguments.ts';

it.each([
  ['', {}],
  [' \n', {}],
  ['null', {}],
  ['"null"', {}],
  ['""', {}],
  ['{}', {}],
  ['{"a":1}', { a: 1 }],
])('arguments %j are the object %j as they stand', (text, value) => {
  expect(argumentsObject(text)).toEqual({ value });
});

it.each([
  ['[1,2]', { value: [1, 2] }],
  ['5', { value: 5 }],
  ['"word"', { value: 'word' }],
])('arguments %j are wrapped', (text, value) => {
  expect(argumentsObject(text)).toEqual({ value, change: 'wrapped' });
});

it.each([
  ['{"a":1', { a: 1 }],
  ['{"a":"Par', { a: 'Par' }],
  ['{"a":"x\\', { a: 'x' }],
  ['{"a":"x\\u00e', { a: 'x' }],
  ['{"a":"x\\\\', { a: 'x\\' }],
  ['{"a":"\\"}', { a: '"}' }],
  ['{"a":[1,{"b":2', { a: [1, { b: 2 }] }],
  ['{"a":1,', { a: 1 }],
  ['{"a":', { a: null }],
  ['{"a":1,"b', { a: 1, b: null }],
  ['{"a":["x', { a: ['x'] }],
  ['[1,', { value: [1] }],
])('arguments %j, cut off, are completed', (text, value) => {
  expect(argumentsObject(text)).toEqual({ value, change: 'repaired' });
});

it.each(['get weather', '{"a": tru', '}{', '{a:1}'])('arguments %j are kept whole under _raw', (text) => {
  expect(argumentsObject(text)).toEqual({ value: { _raw: text }, change: 'kept_as_text' });
});

it('never throws, and loses nothing of an object', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
      const text = JSON.stringify(object);
      expect(JSON.stringify(argumentsObject(text).value)).toBe(text);
    }),
  );
  fc.assert(
    fc.property(fc.json(), fc.nat(), (text, cut) => {
      argumentsObject(text.slice(0, cut % (text.length + 1)));
    }),
  );
});

it.each([
  ['{"a":1}', true],
  ['{"a":1', false],
  ['[1]', false],
  ['', false],
])('is %j a whole object? %j', (text, isWhole) => {
  expect(isWholeObject(text)).toBe(isWhole);
});
