import type { JsonObject } from '../../model/json.ts';

/** Which answer a choice belongs to: its `index`, or its place where a sloppy backend left that out. */
export function choiceIndex(choice: JsonObject, place: number): number {
  const index = choice['index'];
  return typeof index === 'number' && Number.isSafeInteger(index) && index >= 0 ? index : place;
}
