/** Schemas of tools as clients really send them, and every way to have them chosen. */

import type { Json } from '../vendor-specs.ts';
import { type Question, says, type Tool } from './question.ts';

const schemas: Readonly<Record<string, Json>> = {
  'a schema by reference': {
    type: 'object',
    properties: { at: { $ref: '#/$defs/place' }, other: { $ref: '#/$defs/place' } },
    required: ['at'],
    $defs: { place: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } },
  },
  'a schema that refers to itself': {
    type: 'object',
    properties: { tree: { $ref: '#/$defs/node' } },
    $defs: {
      node: { type: 'object', properties: { name: { type: 'string' }, next: { $ref: '#/$defs/node' } } },
    },
  },
  'allOf and oneOf': {
    type: 'object',
    properties: {
      a: { allOf: [{ type: 'object', properties: { x: { type: 'string' } } }, { description: 'both' }] },
      b: { oneOf: [{ type: 'string' }, { type: 'integer', minimum: 1 }] },
    },
  },
  'numbers to choose from': {
    type: 'object',
    properties: {
      n: { type: 'integer', enum: [1, 2, 3] },
      only: { const: 'x' },
      yes: { enum: [true, false] },
    },
  },
  'lists of types': {
    type: 'object',
    properties: { a: { type: ['string', 'null'] }, b: { type: ['integer', 'string'] }, c: { type: 'array' } },
  },
  'every keyword': {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'https://example.com/tool',
    title: 'All',
    type: 'object',
    additionalProperties: false,
    patternProperties: { '^x-': { type: 'string' } },
    propertyNames: { pattern: '^[a-z]+$' },
    minProperties: 1,
    properties: {
      when: { type: 'string', format: 'date-time', examples: ['now'] },
      mail: { type: 'string', format: 'email', minLength: 3, maxLength: 80, pattern: '@', default: 'a@b' },
      many: { type: 'array', items: { type: 'number', multipleOf: 0.5 }, uniqueItems: true, minItems: 1 },
      more: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 10 },
      not: { not: { type: 'string' } },
      tuple: { type: 'array', prefixItems: [{ type: 'string' }], items: false },
      map: { type: 'object', additionalProperties: { type: 'string' } },
    },
    required: ['when', 'nowhere'],
    if: { properties: { more: { const: 1 } } },
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so.
    then: { required: ['many'] },
    dependentRequired: { mail: ['when'] },
  },
  'an empty schema': { type: 'object' },
  'an empty object of properties': { type: 'object', properties: {}, additionalProperties: false },
  'a schema without a type': { properties: { city: { type: 'string' } } },
  'a choice at the root': {
    anyOf: [
      { type: 'object', properties: { a: { type: 'string' } } },
      { type: 'object', properties: { b: { type: 'string' } } },
    ],
  },
};

const weather: Tool = {
  name: 'look_up',
  description: 'Looks the weather up.',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  },
};
const other: Tool = { name: 'other' };
const turns = [says('Hello')];
const tools = [weather, other];

export const trickyTools: readonly Question[] = [
  ...Object.entries(schemas).map(
    ([name, parameters]): Question => ({
      name,
      turns,
      isLoose: true,
      tools: [{ name: 'tricky', parameters }],
    }),
  ),
  { name: 'a name with dots', turns, isLoose: true, tools: [{ ...weather, name: 'mcp.weather/look_up' }] },
  { name: 'a very long name', turns, isLoose: true, tools: [{ ...weather, name: 'a'.repeat(90) }] },
  { name: 'a strict tool', turns, isLoose: true, tools: [{ ...weather, isStrict: true }] },
  { name: 'choice: auto', turns, tools, choice: 'auto' },
  { name: 'choice: none', turns, tools, choice: 'none' },
  { name: 'choice: any', turns, tools, choice: 'any', refusedBy: ['ollama-chat'] },
  { name: 'choice: by name', turns, tools, choice: { name: 'look_up' }, refusedBy: ['ollama-chat'] },
  { name: 'one call at a time', turns, tools, isOneAtATime: true },
  { name: 'no tool, yet a choice', turns, choice: 'auto' },
];
