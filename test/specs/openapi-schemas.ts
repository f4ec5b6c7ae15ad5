/**
 * Makes JSON Schema 2020-12 of the schemas in an OpenAPI document. The documents are written for generators of code:
 * what a validator needs (which variant is meant, that nothing else is allowed) stands in words a validator does not
 * know, and some of it is wrong.
 */
import type { Json } from './vendor-specs.ts';

export interface Reading {
  /** Only what the document names is allowed, as the real APIs have it for requests. */
  readonly isClosed: boolean;
}

/** The same schemas under the same names, fit for ajv. */
export function jsonSchemas(components: Json, reading: Reading): Json {
  const whole = new OpenApiSchemas(components, reading);
  return mapValues(components, (schema) => whole.rewrite(schema));
}

/** One schema that stands outside the components, such as the body of an operation. */
export function jsonSchema(schema: unknown, components: Json, reading: Reading): unknown {
  return new OpenApiSchemas(components, reading).used(schema);
}

const SCHEMA_MAPS = ['properties', 'patternProperties', '$defs'];
const SCHEMA_LISTS = ['anyOf', 'oneOf', 'prefixItems'];
const SCHEMAS = ['items', 'additionalProperties', 'not', 'contains', 'propertyNames'];
/** Words for people and generators; `default` would be no help either: nothing is to be filled in. */
const IDLE =
  /^(x-.*|description|title|examples?|default|deprecated|discriminator|nullable|\$recursive.*|readOnly|externalDocs)$/;

class OpenApiSchemas {
  readonly #components: Json;
  readonly #isClosed: boolean;

  constructor(components: Json, { isClosed }: Reading) {
    this.#components = components;
    this.#isClosed = isClosed;
  }

  /** A schema where it stands for a value: closed, if wanted, after all its `allOf` have had their say. */
  used(schema: unknown): unknown {
    if (!this.#isClosed || !isJson(schema) || !this.#listsMembers(schema)) return this.rewrite(schema);
    const { nullable: _, ...rest } = schema;
    const closed = { ...(this.rewrite(rest) as Json), unevaluatedProperties: false };
    return nullableOr(schema, closed);
  }

  rewrite(schema: unknown): unknown {
    if (!isJson(schema)) return schema;
    const variants = schema['oneOf'] ?? schema['anyOf'];
    const tag = Array.isArray(variants) ? this.#tagOf(variants) : undefined;
    if (tag) return nullableOr(schema, this.#byTag(variants as readonly unknown[], tag));
    return nullableOr(schema, this.#keywords(schema));
  }

  #keywords(schema: Json): Json {
    const out: Record<string, unknown> = {};
    for (const [word, value] of Object.entries(schema)) {
      if (IDLE.test(word)) continue;
      if (SCHEMA_MAPS.includes(word) && isJson(value))
        out[word] = mapValues(value, (each) => this.used(each));
      else if (word === 'allOf' && Array.isArray(value)) out[word] = value.map((each) => this.rewrite(each));
      // Variants overlap in all the documents: one at least must fit, as their own servers have it.
      else if (SCHEMA_LISTS.includes(word) && Array.isArray(value))
        out[word === 'oneOf' ? 'anyOf' : word] = value.map((each) => this.used(each));
      else if (SCHEMAS.includes(word)) out[word] = this.used(value);
      else out[word] = value;
    }
    return out;
  }

  /** A choice is closed variant by variant, and not here. */
  #listsMembers(schema: Json): boolean {
    const meant = this.#resolved(schema);
    if ('additionalProperties' in meant) return false;
    if (isJson(meant['properties'])) return true;
    const parts = meant['allOf'];
    return Array.isArray(parts) && parts.some((part) => isJson(part) && this.#listsMembers(part));
  }

  /** The member whose single value tells the variants apart: messages are useless without knowing which one was meant. */
  #tagOf(variants: readonly unknown[]): string | undefined {
    if (variants.length < 2) return undefined;
    return ['type', 'role', 'object'].find((name) => {
      const tags = variants.map((variant) => this.#tagsIn(variant, name));
      const flat = tags.flatMap((each) => each ?? []);
      return tags.every((each) => each !== undefined) && new Set(flat).size === flat.length;
    });
  }

  #tagsIn(variant: unknown, name: string): readonly unknown[] | undefined {
    if (!isJson(variant)) return undefined;
    const meant = this.#resolved(variant);
    const member = isJson(meant['properties']) ? meant['properties'][name] : undefined;
    const isRequired = Array.isArray(meant['required']) && meant['required'].includes(name);
    if (!isJson(member) || !isRequired) return undefined;
    if ('const' in member) return [member['const']];
    const values = member['enum'];
    return Array.isArray(values) && values.length === 1 ? values : undefined;
  }

  #byTag(variants: readonly unknown[], name: string): Json {
    const cases = variants.map((variant) => ({
      tags: this.#tagsIn(variant, name) ?? [],
      schema: this.used(variant),
    }));
    return {
      type: 'object',
      properties: { [name]: { enum: cases.flatMap(({ tags }) => tags) } },
      required: [name],
      allOf: cases.map(({ tags, schema }) => ({
        if: { properties: { [name]: { enum: tags } } },
        // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so.
        then: schema,
      })),
    };
  }

  #resolved(schema: Json): Json {
    const ref = schema['$ref'];
    if (typeof ref !== 'string') return schema;
    const found = this.#components[ref.split('/').at(-1) ?? ''];
    return isJson(found) ? this.#resolved(found) : {};
  }
}

/** OpenAPI 3.0 says `nullable`, beside a type or beside a reference. */
function nullableOr(schema: Json, rewritten: Json): Json {
  return schema['nullable'] === true ? { anyOf: [rewritten, { type: 'null' }] } : rewritten;
}

function mapValues(values: Json, change: (value: unknown) => unknown): Json {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
