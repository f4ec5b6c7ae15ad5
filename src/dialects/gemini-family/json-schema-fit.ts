import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';

/**
 * A JSON schema as the newer models take it (protocols 4.2): nearly as it is. Only a reference may have nothing
 * beside it, and `const`, which they do not know, is a list of one.
 */
export function fitJsonSchema(schema: JsonValue, param: string, warnings: Warnings): JsonValue {
  if (Array.isArray(schema)) return schema.map((one: JsonValue) => fitJsonSchema(one, param, warnings));
  if (!isJsonObject(schema)) return schema;
  const isReference = typeof schema['$ref'] === 'string';
  const entries = Object.entries(schema).filter(([name]) => !isReference || name.startsWith('$'));
  if (entries.length < Object.keys(schema).length) warnings.changed(param, 'schema_ref_siblings');
  return Object.fromEntries(entries.map(([name, value]) => fitMember(name, value ?? null, param, warnings)));
}

/** The names of properties and definitions are no keywords, and the values of an enum no schemas. */
const named: ReadonlySet<string> = new Set(['properties', '$defs', 'definitions', 'patternProperties']);
const literal: ReadonlySet<string> = new Set(['enum', 'default', 'examples', 'example', 'required']);

function fitMember(name: string, value: JsonValue, param: string, warnings: Warnings): [string, JsonValue] {
  if (name === 'const') return ['enum', [value]];
  if (literal.has(name)) return [name, value];
  if (!named.has(name) || !isJsonObject(value)) return [name, fitJsonSchema(value, param, warnings)];
  return [name, fitEach(value, param, warnings)];
}

function fitEach(schemas: JsonObject, param: string, warnings: Warnings): JsonObject {
  const entries = Object.entries(schemas);
  return Object.fromEntries(
    entries.map(([name, schema]) => [name, fitJsonSchema(schema ?? null, param, warnings)]),
  );
}
