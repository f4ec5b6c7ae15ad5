import type { JsonObject } from '../../model/json.ts';

/** The object without the members that are undefined, in the same order: what is written is what is there. */
export function withoutUndefined(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
