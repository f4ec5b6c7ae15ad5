import { isDeepStrictEqual } from 'node:util';
import type { SchemaNode } from './read-schema.ts';

/**
 * No option is ignored silently: one that is set, and does nothing in this version, is named with what happens
 * instead. Options that ask for what happens anyway (their default, `false`, nothing at all) are left in peace.
 */
export function findNotInEffect(schema: SchemaNode, value: unknown): string | undefined {
  if (schema['x-ignored'] !== undefined) {
    return isEmpty(value) ? undefined : `is accepted but has no effect: ${schema['x-ignored']}`;
  }
  const instead = schema['x-not-yet'];
  if (instead === undefined || !asksForIt(schema, value)) return undefined;
  const explanation = instead === true ? '' : `: ${instead}`;
  return `is understood but not in effect in this version${explanation}`;
}

function asksForIt(schema: SchemaNode, value: unknown): boolean {
  const values = schema['x-not-yet-values'];
  if (values !== undefined) return values.includes(value);
  if (isEmpty(value) || schema['x-inert']?.includes(value)) return false;
  return !isDeepStrictEqual(value, schema.default);
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
