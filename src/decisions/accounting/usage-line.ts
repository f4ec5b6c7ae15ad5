import { fromMicroUnits } from '../../model/money.ts';
import { mergeCostless } from './merge-costless.ts';
import { addTally, readTally, type Tally } from './tally.ts';

/** What may be grouped by. Days and hours are those of UTC. */
export const groupings = ['app', 'backend', 'model', 'day', 'hour'] as const;

export type GroupBy = (typeof groupings)[number];

/**
 * What a line is about: a name for each thing that was grouped by; a day is written as `2026-11-20`, an hour as
 * `2026-11-20T14:00Z`. Undefined = not grouped by, or none (refused before it was known).
 */
export type UsageKeys = Readonly<Partial<Record<GroupBy, string | undefined>>>;

/**
 * One line of a report. Amounts of different currencies are never added up: each has its own line. What cost
 * nothing in no currency has one only where it cannot stand with the others (`mergeCostless`).
 */
export interface UsageLine extends Readonly<Tally>, UsageKeys {
  /** Undefined where nothing had a price. */
  readonly currency: string | undefined;
  /** Units of the currency, e.g. 1.25; `costMicro` is the exact amount. */
  readonly cost: number;
  /** Requests answered with 400 or above. */
  readonly errors: number;
  /** Requests answered from the cache, and how many of the tokens above were theirs. */
  readonly cacheHits: number;
  readonly hitPromptTokens: number;
  readonly hitCompletionTokens: number;
}

/** As a database gives it: sums of bigints may come as strings. */
export type UsageRecord = Readonly<Record<string, unknown>>;

export function readLine(record: UsageRecord): UsageLine {
  const tally = readTally(record);
  const keys = groupings.flatMap((key) => {
    const name = textOf(record[key]);
    return name === undefined ? [] : [[key, name] as const];
  });
  return {
    ...(Object.fromEntries(keys) as UsageKeys),
    currency: textOf(record['currency']),
    ...tally,
    cost: fromMicroUnits(tally.costMicro),
    errors: Number(record['errors']),
    cacheHits: Number(record['cache_hits']),
    hitPromptTokens: Number(record['hit_prompt_tokens']),
    hitCompletionTokens: Number(record['hit_completion_tokens']),
  };
}

/** Lines about the same become one; in the order reports have: newest first, then those with most requests. */
export function mergeLines(lines: readonly UsageLine[]): UsageLine[] {
  const merged = new Map<string, UsageLine>();
  for (const line of lines) {
    const key = JSON.stringify([nameOf(line), line.currency ?? '']);
    const known = merged.get(key);
    merged.set(key, known === undefined ? line : sumOf(known, line));
  }
  return mergeCostless([...merged.values()], nameOf, sumOf).sort(inOrder);
}

function nameOf(line: UsageLine): string {
  return JSON.stringify(groupings.map((key) => line[key] ?? ''));
}

function sumOf(line: UsageLine, more: UsageLine): UsageLine {
  const sum = { ...line };
  addTally(sum, more);
  return {
    ...sum,
    cost: fromMicroUnits(sum.costMicro),
    errors: line.errors + more.errors,
    cacheHits: line.cacheHits + more.cacheHits,
    hitPromptTokens: line.hitPromptTokens + more.hitPromptTokens,
    hitCompletionTokens: line.hitCompletionTokens + more.hitCompletionTokens,
  };
}

function inOrder(a: UsageLine, b: UsageLine): number {
  const byTime = compare(b.day, a.day) || compare(b.hour, a.hour);
  return byTime || b.requests - a.requests;
}

function compare(a = '', b = ''): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
