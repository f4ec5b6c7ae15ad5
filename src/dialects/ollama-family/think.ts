import type { Effort, Reasoning } from '../../model/call.ts';
import type { JsonValue } from '../../model/json.ts';
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

/** Up to so many thinking tokens are this much effort, for clients that give a number. */
const efforts: readonly (readonly [tokensMax: number, effort: Effort])[] = [
  [0, 'none'],
  [1024, 'low'],
  [8192, 'medium'],
  [24_576, 'high'],
  [Number.POSITIVE_INFINITY, 'xhigh'],
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
export function writeThink(reasoning: Reasoning | undefined): boolean | string | undefined {
  const effort = reasoning?.effort ?? effortOf(reasoning?.budgetTokens);
  return effort === undefined ? undefined : rows.find((row) => row[0] === effort)?.[1];
}

function effortOf(budgetTokens: number | undefined): Effort | undefined {
  if (budgetTokens === undefined || budgetTokens < 0) return undefined;
  return efforts.find((row) => budgetTokens <= row[0])?.[1];
}
