import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { alternativesOf, hasProperties, isNull } from './schema-alternatives.ts';
import { isKnownFormat, keptMembers, lostKeywords } from './schema-keywords.ts';
import { contradict, mergeSchemas } from './schema-merge.ts';
import { readRange } from './schema-range.ts';
import { type Inlined, SchemaRefs, start, type Trail } from './schema-refs.ts';
import { readValues } from './schema-values.ts';

/**
 * A JSON schema as the subset that older models of Google take (protocols 4.2, T14). One keyword too many and
 * the whole request is refused, so what is not known to be taken is left out, and told.
 */
export function schemaSubset(schema: JsonValue, param: string, warnings: Warnings): JsonObject {
  return new SubsetWriter(schema, param, warnings).write(schema, start);
}

class SubsetWriter {
  readonly #refs: SchemaRefs;
  readonly #param: string;
  readonly #warnings: Warnings;

  constructor(root: JsonValue, param: string, warnings: Warnings) {
    this.#refs = new SchemaRefs(root);
    this.#param = param;
    this.#warnings = warnings;
  }

  write(node: JsonValue, trail: Trail): JsonObject {
    if (!isJsonObject(node)) return { type: 'STRING' };
    const found = this.#refs.inline(node, trail);
    if (found === undefined) return this.#unreachable(node);
    return this.#node(this.#merged(found), found.trail);
  }

  /** A circle has no end when written out; a place that is not there has no beginning. */
  #unreachable(node: JsonObject): JsonObject {
    this.#changed('schema_recursive');
    return { type: 'OBJECT', ...description(node['description'], []) };
  }

  /** `allOf` says several things of one value: one schema that says them all. */
  #merged({ schema, trail }: Inlined): JsonObject {
    const { allOf, ...own } = schema;
    if (!Array.isArray(allOf)) return schema;
    return (allOf as readonly JsonValue[]).reduce<JsonObject>((sum, part) => {
      const found = isJsonObject(part) ? this.#refs.inline(part, trail) : undefined;
      if (found === undefined) return sum;
      const other = this.#merged(found);
      if (contradict(sum, other)) this.#changed('schema_allOf');
      return mergeSchemas(sum, other);
    }, own);
  }

  #node(schema: JsonObject, trail: Trail): JsonObject {
    const alternatives = this.#alternatives(schema, trail);
    if (alternatives !== undefined) return alternatives;
    const { type, isNullable, notes, ...values } = readValues(schema);
    this.#tellLost(schema);
    if (notes.length > 0) this.#changed('schema_enum');
    const format = this.#format(schema, notes);
    return {
      ...(type !== undefined && { type }),
      ...description(schema['description'], notes),
      ...(isNullable && { nullable: true }),
      ...values,
      ...(format !== undefined && { format }),
      ...keptMembers(schema),
      ...readRange(schema, type === 'INTEGER'),
      ...(type === 'OBJECT' && this.#object(schema, trail)),
      ...(type === 'ARRAY' && { items: this.#items(schema, trail) }),
    };
  }

  /** `anyOf`, `oneOf` and lists of types; null among them makes it nullable, a single one left stands for itself. */
  #alternatives(schema: JsonObject, trail: Trail): JsonObject | undefined {
    const all = alternativesOf(schema);
    if (all.length === 0) return undefined;
    if (hasProperties(schema) && (schema['anyOf'] ?? schema['oneOf']) !== undefined) {
      // Google knows no object that has both; without the alternatives it is too generous, but not wrong.
      this.#warnings.dropped(this.#param, 'schema_anyOf');
      return undefined;
    }
    const { anyOf: _, oneOf: __, type, ...rest } = schema;
    const some = all.filter((one) => !isNull(one));
    const isNullable = some.length < all.length || schema['nullable'] === true;
    const nullable = isNullable ? { nullable: true } : {};
    if (some.length === 0)
      return { type: 'STRING', ...description(schema['description'], []), nullable: true };
    const single = some.length === 1 ? some[0] : undefined;
    if (single !== undefined) {
      const whole = isJsonObject(single) ? { ...single, ...rest, ...nullable } : { ...rest, ...nullable };
      return this.write(whole, trail);
    }
    return {
      ...description(schema['description'], []),
      ...nullable,
      anyOf: some.map((one) => this.write(one, { ...trail, depth: trail.depth + 1 })),
    };
  }

  #object(schema: JsonObject, trail: Trail): JsonObject {
    const properties = isJsonObject(schema['properties']) ? Object.entries(schema['properties']) : [];
    if (properties.length === 0) return {};
    const names = new Set(properties.map(([name]) => name));
    const required = knownNames(schema['required'], names);
    const ordering = knownNames(schema['propertyOrdering'], names);
    return {
      properties: Object.fromEntries(properties.map(([name, one]) => [name, this.write(one ?? {}, trail)])),
      ...(required.length > 0 && { required }),
      ...(ordering.length > 0 && { propertyOrdering: ordering }),
    };
  }

  /** One schema for all; a tuple becomes a list of whatever stands in it. */
  #items(schema: JsonObject, trail: Trail): JsonObject {
    const { items, prefixItems } = schema;
    const tuple = Array.isArray(prefixItems) ? prefixItems : items;
    if (!Array.isArray(tuple)) return isJsonObject(items) ? this.write(items, trail) : { type: 'STRING' };
    this.#changed('schema_tuple');
    return tuple.length === 0
      ? { type: 'STRING' }
      : this.write({ anyOf: tuple as readonly JsonValue[] }, trail);
  }

  #format(schema: JsonObject, notes: string[]): string | undefined {
    const format = schema['format'];
    if (typeof format !== 'string') return undefined;
    if (isKnownFormat(format)) return format;
    this.#changed('schema_format');
    if (format.length < 40) notes.push(`Format: ${format}.`);
    return undefined;
  }

  #tellLost(schema: JsonObject): void {
    for (const reason of lostKeywords(schema)) this.#warnings.dropped(this.#param, reason);
  }

  #changed(reason: string): void {
    this.#warnings.changed(this.#param, reason);
  }
}

function knownNames(list: JsonValue | undefined, names: ReadonlySet<string>): string[] {
  return (Array.isArray(list) ? (list as readonly JsonValue[]) : []).filter(
    (name): name is string => typeof name === 'string' && names.has(name),
  );
}

/** What was lost is kept for the model in words, where it is short. */
function description(said: JsonValue | undefined, notes: readonly string[]): JsonObject {
  const text = [typeof said === 'string' ? said : '', ...notes].filter((one) => one !== '').join(' ');
  return text === '' ? {} : { description: text };
}
