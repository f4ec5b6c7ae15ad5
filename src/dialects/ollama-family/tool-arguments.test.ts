import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Warnings } from '../../model/warnings.ts';
import { argumentsObject, argumentsText } from './tool-arguments.ts';

describe('arguments as an object', () => {
  it.each([
    ['', {}],
    [' \n', {}],
    ['null', {}],
    ['"null"', {}],
    ['{}', {}],
    ['{"a":1}', { a: 1 }],
    ['[1,2]', { value: [1, 2] }],
    ['5', { value: 5 }],
    ['"word"', { value: 'word' }],
  ])('reads %j without a warning', (text, object) => {
    const warnings = new Warnings();
    expect(argumentsObject(text, 'p', warnings)).toEqual(object);
    expect(warnings.list).toEqual([]);
  });

  it.each([
    ['{"a":1', { a: 1 }],
    ['{"a":"Par', { a: 'Par' }],
    ['{"a":"x\\', { a: 'x' }],
    ['{"a":"x\\u00e', { a: 'x' }],
    ['{"a":"x\\\\', { a: 'x\\' }],
    ['{"a":[1,{"b":2', { a: [1, { b: 2 }] }],
    ['{"a":1,', { a: 1 }],
    ['{"a":', { a: null }],
    ['{"a":1,"b', { a: 1, b: null }],
    ['{"a":["x', { a: ['x'] }],
  ])('completes %j and says so', (text, object) => {
    const warnings = new Warnings();
    expect(argumentsObject(text, 'p', warnings)).toEqual(object);
    expect(warnings.list).toEqual([{ action: 'changed', param: 'p', reason: 'cut_off_json_completed' }]);
  });

  it.each(['get weather', '{"a": tru', '}{', '{a:1}'])('keeps %j whole under _raw', (text) => {
    const warnings = new Warnings();
    expect(argumentsObject(text, 'p', warnings)).toEqual({ _raw: text });
    expect(warnings.list).toMatchObject([{ action: 'changed', reason: 'arguments_are_no_json' }]);
  });

  it('never throws, and loses nothing of an object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const text = JSON.stringify(object);
        expect(JSON.stringify(argumentsObject(text, 'p', new Warnings()))).toBe(text);
      }),
    );
    fc.assert(
      fc.property(fc.json(), fc.nat(), (text, cut) => {
        argumentsObject(text.slice(0, cut % (text.length + 1)), 'p', new Warnings());
      }),
    );
  });
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
