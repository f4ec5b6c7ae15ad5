/**
 * Sums of the ledger by app, backend, model, day or hour, for `/stats/usage`, `sluice usage` and the dashboard. They come
 * from the shared database where there is one, with what has not arrived there added, and else from the ledger's own file.
 */
import type { LocalUsage, UsageQuestion, UsageSums } from './local-usage.ts';
import { type GroupBy, mergeLines, type UsageLine } from './usage-line.ts';

export { type GroupBy, groupings, type UsageLine } from './usage-line.ts';

const DAY_MS = 86_400_000;
const LINES_MAX = 1_000;

export interface UsageQuery {
  readonly groupBy: readonly GroupBy[];
  readonly appId?: string | undefined;
  /** From this moment on; undefined = the last 30 days. */
  readonly sinceMs?: number | undefined;
  /** Up to but not including this moment; undefined = now. */
  readonly untilMs?: number | undefined;
}

export interface Usage extends UsageSums {
  /** `all`: of all replicas, from the shared database; `own`: of this one alone. */
  readonly of: 'all' | 'own';
  /** Why it is not the shared database that was asked, in a sentence. */
  readonly notice: string | undefined;
}

/** What all replicas have used, in a database they share. */
export interface SharedUsage {
  /** Rejects with an Error whose message says why it cannot be asked. */
  sums(question: UsageQuestion): Promise<SharedSums>;
}

export interface SharedSums extends UsageSums {
  /** The row of this replica up to which they are in it. */
  readonly shippedTo: number;
}

export interface Metric {
  readonly metric: string;
  readonly value: number;
}

/** What may be counted per model, for simple dashboards (row 000-81). Time is in seconds. */
const modelMetrics = {
  requests: (line: UsageLine) => line.requests,
  tokens: (line: UsageLine) => line.totalTokens,
  time: (line: UsageLine) => line.latencyMs / 1000,
} as const;

export type ModelMetric = keyof typeof modelMetrics;

export const REPORT_DEFAULT_MS = 30 * DAY_MS;

export class Reports {
  readonly #local: LocalUsage;
  readonly #shared: SharedUsage | undefined;

  constructor(local: LocalUsage, shared?: SharedUsage) {
    this.#local = local;
    this.#shared = shared;
  }

  /**
   * Up to 1000 lines, those with most requests first; days and hours newest first. Rows of the last event-loop turn may
   * not be in it yet.
   */
  async usage(query: UsageQuery, nowMs: number): Promise<Usage> {
    const question: UsageQuestion = {
      groupBy: query.groupBy,
      appId: query.appId,
      sinceMs: Math.max(Math.trunc(query.sinceMs ?? nowMs - REPORT_DEFAULT_MS), 0),
      untilMs: query.untilMs ?? Number.MAX_SAFE_INTEGER,
      linesMax: LINES_MAX,
    };
    if (this.#shared === undefined) return this.#ofOwn(question, undefined);
    try {
      return await this.#ofAll(question, this.#shared);
    } catch (thrown) {
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      return this.#ofOwn(question, `These are the requests of this replica alone: ${why}`);
    }
  }

  /** `{metric, value}` per model, most first. */
  async perModel(metric: ModelMetric, query: Omit<UsageQuery, 'groupBy'>, nowMs: number): Promise<Metric[]> {
    const sums = new Map<string, number>();
    const { lines } = await this.usage({ ...query, groupBy: ['model'] }, nowMs);
    for (const line of lines) {
      if (line.model === undefined) continue;
      sums.set(line.model, (sums.get(line.model) ?? 0) + modelMetrics[metric](line));
    }
    return [...sums].map(([name, value]) => ({ metric: name, value })).sort((a, b) => b.value - a.value);
  }

  async #ofOwn(question: UsageQuestion, notice: string | undefined): Promise<Usage> {
    return { ...mergedSums([await this.#local.sums(question)]), of: 'own', notice };
  }

  /** Both are of one moment each, and `shippedTo` is told by the first: so no row is in both or in neither. */
  async #ofAll(question: UsageQuestion, shared: SharedUsage): Promise<Usage> {
    const there = await shared.sums(question);
    const notYetThere = await this.#local.sumsAfter(there.shippedTo, question);
    return { ...mergedSums([there, notYetThere]), of: 'all', notice: undefined };
  }
}

function mergedSums(sums: readonly UsageSums[]): UsageSums {
  return {
    lines: mergeLines(sums.flatMap(({ lines }) => lines)).slice(0, LINES_MAX),
    totals: mergeLines(sums.flatMap(({ totals }) => totals)),
  };
}
