/**
 * Sums of the ledger by app, backend, model or day, for `/stats/usage`, `sluice usage` and the dashboard.
 *
 * Plain SQL, not a query builder: there are two statements, both below as they run, and importing Kysely alone
 * takes longer (65 ms) than answering. Values are always bound, never spliced.
 */
import { fromMicroUnits } from '../../model/money.ts';
import type { Database } from '../../storage/database.ts';
import type { SqlRow, SqlStatement } from '../../storage/sqlite-driver.ts';
import { mergeCostless } from './merge-costless.ts';
import { readTally, type Tally } from './tally.ts';

const DAY_MS = 86_400_000;
const ROWS_MAX = 1_000;

/** What may be grouped by. A day is one of UTC. */
export const groupings = ['app', 'backend', 'model', 'day'] as const;

export type GroupBy = (typeof groupings)[number];

/** An entry's id is its time in microseconds, or more (migration 001), so this reads a range of the primary key. */
const allAppsSql = `SELECT CASE ?1 WHEN 'app' THEN app_id WHEN 'backend' THEN backend WHEN 'model' THEN model
      ELSE date(created_at / 1000, 'unixepoch') END AS name,
    currency, count(*) AS requests, total(cost_micro) AS cost_micro,
    total(prompt_tokens) AS prompt_tokens, total(completion_tokens) AS completion_tokens,
    total(total_tokens) AS total_tokens, total(latency_ms) AS latency_ms, total(images) AS images,
    total(is_unpriced) AS unpriced, total(status >= 400) AS errors
  FROM requests WHERE id >= ?2 * 1000 AND created_at >= ?2 AND created_at < ?3
  GROUP BY 1, 2 ORDER BY CASE ?1 WHEN 'day' THEN name ELSE count(*) END DESC LIMIT ?4`;

const oneAppSql = `SELECT CASE ?1 WHEN 'app' THEN app_id WHEN 'backend' THEN backend WHEN 'model' THEN model
      ELSE date(created_at / 1000, 'unixepoch') END AS name,
    currency, count(*) AS requests, total(cost_micro) AS cost_micro,
    total(prompt_tokens) AS prompt_tokens, total(completion_tokens) AS completion_tokens,
    total(total_tokens) AS total_tokens, total(latency_ms) AS latency_ms, total(images) AS images,
    total(is_unpriced) AS unpriced, total(status >= 400) AS errors
  FROM requests WHERE app_id = ?5 AND created_at >= ?2 AND created_at < ?3
  GROUP BY 1, 2 ORDER BY CASE ?1 WHEN 'day' THEN name ELSE count(*) END DESC LIMIT ?4`;

export interface UsageQuery {
  readonly groupBy: GroupBy;
  readonly appId?: string | undefined;
  /** From this moment on; undefined = the last 30 days. */
  readonly sinceMs?: number | undefined;
  /** Up to but not including this moment; undefined = now. */
  readonly untilMs?: number | undefined;
}

/**
 * One line of a report. Amounts of different currencies are never added up: each has its own line. What cost
 * nothing in no currency has one only where it cannot stand with the others (`mergeCostless`).
 */
export interface UsageRow extends Readonly<Tally> {
  /** Name of the app, backend or model, or the day as `2026-11-20`; undefined = none (refused before it was known). */
  readonly name: string | undefined;
  /** Undefined where nothing had a price. */
  readonly currency: string | undefined;
  /** Units of the currency, e.g. 1.25; `costMicro` is the exact amount. */
  readonly cost: number;
  /** Requests answered with 400 or above. */
  readonly errors: number;
}

export interface Metric {
  readonly metric: string;
  readonly value: number;
}

/** What may be counted per model, for simple dashboards (row 000-81). Time is in seconds. */
const modelMetrics = {
  requests: (row: UsageRow) => row.requests,
  tokens: (row: UsageRow) => row.totalTokens,
  time: (row: UsageRow) => row.latencyMs / 1000,
} as const;

export type ModelMetric = keyof typeof modelMetrics;

export const REPORT_DEFAULT_MS = 30 * DAY_MS;

export class Reports {
  readonly #allApps: SqlStatement;
  readonly #oneApp: SqlStatement;

  constructor(database: Database) {
    this.#allApps = database.prepare(allAppsSql);
    this.#oneApp = database.prepare(oneAppSql);
  }

  /**
   * Up to 1000 lines, those with most requests first; days newest first. Rows of the last event-loop turn may not
   * be in it yet. Asynchronous because a shared database will be.
   */
  async usage(query: UsageQuery, nowMs: number): Promise<UsageRow[]> {
    const sinceMs = Math.max(Math.trunc(query.sinceMs ?? nowMs - REPORT_DEFAULT_MS), 0);
    const untilMs = query.untilMs ?? Number.MAX_SAFE_INTEGER;
    const parameters = [query.groupBy, sinceMs, untilMs, ROWS_MAX] as const;
    const rows =
      query.appId === undefined
        ? this.#allApps.all(...parameters)
        : this.#oneApp.all(...parameters, query.appId);
    const lines = mergeCostless(rows.map(readRow));
    return query.groupBy === 'day' ? lines : lines.sort((a, b) => b.requests - a.requests);
  }

  /** `{metric, value}` per model, most first. */
  async perModel(metric: ModelMetric, query: Omit<UsageQuery, 'groupBy'>, nowMs: number): Promise<Metric[]> {
    const sums = new Map<string, number>();
    for (const row of await this.usage({ ...query, groupBy: 'model' }, nowMs)) {
      if (row.name === undefined) continue;
      sums.set(row.name, (sums.get(row.name) ?? 0) + modelMetrics[metric](row));
    }
    return [...sums].map(([name, value]) => ({ metric: name, value })).sort((a, b) => b.value - a.value);
  }
}

function readRow(row: SqlRow): UsageRow {
  const tally = readTally(row);
  return {
    name: textOf(row['name']),
    currency: textOf(row['currency']),
    ...tally,
    cost: fromMicroUnits(tally.costMicro),
    errors: Number(row['errors']),
  };
}

function textOf(value: SqlRow[string] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
