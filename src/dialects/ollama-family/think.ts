import type { Effort, Reasoning } from '../../model/call.ts';
import type { JsonValue } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { effortAlone } from '../reasoning-family/effort-of.ts';
import { wrongType } from './request-fields.ts';

/** Read and written by the first row that fits, so the order of rows matters (protocols 10.6). */
const rows: readonly (readonly [effort: Effort, think: false | string])[] = [
  ['none', false],
  ['low', 'low'],
  ['minimal', 'low'],
  ['medium', 'medium'],
  ['high', 'high'],
  ['max', 'max'],
  ['xhigh', 'max'],
];

/** `think` of a request. Absent: nothing was said. */
export function readThink(think: JsonValue | undefined): Reasoning | undefined {
  if (think === undefined || think === null) return undefined;
  if (think === true) return { effort: 'medium', showsThoughts: true };
  const effort = rows.find((row) => row[1] === think)?.[0];
  if (effort === undefined) throw wrongType('think', 'true, false, "low", "medium", "high" or "max"');
  return effort === 'none' ? { effort } : { effort, showsThoughts: true };
}

/** Undefined where nothing was asked for: many models refuse the member whatever its value. */
export function writeThink(
  reasoning: Reasoning | undefined,
  warnings: Warnings,
): boolean | string | undefined {
  const effort = reasoning === undefined ? undefined : effortAlone(reasoning, warnings);
  if (effort === undefined) return undefined;
  const think = rows.find((row) => row[0] === effort)?.[1];
  const isOther = reasoning?.effort !== undefined && think !== false && think !== effort;
  if (isOther) warnings.changed('reasoning_effort', 'nearest_of_backend');
  return think;
}
