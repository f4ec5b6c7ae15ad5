import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { SchemaNode } from '../read-schema.ts';
import { schemaFiles } from './all-schemas.ts';

const files = [...schemaFiles()];

describe('the published schemas', () => {
  it.each(files)('%s is fresh (else run: npx tsx tools/write-schemas.ts)', (name, text) => {
    expect(readFileSync(new URL(`../../../schemas/${name}.json`, import.meta.url), 'utf8')).toBe(text);
  });

  /** What `check-shape.ts` reads, and what is for editors only. */
  const understood = new Set([
    'type',
    'enum',
    'anyOf',
    'properties',
    'additionalProperties',
    'required',
    'items',
    'pattern',
    'minLength',
    'maxLength',
    'minimum',
    'maximum',
    'exclusiveMinimum',
    'default',
    'description',
    '$schema',
    '$id',
    'title',
    'allowComments',
    'allowTrailingCommas',
    'x-same-as',
    'x-secret',
    'x-not-yet',
    'x-not-yet-values',
    'x-ignored',
    'x-inert',
    'x-any-case',
    'x-hint',
  ]);

  it.each(files.filter(([name]) => name !== 'sluice'))(
    '%s uses only what our walker understands',
    (_, text) => {
      for (const node of nodesOf(JSON.parse(text) as SchemaNode)) {
        expect(Object.keys(node).filter((keyword) => !understood.has(keyword))).toEqual([]);
        if (node.pattern !== undefined) expect(node['x-hint']).toBeDefined();
      }
    },
  );

  it.each(files.filter(([name]) => name !== 'sluice'))(
    '%s describes every key, and spells each alias right',
    (_, text) => {
      for (const node of nodesOf(JSON.parse(text) as SchemaNode)) {
        for (const [key, property] of Object.entries(node.properties ?? {})) {
          expect(property, key).toHaveProperty('description');
          const same = property['x-same-as'];
          if (same !== undefined) expect(shapeOf(node.properties?.[same]), key).toEqual(shapeOf(property));
        }
      }
    },
  );

  it('defaults fit where they stand', () => {
    const nodes = files.slice(0, 3).flatMap(([, text]) => [...nodesOf(JSON.parse(text) as SchemaNode)]);
    for (const node of nodes) if (node.default !== undefined && node.type !== undefined) expectFit(node);
  });
});

function expectFit({ type, default: byDefault, enum: words = [byDefault] }: SchemaNode): void {
  const kind = Array.isArray(byDefault) ? 'array' : typeof byDefault;
  expect(kind).toBe(type === 'integer' ? 'number' : type);
  expect(words.some((word) => isDeepStrictEqual(word, byDefault))).toBe(true);
}

function* nodesOf(node: SchemaNode): Generator<SchemaNode> {
  yield node;
  const inner = [
    ...Object.values(node.properties ?? {}),
    ...(node.anyOf ?? []),
    node.items,
    node.additionalProperties,
  ];
  for (const child of inner) if (typeof child === 'object') yield* nodesOf(child);
}

const shapeOf = (node: SchemaNode | undefined) => ({
  type: node?.type,
  anyOf: node?.anyOf,
  items: node?.items,
});
