import { describe, expect, it } from 'vitest';
import type { JsonObject } from './json.ts';
import { sampleObject } from './sample.ts';

const one = (schema: JsonObject): unknown => sampleObject({ properties: { x: schema } }).x;

describe('a sample of a schema', () => {
  it.each<[string, JsonObject, unknown]>([
    ['a number', { type: 'number' }, 1.5],
    ['a whole number, not too small', { type: 'INTEGER', minimum: 2.5 }, 3],
    ['a constant, even a false one', { const: false }, false],
    ['the first of a list of values', { enum: [null, 1] }, null],
    ['the first alternative', { oneOf: [{ type: 'boolean' }, {}] }, true],
    ['all of several schemas', { allOf: [{ type: 'object' }, { properties: { y: {} } }] }, { y: 'Köln' }],
    ['a list as long as it must be', { type: 'array', minItems: 2, items: { const: 1 } }, [1, 1]],
    ['a list that need not be anything', { type: 'array' }, []],
    ['a string as long as it must be', { minLength: 6 }, 'Köln..'],
    ['a date', { type: 'string', format: 'date' }, '2026-01-02'],
    ['nothing but null', { type: ['null'] }, null],
    ['a type nobody knows', { type: '__proto__' }, 'Köln'],
  ])('%s', (_, schema, expected) => {
    expect(one(schema)).toEqual(expected);
  });

  it('ends although the schema holds itself', () => {
    const schema = { properties: { child: { $ref: '#' }, name: { type: 'string' } } };
    expect(JSON.stringify(sampleObject(schema)).length).toBeLessThan(200);
  });

  it('is not made longer than is good for a test', () => {
    expect(one({ type: 'array', minItems: 1e9, items: {} })).toHaveLength(100);
  });
});
