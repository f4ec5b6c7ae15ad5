import type { SqlValue } from '../../storage/sqlite-driver.ts';
import { type Entry, totalTokensOf } from './entry.ts';

/** A row of the ledger as values, in the order of `insertSql`. The first is the id, the third the request. */
export type LedgerRow = readonly SqlValue[];

/**
 * An entry that is there already is left alone: after trouble one is rather written twice than not at all. Only
 * the id is forgiven; any other broken rule of the table is an error.
 */
export const insertSql = `INSERT INTO requests (
    id, created_at, request_id, app_id, operation, asked_model, model, backend, is_stream, status, outcome,
    error_code, prompt_tokens, completion_tokens, total_tokens, cached_tokens, is_usage_estimated, images,
    cost_micro, currency, is_unpriced, queue_ms, ttft_ms, latency_ms, started_at, client_ip, route, cache_hit,
    key_name
  )
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO NOTHING`;

/** What the first release wrote; each later one adds to the end. */
const FIRST_COLUMNS = 26;
/** `route`, `cache_hit` and `key_name`, where a line of an older release does not have them. */
const LATER_COLUMNS: LedgerRow = [null, 0, null];
const LINE_LENGTHS: readonly number[] = [FIRST_COLUMNS, 27, FIRST_COLUMNS + LATER_COLUMNS.length];

/** Names come from clients; one of megabytes must not fill the disk. */
const TEXT_MAX = 256;

/**
 * Gives an entry's columns to `take`, in order. Straight from the fields into a prepared statement: an object
 * or an array per row would cost more than the row.
 */
export function withColumns<T>(entry: Entry, take: (...values: SqlValue[]) => T): T {
  const usage = entry.usage;
  return take(
    entry.id,
    entry.closedAtMs,
    clipped(entry.requestId),
    clipped(entry.appId),
    entry.operation,
    entry.askedModel === entry.model ? null : clipped(entry.askedModel),
    clipped(entry.model),
    clipped(entry.backend),
    entry.isStream ? 1 : 0,
    entry.status,
    entry.outcome,
    clipped(entry.errorCode),
    usage?.inputTokens ?? null,
    usage?.outputTokens ?? null,
    totalTokensOf(usage) ?? null,
    usage?.cachedInputTokens ?? null,
    entry.isUsageEstimated ? 1 : 0,
    entry.images,
    entry.costMicro,
    clipped(entry.currency),
    entry.isUnpriced ? 1 : 0,
    rounded(entry.queueMs),
    rounded(entry.ttftMs),
    rounded(entry.durationMs),
    entry.startedAtMs,
    clipped(entry.clientIp),
    entry.route ?? null,
    entry.isCacheHit ? 1 : 0,
    clipped(entry.keyName),
  );
}

/** The row as an array, for when the database will not take it now. */
export function rowOf(entry: Entry): LedgerRow {
  return withColumns(entry, (...values) => values);
}

/** A row that was written down as JSON; undefined if it is none (a torn or damaged line). */
export function readRow(line: string): LedgerRow | undefined {
  try {
    const row: unknown = JSON.parse(line);
    if (!isRow(row)) return undefined;
    return [...row, ...LATER_COLUMNS.slice(row.length - FIRST_COLUMNS)];
  } catch {
    return undefined;
  }
}

export const idOf = (row: LedgerRow): number => Number(row[0]);
export const requestIdOf = (row: LedgerRow): string => String(row[2]);

function isRow(value: unknown): value is SqlValue[] {
  return (
    Array.isArray(value) &&
    LINE_LENGTHS.includes(value.length) &&
    Number.isSafeInteger(value[0]) &&
    value.every(isSqlValue)
  );
}

function isSqlValue(value: unknown): value is SqlValue {
  return value === null || typeof value === 'string' || typeof value === 'number';
}

function clipped(text: string | undefined): string | null {
  if (text === undefined) return null;
  return text.length <= TEXT_MAX ? text : text.slice(0, TEXT_MAX);
}

function rounded(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms);
}
