/** The smallest value a JSON schema allows, or nearly: what a model that keeps to schemas would answer. */
import { type Json, type JsonObject, listIn, numberIn, objectIn, stringIn } from './json.ts';

/** A schema may hold itself; deeper than this nothing more is said. */
const DEPTH_MAX = 6;
/** Nor is a list or a string longer, whatever the schema demands. */
const LENGTH_MAX = 100;

type Sampler = (schema: JsonObject, root: JsonObject, depth: number) => Json;

const BY_TYPE: Readonly<Record<string, Sampler>> = {
  number: (schema) => numberIn(schema.minimum) ?? 1.5,
  integer: (schema) => Math.ceil(numberIn(schema.minimum) ?? 1),
  boolean: () => true,
  null: () => null,
  array: sampleList,
  object: sampleProperties,
  string: sampleString,
};

/** One value for each property of the schema, by its type; Gemini writes types in capitals. */
export function sampleObject(schema: JsonObject): JsonObject {
  return objectIn(sampleValue({ type: 'object', ...schema }, schema, 0));
}

function sampleValue(schema: JsonObject, root: JsonObject, depth: number): Json {
  if (depth > DEPTH_MAX) return null;
  if (schema.const !== undefined) return schema.const;
  const firstOfEnum = listIn(schema.enum)[0];
  if (firstOfEnum !== undefined) return firstOfEnum;
  const elsewhere = otherSchema(schema, root);
  if (elsewhere) return sampleValue(elsewhere, root, depth + 1);
  const type = typeOf(schema);
  return (Object.hasOwn(BY_TYPE, type) ? BY_TYPE[type] : sampleString)?.(schema, root, depth) ?? null;
}

/** The schema that speaks for this one: what it refers to, or the first of its alternatives. */
function otherSchema(schema: JsonObject, root: JsonObject): JsonObject | undefined {
  if (typeof schema.$ref === 'string') return lookUp(schema.$ref, root);
  const alternative = listIn(schema.anyOf)[0] ?? listIn(schema.oneOf)[0];
  if (alternative !== undefined) return objectIn(alternative);
  const all = listIn(schema.allOf).map(objectIn);
  return all.length > 0 ? Object.assign({}, ...all) : undefined;
}

function lookUp(reference: string, root: JsonObject): JsonObject {
  const steps = reference.replace(/^#\/?/, '').split('/').filter(Boolean);
  return steps.reduce<JsonObject>((place, step) => objectIn(place[step]), root);
}

function typeOf(schema: JsonObject): string {
  const types = Array.isArray(schema.type) ? listIn(schema.type) : [schema.type];
  const type = stringIn(types.find((each) => each !== 'null') ?? types[0]).toLowerCase();
  return type || (schema.properties ? 'object' : 'string');
}

function sampleProperties(schema: JsonObject, root: JsonObject, depth: number): Json {
  const properties = Object.entries(objectIn(schema.properties));
  return Object.fromEntries(
    properties.map(([name, property]) => [name, sampleValue(objectIn(property), root, depth + 1)]),
  );
}

function sampleList(schema: JsonObject, root: JsonObject, depth: number): Json {
  const length = Math.min(LENGTH_MAX, numberIn(schema.minItems) ?? 0);
  return Array.from({ length }, () => sampleValue(objectIn(schema.items), root, depth + 1));
}

function sampleString(schema: JsonObject): Json {
  if (schema.format === 'date-time') return '2026-01-02T03:04:05Z';
  if (schema.format === 'date') return '2026-01-02';
  return 'Köln'.padEnd(Math.min(LENGTH_MAX, numberIn(schema.minLength) ?? 0), '.');
}
