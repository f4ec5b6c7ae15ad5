import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { MemberEdits } from './member-edits.ts';

/**
 * The members that limit what is written, at any server of a dialect whose requests have them at the top: a name that
 * the book does not have may be what a copy goes by in the end (llama.cpp's `n_predict`).
 */
const limitNames: ReadonlySet<string> = new Set([
  'max_tokens',
  'max_completion_tokens',
  'max_output_tokens',
  'n_predict',
]);

/** Where a limit stands in a request of one dialect. */
export interface LimitPlaces {
  /** The names of the book; if none of them is there, the limit is added as `added`. */
  readonly names: readonly string[];
  readonly added: string;
  /** What is less is no limit to some server. */
  readonly least: 0 | 1;
}

/** Lowers the limits of a request to what its answer may have. Returns whether anything changed. */
export function capTokens(
  edits: MemberEdits,
  body: JsonObject,
  places: LimitPlaces,
  max: number | undefined,
  warnings: Warnings,
): boolean {
  if (max === undefined) return false;
  const names = namesToSet(body, places, max, warnings);
  for (const name of names) edits.set(name, String(max));
  return names.length > 0;
}

/** The same request with its limits lowered; the very same one if there is nothing to lower. */
export function withTokensCapped(
  body: JsonObject,
  places: LimitPlaces,
  max: number | undefined,
  warnings: Warnings,
): JsonObject {
  if (max === undefined) return body;
  const names = namesToSet(body, places, max, warnings);
  return names.length === 0 ? body : { ...body, ...Object.fromEntries(names.map((name) => [name, max])) };
}

/** A client that has named no number need not be told of one. */
function namesToSet(body: JsonObject, places: LimitPlaces, max: number, warnings: Warnings): string[] {
  const names = Object.keys(body).filter((name) => limitNames.has(folded(name)));
  const toSet = names.filter((name) => !isWithin(body[name], places.least, max) || isOdd(body, name));
  for (const name of toSet) warnings.changed(name, LOWERED);
  if (places.names.every((name) => isAbsent(body[name]))) toSet.push(places.added);
  return toSet;
}

/** Nothing, in a case of its own, would take the limit away from who reads `Max_Tokens` as `max_tokens`. */
function isOdd(body: JsonObject, name: string): boolean {
  return isAbsent(body[name]) && !limitNames.has(name);
}

/** Why a limit is not the one the client named. */
export const LOWERED = 'lowered_to_limit';

/** Is this limit one that holds, and low enough? Absent ones do not ask for more. */
export function isWithin(value: JsonValue | undefined, least: number, max: number): boolean {
  return isAbsent(value) || (typeof value === 'number' && value >= least && value <= max);
}

export function isAbsent(value: JsonValue | undefined): boolean {
  return value === undefined || value === null;
}

/** Servers in Go read names of members whatever their case, by Unicode's rules: `Max_Tokens` is `max_tokens` to them. */
export function folded(name: string): string {
  return name.toUpperCase().toLowerCase();
}
