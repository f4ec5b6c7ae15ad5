import type { MicroUnits } from '../../model/money.ts';
import { type Entry, totalTokensOf } from './entry.ts';

/** What requests add up to (row 000-74). Cost is summed whatever its currency; reports keep currencies apart. */
export interface Tally {
  requests: number;
  costMicro: MicroUnits;
  promptTokens: number;
  completionTokens: number;
  totalTokens: number;
  /** Sum over the requests, milliseconds. */
  latencyMs: number;
  images: number;
  /** Requests whose cost is not known and was counted as 0. */
  unpriced: number;
}

export function emptyTally(): Tally {
  return {
    requests: 0,
    costMicro: 0,
    promptTokens: 0,
    completionTokens: 0,
    totalTokens: 0,
    latencyMs: 0,
    images: 0,
    unpriced: 0,
  };
}

/**
 * From a row with sums under these names. Statements sum with `total()` rather than `sum()`: it cannot overflow,
 * and is exact up to 2^53.
 */
export function readTally(row: Readonly<Record<string, unknown>>): Tally {
  return {
    requests: Number(row['requests']),
    costMicro: Number(row['cost_micro']),
    promptTokens: Number(row['prompt_tokens']),
    completionTokens: Number(row['completion_tokens']),
    totalTokens: Number(row['total_tokens']),
    latencyMs: Number(row['latency_ms']),
    images: Number(row['images']),
    unpriced: Number(row['unpriced']),
  };
}

export function addTally(tally: Tally, more: Readonly<Tally>): void {
  tally.requests += more.requests;
  tally.costMicro += more.costMicro;
  tally.promptTokens += more.promptTokens;
  tally.completionTokens += more.completionTokens;
  tally.totalTokens += more.totalTokens;
  tally.latencyMs += more.latencyMs;
  tally.images += more.images;
  tally.unpriced += more.unpriced;
}

export function addEntry(tally: Tally, entry: Entry): void {
  tally.requests += 1;
  tally.costMicro += entry.costMicro;
  tally.promptTokens += entry.usage?.inputTokens ?? 0;
  tally.completionTokens += entry.usage?.outputTokens ?? 0;
  tally.totalTokens += totalTokensOf(entry.usage) ?? 0;
  tally.latencyMs += Math.round(entry.durationMs);
  tally.images += entry.images;
  if (entry.isUnpriced) tally.unpriced += 1;
}
