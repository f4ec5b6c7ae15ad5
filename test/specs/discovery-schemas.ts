/**
 * Makes JSON Schema 2020-12 of Google's discovery document. Unknown names are refused, as the real API refuses a whole
 * request for one of them (protocols 4.2, T14).
 */
import { isJson } from './openapi-schemas.ts';
import type { Json } from './vendor-specs.ts';

export function discoverySchemas(schemas: Json): Json {
  const convert = (schema: unknown): unknown => converted(schema, schemas);
  const all: Record<string, unknown> = Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, convert(schema)]),
  );
  return { ...all, Schema: withSmallTypes(all['Schema']) };
}

function converted(schema: unknown, schemas: Json): unknown {
  if (!isJson(schema)) return {};
  const convert = (each: unknown): unknown => converted(each, schemas);
  const { $ref: ref, type, items, properties, additionalProperties: others } = schema;
  // Some are named that the document does not hold.
  if (typeof ref === 'string') return ref in schemas ? { $ref: `#/components/schemas/${ref}` } : {};
  if (type === 'any') return {};
  if (type === 'array') return { type, items: convert(items) };
  if (type !== 'object') return scalar(schema);
  const members = Object.entries(isJson(properties) ? properties : {}).map(([name, each]) => [
    name,
    convert(each),
  ]);
  return {
    type,
    properties: Object.fromEntries(members),
    additionalProperties: others === undefined ? properties === undefined : convert(others),
  };
}

function scalar(schema: Json): Json {
  const { type, format, enum: values } = schema;
  if (Array.isArray(values)) return { enum: values };
  // Protocol buffers write 64 bits as text and read both.
  if (format === 'int64' || format === 'uint64')
    return { type: ['string', 'integer'], pattern: '^-?[0-9]+$' };
  if (format === 'byte') return { type, pattern: '^[A-Za-z0-9+/_-]*={0,2}$' };
  return { type };
}

/** Google's own examples write the types of a schema in small letters, and the API takes both. */
function withSmallTypes(schema: unknown): unknown {
  if (!isJson(schema) || !isJson(schema['properties'])) return schema;
  const { type, ...others } = schema['properties'];
  const values = isJson(type) && Array.isArray(type['enum']) ? type['enum'] : [];
  const both = [...values, ...values.map((value) => String(value).toLowerCase())];
  return { ...schema, properties: { ...others, type: { enum: both } } };
}
