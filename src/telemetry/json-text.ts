import { inspect } from 'node:util';

/** Printable ASCII but for the quote and the backslash: needs no escaping. */
const plain = /^[ !#-[\]-~]*$/;

/** A string as JSON; most strings in a log need only the quotes. */
export function quote(text: string): string {
  return plain.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** Longer texts than this are cut in a log line; a model's name is whatever a client sends. */
const textMax = 256;

/** A string of a stranger as JSON, cut to a bearable length; `null` where there is none. */
export function quoteShort(text: string | undefined): string {
  if (text === undefined) return 'null';
  return quote(text.length > textMax ? `${text.slice(0, textMax)}…` : text);
}

/** A number as JSON with at most three decimals; `null` where there is none. */
export function numberText(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return 'null';
  return String(Math.round(value * 1000) / 1000);
}

/**
 * Any value as JSON, whatever it is: a log line must never throw. Secrets mask themselves, errors keep their
 * message, code, stack and causes.
 */
export function jsonText(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  try {
    return JSON.stringify(value, replaceOddities) ?? 'null';
  } catch {
    // A loop, or a toJSON that throws. The inspector copes with both, and Secrets mask themselves there too.
    return quote(inspect(value, { depth: 2, breakLength: Number.POSITIVE_INFINITY }));
  }
}

function replaceOddities(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Error) return plainError(value);
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  return value;
}

/** An error as an object; JSON alone would make `{}` of it. */
export function plainError(error: Error): Record<string, unknown> {
  const code = 'code' in error ? { code: error.code } : {};
  const cause = error.cause === undefined ? {} : { cause: error.cause };
  return { type: error.name, message: error.message, ...code, stack: error.stack, ...cause };
}
