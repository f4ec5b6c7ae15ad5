import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { Warnings } from '../../model/warnings.ts';
import { schemaSubset } from './schema-subset.ts';

function convert(schema: JsonValue): { schema: JsonObject; warned: string[] } {
  const warnings = new Warnings();
  const written = schemaSubset(schema, 'p', warnings);
  return { schema: written, warned: warnings.list.map(({ reason }) => reason) };
}

const text = { type: 'STRING' };

describe('a JSON schema in the subset of older models', () => {
  const cases: [name: string, from: JsonValue, to: JsonObject][] = [
    ['a plain type', { type: 'string' }, text],
    ['a null type beside another', { type: ['string', 'null'] }, { type: 'STRING', nullable: true }],
    [
      'several types',
      { type: ['string', 'integer'], description: 'd' },
      { description: 'd', anyOf: [text, { type: 'INTEGER' }] },
    ],
    [
      'null among alternatives',
      { anyOf: [{ type: 'string' }, { type: 'null' }] },
      { ...text, nullable: true },
    ],
    ['nothing but null among alternatives', { anyOf: [{ type: 'null' }] }, { ...text, nullable: true }],
    ['oneOf', { oneOf: [{ type: 'string' }, { type: 'number' }] }, { anyOf: [text, { type: 'NUMBER' }] }],
    [
      'alternatives that leave the type to their parent',
      { type: 'string', anyOf: [{ enum: ['a'] }, { pattern: 'b' }] },
      {
        anyOf: [
          { ...text, enum: ['a'] },
          { ...text, pattern: 'b' },
        ],
      },
    ],
    ['const', { const: 'a' }, { type: 'STRING', enum: ['a'] }],
    ['an enum without a type', { enum: ['a', 'b'] }, { type: 'STRING', enum: ['a', 'b'] }],
    ['an enum with null', { type: 'string', enum: ['a', null] }, { ...text, nullable: true, enum: ['a'] }],
    [
      'numbers as strings where the type says so',
      { type: 'string', enum: [1, 'b'] },
      { ...text, enum: ['1', 'b'] },
    ],
    [
      'an open minimum of whole numbers',
      { type: 'integer', exclusiveMinimum: 0 },
      { type: 'INTEGER', minimum: 1 },
    ],
    ['an open minimum of numbers', { type: 'number', exclusiveMinimum: 0 }, { type: 'NUMBER', minimum: 0 }],
    [
      'the stricter of two ends',
      { type: 'integer', maximum: 9, exclusiveMaximum: 5 },
      { type: 'INTEGER', maximum: 4 },
    ],
    [
      'the old flag of an open end',
      { type: 'integer', minimum: 3, exclusiveMinimum: true },
      { type: 'INTEGER', minimum: 4 },
    ],
    ['a list without items', { type: 'array' }, { type: 'ARRAY', items: text }],
    ['a known format', { type: 'string', format: 'date-time' }, { ...text, format: 'date-time' }],
    [
      'only those required that exist',
      { type: 'object', properties: { a: { type: 'string' } }, required: ['a', 'gone'] },
      { type: 'OBJECT', properties: { a: text }, required: ['a'] },
    ],
    [
      'a type that its members give away',
      { properties: { a: { items: { type: 'string' } } } },
      { type: 'OBJECT', properties: { a: { type: 'ARRAY', items: text } } },
    ],
    ['an object without properties', { type: 'object', properties: {} }, { type: 'OBJECT' }],
    ['true', true, text],
    [
      'allOf',
      {
        allOf: [
          { properties: { a: { type: 'string' } }, required: ['a'] },
          { properties: { b: true }, required: ['b'] },
        ],
      },
      { type: 'OBJECT', properties: { b: text, a: text }, required: ['a', 'b'] },
    ],
    [
      'definitions put in place of their names',
      {
        $defs: { P: { type: 'string' } },
        type: 'object',
        properties: { a: { $ref: '#/$defs/P', description: 'd' } },
      },
      { type: 'OBJECT', properties: { a: { type: 'STRING', description: 'd' } } },
    ],
    [
      'a definition under a name with a slash',
      { definitions: { 'a/b': { type: 'integer' } }, $ref: '#/definitions/a~1b' },
      { type: 'INTEGER' },
    ],
    [
      'annotations left out in silence',
      { $schema: 's', $id: 'i', type: 'string', default: 'x', examples: ['y'] },
      text,
    ],
    [
      'a closed object, as all are',
      { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false },
      { type: 'OBJECT', properties: { a: text } },
    ],
  ];

  it.each(cases)('%s', (_name, from, to) => {
    const { schema, warned } = convert(from);
    expect(schema).toEqual(to);
    expect(warned).toEqual([]);
  });

  const losses: [name: string, from: JsonValue, to: JsonObject, warned: string[]][] = [
    [
      'an unknown format, kept in words',
      { type: 'string', format: 'email', description: 'Who.' },
      { type: 'STRING', description: 'Who. Format: email.' },
      ['schema_format'],
    ],
    [
      'numbers to choose from, kept in words',
      { type: 'integer', enum: [1, 2] },
      { type: 'INTEGER', description: 'One of: 1, 2.' },
      ['schema_enum'],
    ],
    ['a keyword', { type: 'string', not: { const: 'a' } }, text, ['schema_not']],
    ['a keyword that is a secret of the client', { type: 'string', 'x-secret': 1 }, text, ['schema_keyword']],
    [
      'a schema for further properties',
      { type: 'object', properties: { a: true }, additionalProperties: { type: 'string' } },
      { type: 'OBJECT', properties: { a: text } },
      ['schema_additionalProperties'],
    ],
    [
      'a tuple',
      { type: 'array', prefixItems: [{ type: 'string' }, { type: 'integer' }] },
      { type: 'ARRAY', items: { anyOf: [text, { type: 'INTEGER' }] } },
      ['schema_tuple'],
    ],
    [
      'alternatives of an object that has properties',
      { type: 'object', properties: { a: true }, anyOf: [{ required: ['a'] }] },
      { type: 'OBJECT', properties: { a: text } },
      ['schema_anyOf'],
    ],
    [
      'one of two that contradict each other',
      { type: 'string', minLength: 1, allOf: [{ minLength: 2, maxLength: 3 }] },
      { ...text, minLength: 1, maxLength: 3 },
      ['schema_allOf'],
    ],
    ['a reference that leads nowhere', { $ref: '#/$defs/gone' }, { type: 'OBJECT' }, ['schema_recursive']],
    ['a reference to elsewhere', { $ref: 'https://x/y' }, { type: 'OBJECT' }, ['schema_recursive']],
    [
      'a circle, cut where it closes',
      {
        $defs: { N: { type: 'object', properties: { next: { $ref: '#/$defs/N' } } } },
        $ref: '#/$defs/N',
      },
      { type: 'OBJECT', properties: { next: { type: 'OBJECT' } } },
      ['schema_recursive'],
    ],
    [
      'a circle of nothing',
      { $defs: { A: { $ref: '#/$defs/A' } }, $ref: '#/$defs/A' },
      { type: 'OBJECT' },
      ['schema_recursive'],
    ],
    [
      'the root in itself',
      { properties: { a: { $ref: '#' } } },
      { type: 'OBJECT', properties: { a: { type: 'OBJECT', properties: { a: { type: 'OBJECT' } } } } },
      ['schema_recursive'],
    ],
  ];

  it.each(losses)('tells what is lost: %s', (_name, from, to, warned) => {
    expect(convert(from)).toEqual({ schema: to, warned });
  });

  it('does not blow up on definitions that multiply', () => {
    const defs: Record<string, JsonValue> = { d0: { type: 'string' } };
    for (let at = 1; at <= 30; at++) {
      const ref = { $ref: `#/$defs/d${at - 1}` };
      defs[`d${at}`] = { type: 'object', properties: { a: ref, b: ref } };
    }
    const { schema } = convert({ $defs: defs, $ref: '#/$defs/d30' });
    expect(JSON.stringify(schema).length).toBeLessThan(2_000_000);
  });

  it('keeps a property called __proto__ a property', () => {
    const from = JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string"}}}') as JsonValue;
    expect(JSON.stringify(convert(from).schema)).toContain('"__proto__":{"type":"STRING"}');
  });

  const allowed = new Set([
    ...['type', 'format', 'title', 'description', 'nullable', 'enum', 'items', 'minItems', 'maxItems'],
    ...['properties', 'required', 'minProperties', 'maxProperties', 'minimum', 'maximum', 'minLength'],
    ...['maxLength', 'pattern', 'anyOf', 'propertyOrdering'],
  ]);

  function foreignKeys(schema: JsonObject): string[] {
    const own = Object.keys(schema).filter((name) => !allowed.has(name));
    const inner = [
      schema['items'],
      ...((schema['anyOf'] as JsonValue[]) ?? []),
      ...Object.values((schema['properties'] ?? {}) as JsonObject),
    ];
    return [...own, ...inner.flatMap((one) => (one === undefined ? [] : foreignKeys(one as JsonObject)))];
  }

  const word = fc.constantFrom(
    'type',
    'properties',
    'items',
    'anyOf',
    'allOf',
    'oneOf',
    '$ref',
    'enum',
    'const',
    'not',
    'required',
    'format',
    'x',
  );
  const { node } = fc.letrec((tie) => ({
    leaf: fc.oneof(
      fc.constantFrom('string', 'object', 'array', 'null', '#', '#/items', 'email'),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
    ),
    node: fc.oneof(
      tie('leaf'),
      fc.array(tie('node'), { maxLength: 3 }),
      fc.dictionary(word, tie('node'), { maxKeys: 5 }),
    ),
  }));

  it('never writes a keyword that is not taken, nor throws, whatever comes in', () => {
    fc.assert(
      fc.property(node, (from) => {
        expect(foreignKeys(convert(from as JsonValue).schema)).toEqual([]);
      }),
    );
  });
});
