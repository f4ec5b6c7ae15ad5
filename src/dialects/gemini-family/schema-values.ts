import type { JsonObject, JsonValue } from '../../model/json.ts';

/** What a node says of its type and of the values allowed. */
export interface SchemaValues {
  readonly type: string | undefined;
  readonly isNullable: boolean;
  readonly enum?: readonly string[];
  /** What of it has no place in Google's subset, in words. */
  readonly notes: string[];
}

const types: ReadonlySet<string> = new Set([
  'string',
  'number',
  'integer',
  'boolean',
  'array',
  'object',
  'null',
]);

/** Google knows lists of strings only; other values are named in the description (protocols 4.2). */
export function readValues(schema: JsonObject): SchemaValues {
  const all = schema['const'] === undefined ? schema['enum'] : [schema['const']];
  const values = Array.isArray(all) ? (all as readonly JsonValue[]) : [];
  const some = values.filter((value) => value !== null);
  const type = typeOf(schema, some);
  const isNullable = schema['nullable'] === true || some.length < values.length;
  if (some.length === 0) return { type, isNullable, notes: [] };
  if (type === 'STRING') return { type, isNullable, enum: [...new Set(some.map(asText))], notes: [] };
  return { type, isNullable, notes: noteOf(some) };
}

/** The type as written, or the one that the other members give away; Google wants one everywhere. */
function typeOf(schema: JsonObject, values: readonly JsonValue[]): string {
  const said = typeof schema['type'] === 'string' ? schema['type'].toLowerCase() : '';
  if (types.has(said)) return said.toUpperCase();
  if (values.length > 0) return typeOfValues(values);
  if (schema['properties'] !== undefined) return 'OBJECT';
  if (schema['items'] !== undefined || schema['prefixItems'] !== undefined) return 'ARRAY';
  return 'STRING';
}

function typeOfValues(values: readonly JsonValue[]): string {
  if (values.every((value) => typeof value === 'number')) return 'NUMBER';
  return values.every((value) => typeof value === 'boolean') ? 'BOOLEAN' : 'STRING';
}

function asText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function noteOf(values: readonly JsonValue[]): string[] {
  const text = values.map(asText).join(', ');
  return text.length > 200 ? [] : [`One of: ${text}.`];
}
