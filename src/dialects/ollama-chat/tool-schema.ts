import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectMember,
  stringMember,
} from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';

/**
 * The schema of a tool's parameters, down to the keywords that Ollama shows its models (protocols 10.4). What it
 * would read over is said in other words where there are some: a reference is replaced by what it points to, `const`
 * is an `enum` of one, `oneOf` an `anyOf`.
 */
export function writeToolSchema(schema: JsonObject | undefined, warnings: Warnings): JsonObject {
  if (schema === undefined) return { type: 'object', properties: {} };
  const written = new SchemaWriter(schema, warnings).schema(schema, 0);
  const withType = written['type'] === undefined ? { type: 'object', ...written } : written;
  return withType['properties'] === undefined ? { ...withType, properties: {} } : withType;
}

const kept: ReadonlySet<string> = new Set(['type', 'required', 'enum', 'description']);

/** Left out without a word: they tell a model nothing, or are said in another way here. */
const unmissed: ReadonlySet<string> = new Set([
  '$schema',
  '$id',
  '$ref',
  'title',
  'additionalProperties',
  'definitions',
]);

/** Schemas that refer to themselves, or to one another again and again, end somewhere. */
const DEPTH_MAX = 12;
const REFERENCES_MAX = 100;

class SchemaWriter {
  readonly #root: JsonObject;
  readonly #warnings: Warnings;
  #references = 0;

  constructor(root: JsonObject, warnings: Warnings) {
    this.#root = root;
    this.#warnings = warnings;
  }

  schema(schema: JsonObject, depth: number): JsonObject {
    const target = this.#target(schema, depth);
    const members = Object.entries(schema).flatMap(([name, value]) => this.#member(name, value, depth));
    return { ...target, ...Object.fromEntries(members) };
  }

  #member(name: string, value: JsonValue | undefined, depth: number): [string, JsonValue][] {
    if (value === undefined) return [];
    if (kept.has(name)) return [[name, value]];
    if (name === 'const') return [['enum', [value]]];
    if (name === 'items') return [[name, this.#inner(value, depth)]];
    if (name === 'anyOf' || name === 'oneOf') return [['anyOf', this.#inner(value, depth)]];
    if (name === 'properties' || name === '$defs') return [[name, this.#named(value, depth)]];
    if (!unmissed.has(name)) this.#warnings.changed('tools', 'schema_keywords_left_out');
    return [];
  }

  /** A schema, or a list of them. */
  #inner(value: JsonValue, depth: number): JsonValue {
    if (Array.isArray(value)) return value.map((one: JsonValue) => this.#inner(one, depth));
    return isJsonObject(value) ? this.schema(value, depth + 1) : value;
  }

  /** Schemas by names of the client's own: none of them is a keyword. */
  #named(value: JsonValue, depth: number): JsonValue {
    if (!isJsonObject(value)) return {};
    const members = Object.entries(value).map(([name, one]) => [name, this.#inner(one ?? {}, depth)]);
    return Object.fromEntries(members);
  }

  /** What a `$ref` to a definition of this very schema stands for; nothing where it leads too far or nowhere. */
  #target(schema: JsonObject, depth: number): JsonObject {
    const [, place, name] =
      /^#\/(\$defs|definitions)\/([^/]+)$/.exec(stringMember(schema, '$ref') ?? '') ?? [];
    const definitions = place === undefined ? undefined : objectMember(this.#root, place);
    if (definitions === undefined || name === undefined || !Object.hasOwn(definitions, name)) return {};
    const target = objectMember(definitions, name);
    if (target === undefined || depth >= DEPTH_MAX || this.#references++ >= REFERENCES_MAX) return {};
    return this.schema(target, depth + 1);
  }
}
