import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { camelOf } from './fields.ts';

/**
 * Google's own schemas as JSON schemas (protocols 10.5): types in small letters, `nullable` as a second type.
 * Members nobody knows go on as they are, for whoever sends a schema by the name of Google's may mean JSON's.
 */
export function schemaToJson(schema: JsonValue): JsonValue {
  if (!isJsonObject(schema)) return schema;
  const members = Object.entries(schema)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => readMember(camelOf(name), value as JsonValue));
  return withNull(Object.fromEntries(members.filter((member) => member !== undefined)));
}

type Member = readonly [name: string, value: JsonValue];

/** Only of use to Google. */
const dropped: ReadonlySet<string> = new Set(['propertyOrdering']);

/** Counts are 64 bits wide, which Google's JSON writes as strings. */
const counts: ReadonlySet<string> = new Set([
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'minLength',
  'maxLength',
]);

function readMember(name: string, value: JsonValue): Member | undefined {
  if (dropped.has(name)) return undefined;
  if (counts.has(name) && typeof value === 'string') return [name, Number(value)];
  if (name === 'type') return readType(value);
  if (name === 'format') return value === 'enum' ? undefined : [name, value];
  if (name === 'example') return ['examples', [value]];
  if (name === 'properties') return [name, readProperties(value)];
  if (name === 'items') return [name, schemaToJson(value)];
  if (name === 'anyOf' && Array.isArray(value)) return [name, value.map(schemaToJson)];
  return [name, value];
}

function readType(type: JsonValue): Member | undefined {
  if (typeof type !== 'string') return ['type', type];
  return type === 'TYPE_UNSPECIFIED' ? undefined : ['type', type.toLowerCase()];
}

/** Names of properties are the client's own, and are not respelled. */
function readProperties(properties: JsonValue): JsonValue {
  if (!isJsonObject(properties)) return properties;
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, schemaToJson(schema as JsonValue)]),
  );
}

function withNull(schema: JsonObject): JsonObject {
  const { nullable, ...rest } = schema;
  if (nullable !== true) return rest;
  const type = rest['type'];
  const anyOf = rest['anyOf'];
  const values = rest['enum'];
  return {
    ...rest,
    ...(typeof type === 'string' && { type: [type, 'null'] }),
    ...(type === undefined && Array.isArray(anyOf) && { anyOf: [...anyOf, { type: 'null' }] }),
    ...(Array.isArray(values) && { enum: [...values, null] }),
  };
}
