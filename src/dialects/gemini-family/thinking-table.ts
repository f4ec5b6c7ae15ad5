import type { Effort } from '../../model/call.ts';

/** Which levels a model of generation 3 and later has; the first row that fits counts. */
const levels: readonly (readonly [model: RegExp, levels: readonly string[]])[] = [
  [/gemini-3(?:\.0)?-pro/i, ['LOW', 'HIGH']],
  [/pro/i, ['LOW', 'MEDIUM', 'HIGH']],
  [/./, ['MINIMAL', 'LOW', 'MEDIUM', 'HIGH']],
];

const levelByEffort: Readonly<Record<Effort, string>> = {
  none: 'MINIMAL',
  minimal: 'MINIMAL',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  xhigh: 'HIGH',
  max: 'HIGH',
};

/** The level for an effort, or the next one that this model has. */
export function levelOf(model: string, effort: Effort): string {
  const has = levels.find(([name]) => name.test(model))?.[1] ?? [];
  const level = levelByEffort[effort];
  if (has.includes(level)) return level;
  return level === 'MINIMAL' ? 'LOW' : 'HIGH';
}

/** What models of generation 2.5 can spend: when told not to think, at least, and at most. */
const spans: readonly (readonly [model: RegExp, off: number, least: number, most: number])[] = [
  [/flash-lite/i, 0, 512, 24_576],
  [/pro/i, 128, 128, 32_768],
  [/./, 0, 1, 24_576],
];

const budgetByEffort: Readonly<Record<Effort, number>> = {
  none: 0,
  minimal: 512,
  low: 1024,
  medium: 8192,
  high: 24_576,
  xhigh: Number.MAX_SAFE_INTEGER,
  max: Number.MAX_SAFE_INTEGER,
};

/** The thinking budget for an effort or a number of tokens, within what this model takes. */
export function budgetOf(model: string, wanted: Effort | number): number {
  const [, off, least, most] = spans.find(([name]) => name.test(model)) ?? [/./, 0, 1, 24_576];
  const tokens = typeof wanted === 'number' ? wanted : budgetByEffort[wanted];
  return tokens <= 0 ? off : Math.min(Math.max(Math.trunc(tokens), least), most);
}
