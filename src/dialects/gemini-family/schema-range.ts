import type { JsonObject, JsonValue } from '../../model/json.ts';

/** The smallest and largest number; Google's subset has no open ends (protocols 4.2). */
export function readRange(schema: JsonObject, isInteger: boolean): JsonObject {
  const minimum = bound(schema['minimum'], schema['exclusiveMinimum'], isInteger ? 1 : 0, Math.max);
  const maximum = bound(schema['maximum'], schema['exclusiveMaximum'], isInteger ? -1 : 0, Math.min);
  return { ...(minimum !== undefined && { minimum }), ...(maximum !== undefined && { maximum }) };
}

/** An open end at n is one at n ± 1 for whole numbers, else n itself. In older drafts it is a flag on the closed one. */
function bound(
  closed: JsonValue | undefined,
  open: JsonValue | undefined,
  step: number,
  stricter: (a: number, b: number) => number,
): number | undefined {
  const atClosed = typeof closed === 'number' ? closed + (open === true ? step : 0) : undefined;
  const atOpen = typeof open === 'number' ? open + step : undefined;
  if (atClosed === undefined || atOpen === undefined) return atClosed ?? atOpen;
  return stricter(atClosed, atOpen);
}
