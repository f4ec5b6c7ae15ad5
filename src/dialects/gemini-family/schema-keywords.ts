import { isJsonObject, type JsonObject } from '../../model/json.ts';

/** The keywords of JSON schemas, sorted by what becomes of them in Google's subset (protocols 4.2, T14). */

/** Taken as they are, if of this type. */
const kept: ReadonlyMap<string, 'string' | 'number'> = new Map([
  ['title', 'string'],
  ['pattern', 'string'],
  ['minItems', 'number'],
  ['maxItems', 'number'],
  ['minProperties', 'number'],
  ['maxProperties', 'number'],
  ['minLength', 'number'],
  ['maxLength', 'number'],
]);

/** Says nothing about which values are right. */
const needless: ReadonlySet<string> = new Set([
  '$schema',
  '$id',
  '$anchor',
  '$comment',
  '$defs',
  'definitions',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
]);

/** Understood below, each in its place. */
const handled: ReadonlySet<string> = new Set([
  ...['type', 'description', 'nullable', 'enum', 'const', 'format', 'example', 'propertyOrdering'],
  ...['properties', 'required', 'items', 'prefixItems', 'anyOf', 'oneOf', 'allOf', '$ref'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
]);

/** Lost keywords that may be named in a warning; others are words of the client's. */
const nameable: ReadonlySet<string> = new Set([
  ...['additionalProperties', 'patternProperties', 'propertyNames', 'not', 'if', 'then', 'else'],
  ...['uniqueItems', 'multipleOf', 'dependentRequired', 'dependentSchemas', 'contains', 'minContains'],
  ...['maxContains', 'unevaluatedProperties', 'contentEncoding', 'contentMediaType', 'additionalItems'],
]);

const formats: ReadonlySet<string> = new Set(['date-time', 'enum', 'int32', 'int64', 'float', 'double']);

export function isKnownFormat(format: string): boolean {
  return formats.has(format);
}

export function keptMembers(schema: JsonObject): JsonObject {
  const members = [...kept].filter(([name, type]) => typeof schema[name] === type);
  return Object.fromEntries(members.map(([name]) => [name, schema[name]]));
}

/** Why this node says less than it did, once for each keyword that is lost. */
export function lostKeywords(schema: JsonObject): string[] {
  return Object.entries(schema)
    .filter(([name, value]) => !isKnown(name) && (name !== 'additionalProperties' || isJsonObject(value)))
    .map(([name]) => (nameable.has(name) ? `schema_${name}` : 'schema_keyword'));
}

function isKnown(name: string): boolean {
  return handled.has(name) || kept.has(name) || needless.has(name);
}
