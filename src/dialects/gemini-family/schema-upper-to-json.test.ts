import { expect, it } from 'vitest';
import type { JsonValue } from '../../model/json.ts';
import { Warnings } from '../../model/warnings.ts';
import { schemaSubset } from './schema-subset.ts';
import { schemaToJson } from './schema-upper-to-json.ts';

it.each<[string, JsonValue, JsonValue]>([
  ['types in small letters', { type: 'STRING' }, { type: 'string' }],
  ['nullable', { type: 'STRING', nullable: true }, { type: ['string', 'null'] }],
  [
    'nullable with an enum',
    { type: 'STRING', format: 'enum', nullable: true, enum: ['a'] },
    { type: ['string', 'null'], enum: ['a', null] },
  ],
  [
    'nullable alternatives',
    { anyOf: [{ type: 'STRING' }], nullable: true },
    { anyOf: [{ type: 'string' }, { type: 'null' }] },
  ],
  [
    'counts written as strings',
    { type: 'ARRAY', minItems: '2', items: { type: 'INTEGER' } },
    { type: 'array', minItems: 2, items: { type: 'integer' } },
  ],
  [
    'the other spelling',
    { any_of: [{ type: 'STRING', max_length: 3 }] },
    { anyOf: [{ type: 'string', maxLength: 3 }] },
  ],
  [
    'names of properties as they are',
    { type: 'OBJECT', properties: { any_of: { type: 'STRING' } }, propertyOrdering: ['any_of'] },
    { type: 'object', properties: { any_of: { type: 'string' } } },
  ],
  ['an example', { type: 'STRING', example: 'x' }, { type: 'string', examples: ['x'] }],
  ['no type', { type: 'TYPE_UNSPECIFIED', description: 'd' }, { description: 'd' }],
  [
    'a schema that is a JSON schema already',
    { type: ['string', 'null'], additionalProperties: false },
    { type: ['string', 'null'], additionalProperties: false },
  ],
])('Google schema as JSON schema: %s', (_name, from, to) => {
  expect(schemaToJson(from)).toEqual(to);
});

it('there and back again is the same', () => {
  const own = {
    type: 'OBJECT',
    description: 'd',
    properties: {
      a: { type: 'STRING', nullable: true, enum: ['x', 'y'] },
      b: { type: 'ARRAY', items: { type: 'NUMBER' }, minItems: 1 },
    },
    required: ['a'],
  };
  expect(schemaSubset(schemaToJson(own), 'p', new Warnings())).toEqual(own);
});
