import type { ImageChangeCall, ImagesCall } from '../../model/call.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';

/** A call for pictures, out of words or out of other pictures. */
export type PictureCall = ImagesCall | ImageChangeCall;

/** Reads what requests say beyond the book. Numbers may be texts: a form has no others. */

export function textIn(extra: JsonObject, name: string, warnings: Warnings): string | undefined {
  const value = extra[name];
  if (value === undefined || typeof value === 'string') return value;
  return warnings.reject(name, `"${name}" must be a string.`);
}

/** A number from `least` to `most`. */
export function numberIn(
  extra: JsonObject,
  name: string,
  [least, most]: readonly [number, number],
  warnings: Warnings,
): number | undefined {
  const value = extra[name];
  if (value === undefined) return undefined;
  const number = numberOf(value);
  if (number !== undefined && number >= least && number <= most) return number;
  return warnings.reject(name, `"${name}" must be a number from ${least} to ${most}.`);
}

export function numberOf(value: JsonValue): number | undefined {
  const isNumeral = typeof value === 'string' && /^-?\d{1,16}(\.\d{1,16})?$/.test(value);
  return typeof value === 'number' ? value : isNumeral ? Number(value) : undefined;
}

/** One member of a request to the backend, or none. */
export function optional(name: string, value: JsonValue | undefined): JsonObject {
  return value === undefined ? {} : { [name]: value };
}
