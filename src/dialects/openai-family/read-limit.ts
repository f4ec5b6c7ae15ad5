import type { JsonObject } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { readCount } from './request-fields.ts';

/**
 * The limit on written tokens as a call holds it, under the first of `names` that has one. Most backends take
 * nothing below 1, so a negative number, llama.cpp's and LM Studio's "no limit", is said by leaving the member out
 * (W); an answer of no tokens is another answer (E), and on a lenient route one of the least there is.
 */
export function readLimit(
  body: JsonObject,
  names: readonly string[],
  warnings: Warnings,
): number | undefined {
  for (const name of names) {
    const limit = readCount(body, name, Number.MIN_SAFE_INTEGER);
    if (limit !== undefined && limit > 0) return limit;
    if (limit === 0) return leastInstead(name, warnings);
    if (limit !== undefined) warnings.dropped(name, 'means_no_limit');
  }
  return undefined;
}

function leastInstead(name: string, warnings: Warnings): number {
  warnings.refuse(name, `The backend of this model cannot answer in no tokens; let "${name}" be at least 1.`);
  return 1;
}
