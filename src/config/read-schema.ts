import { readFileSync } from 'node:fs';

/** The part of JSON Schema our own schemas use; `x-` keywords are explained in `schema/words.ts`. */
export interface SchemaNode {
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null';
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly default?: unknown;
  readonly 'x-same-as'?: string;
  readonly 'x-secret'?: boolean;
  readonly 'x-not-yet'?: true | string;
  readonly 'x-not-yet-values'?: readonly unknown[];
  readonly 'x-ignored'?: string;
  readonly 'x-inert'?: readonly unknown[];
  readonly 'x-any-case'?: boolean;
  readonly 'x-hint'?: string;
}

export type SectionName = 'daemon' | 'apps' | 'backends';

const schemas = new Map<SectionName, SchemaNode>();

/**
 * The schema of a section, from the published file. `schemas/` stands beside both `src/` and `dist/`, so the
 * same relative address serves the source, the build and the npm package.
 */
export function readSchema(name: SectionName): SchemaNode {
  const known = schemas.get(name);
  if (known !== undefined) return known;
  const text = readFileSync(new URL(`../../schemas/${name}.json`, import.meta.url), 'utf8');
  const schema = JSON.parse(text) as SchemaNode;
  schemas.set(name, schema);
  return schema;
}

/** The schema of the key at `path`, which must be made of declared properties. */
export function schemaAt(schema: SchemaNode, path: readonly string[]): SchemaNode {
  return path.reduce((node, key) => node.properties?.[key] ?? {}, schema);
}
