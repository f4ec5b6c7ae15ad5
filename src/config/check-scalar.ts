import { nearestNames } from '../model/nearest-names.ts';
import type { SchemaNode } from './read-schema.ts';
import { kindOf, showValue } from './show-value.ts';

/** Either a value, or what is wrong with it. */
export interface CheckedScalar {
  readonly value?: unknown;
  readonly complaint?: string;
}

/**
 * Checks text, numbers and switches. `isResolved` values came out of the environment or a file as text: they are
 * turned into what is wanted, and never quoted.
 */
export function checkScalar(schema: SchemaNode, written: unknown, isResolved: boolean): CheckedScalar {
  const value = isResolved && typeof written === 'string' ? converted(schema, written) : written;
  if (!isOfType(schema, value)) return { complaint: wrongType(schema, value, isResolved) };
  const shown = isResolved || schema['x-secret'] ? undefined : showValue(value);
  if (typeof value === 'number') return checkNumber(schema, value, shown);
  if (typeof value === 'string') return checkText(schema, value, shown);
  return { value };
}

function converted(schema: SchemaNode, text: string): unknown {
  // `"${NAME:-}"` is how an optional value is written; empty means none.
  if (text === '') return null;
  const isNumber = schema.type === 'number' || schema.type === 'integer';
  if (isNumber && /^\s*-?\d+(\.\d+)?\s*$/.test(text)) return Number(text);
  if (schema.type !== 'boolean') return text;
  if (/^\s*(true|1|yes|on)\s*$/i.test(text)) return true;
  return /^\s*(false|0|no|off)\s*$/i.test(text) ? false : text;
}

function isOfType(schema: SchemaNode, value: unknown): boolean {
  switch (schema.type) {
    case 'integer':
      return Number.isSafeInteger(value);
    case 'number':
      return Number.isFinite(value);
    case 'null':
      return value === null;
    case 'string':
    case 'boolean':
      return typeof value === schema.type;
    default:
      return true;
  }
}

function wrongType(schema: SchemaNode, value: unknown, isResolved: boolean): string {
  const isFraction = schema.type === 'integer' && typeof value === 'number';
  const found = isFraction && !isResolved ? String(value) : kindOf(value);
  return `should be ${wantedKind(schema)}, but is ${found}; ${typeRemedy(schema, value)}`;
}

function typeRemedy(schema: SchemaNode, value: unknown): string {
  if (typeof value === 'string' && schema.type !== 'string') {
    if (/^-?\d+(\.\d+)?$/.test(value) || value === 'true' || value === 'false')
      return 'write it without quotes';
  }
  if (schema.type === 'string' && !(typeof value === 'object')) return 'put it in double quotes';
  if (value === null) return 'leave it out, or give it a value';
  return schema.default === undefined ? 'change it' : `write for example ${JSON.stringify(schema.default)}`;
}

function checkNumber(schema: SchemaNode, value: number, shown: string | undefined): CheckedScalar {
  const { minimum, exclusiveMinimum, maximum } = schema;
  const isLow =
    (minimum !== undefined && value < minimum) ||
    (exclusiveMinimum !== undefined && value <= exclusiveMinimum);
  if (!isLow && (maximum === undefined || value <= maximum)) return { value };
  const least =
    minimum !== undefined
      ? `at least ${minimum}`
      : exclusiveMinimum !== undefined
        ? `more than ${exclusiveMinimum}`
        : '';
  const bounds = [least, maximum === undefined ? '' : `at most ${maximum}`]
    .filter((bound) => bound !== '')
    .join(' and ');
  return { complaint: `must be ${bounds}, but is ${shown ?? 'not'}; change it` };
}

function checkText(schema: SchemaNode, value: string, shown: string | undefined): CheckedScalar {
  if (schema.enum !== undefined) return checkWord(schema, schema.enum.map(String), value, shown);
  if (value.length < (schema.minLength ?? 0))
    return { complaint: 'is empty; give it a value or leave it out' };
  if (value.length > (schema.maxLength ?? Number.POSITIVE_INFINITY)) {
    return { complaint: `is longer than ${schema.maxLength} characters; shorten it` };
  }
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value)) {
    return {
      complaint: `must be ${schema['x-hint'] ?? 'written differently'}, but is ${shown ?? 'not'}; change it`,
    };
  }
  return { value };
}

function checkWord(
  schema: SchemaNode,
  words: string[],
  value: string,
  shown: string | undefined,
): CheckedScalar {
  const same = (word: string) =>
    word === value || (schema['x-any-case'] && word.toLowerCase() === value.toLowerCase());
  const found = words.find(same);
  if (found !== undefined) return { value: found };
  const [nearest] = shown === undefined ? [] : nearestNames(value, words);
  const suggestion = nearest === undefined ? 'known' : `did you mean ${nearest}? Known`;
  const known = schema['x-any-case'] ? [...new Set(words.map((word) => word.toUpperCase()))] : words;
  return { complaint: `cannot be ${shown ?? 'this'}; ${suggestion}: ${known.join(', ')}` };
}

/** What should stand there, in an operator's words. */
export function wantedKind(schema: SchemaNode): string {
  if (schema.anyOf !== undefined) return schema.anyOf.map(wantedKind).join(' or ');
  if (schema['x-hint'] !== undefined) return schema['x-hint'];
  if (schema.enum !== undefined) return `one of ${schema.enum.map(String).join(', ')}`;
  switch (schema.type) {
    case 'object':
      return 'an object';
    case 'array':
      return 'a list';
    case 'string':
      return 'text';
    case 'integer':
      return 'a whole number';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'null';
    default:
      return 'a value';
  }
}
