import { type GroupBy, groupings, type UsageRow as LedgerRow } from '../decisions/accounting/reports.ts';
import { GatewayError } from '../model/gateway-error.ts';
import type { UsageGrouping, UsageReport, UsageRow, UsageSums } from './admin/admin-api.ts';
import type { UsageQuery } from './admin/admin-house.ts';
import type { BuiltHouse } from './built-house.ts';

/** `GET /stats/usage`: sums of the ledger, grouped by one thing. Throws `invalid_request`. */
export async function usageReport(house: BuiltHouse, query: UsageQuery): Promise<UsageReport> {
  const groupBy = groupingOf(query.groupBy);
  const { appId, sinceMs, untilMs } = query;
  house.ledger.writePending();
  const rows = await house.reports.usage({ groupBy, appId, sinceMs, untilMs }, house.clock.nowMs());
  return {
    app_id: appId ?? null,
    since: isoOrNull(sinceMs),
    until: isoOrNull(untilMs),
    group_by: [groupBy],
    totals: totalsOf(rows),
    rows: rows.map((row) => rowOf(row, groupBy)),
  };
}

function groupingOf(asked: readonly UsageGrouping[]): GroupBy {
  const [first = 'app', ...others] = asked;
  if (others.length === 0 && isGrouping(first)) return first;
  throw new GatewayError('invalid_request', `Group by one of ${groupings.join(', ')}.`, {
    param: 'group_by',
  });
}

function isGrouping(word: string): word is GroupBy {
  return (groupings as readonly string[]).includes(word);
}

function rowOf(row: LedgerRow, groupBy: GroupBy): UsageRow {
  const key = groupBy === 'app' ? 'app_id' : groupBy;
  return { [key]: row.name ?? '', ...sumsOf(row) };
}

function sumsOf(row: LedgerRow): UsageSums {
  return {
    requests: row.requests,
    errors: row.errors,
    prompt_tokens: row.promptTokens,
    completion_tokens: row.completionTokens,
    total_tokens: row.totalTokens,
    cost: row.cost,
    currency: row.currency ?? '',
    latency_ms: row.latencyMs,
    unpriced_requests: row.unpriced,
  };
}

/** Amounts of different currencies cannot be added: then the total names none and counts no cost. */
function totalsOf(rows: readonly LedgerRow[]): UsageSums {
  const currencies = new Set(rows.flatMap((row) => (row.currency === undefined ? [] : [row.currency])));
  const sum = (read: (row: LedgerRow) => number) => rows.reduce((total, row) => total + read(row), 0);
  return {
    requests: sum((row) => row.requests),
    errors: sum((row) => row.errors),
    prompt_tokens: sum((row) => row.promptTokens),
    completion_tokens: sum((row) => row.completionTokens),
    total_tokens: sum((row) => row.totalTokens),
    cost: currencies.size > 1 ? 0 : sum((row) => row.costMicro) / 1_000_000,
    currency: currencies.size > 1 ? 'mixed' : ([...currencies][0] ?? ''),
    latency_ms: sum((row) => row.latencyMs),
    unpriced_requests: sum((row) => row.unpriced),
  };
}

function isoOrNull(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
