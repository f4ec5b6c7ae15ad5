import type { GroupBy, UsageLine } from '../decisions/accounting/reports.ts';
import type { UsageQuery } from './admin/admin-house.ts';
import type { UsageReport, UsageRow, UsageSums } from './admin/usage-api.ts';
import type { BuiltHouse } from './built-house.ts';
import { isoOrNull } from './iso-moment.ts';

/** `GET /stats/usage`: sums of the ledger, grouped by one or several things. */
export async function usageReport(house: BuiltHouse, query: UsageQuery): Promise<UsageReport> {
  const groupBy = [...new Set(query.groupBy)];
  const { appId, sinceMs, untilMs } = query;
  house.ledger.writePending();
  const usage = await house.reports.usage({ groupBy, appId, sinceMs, untilMs }, house.clock.nowMs());
  return {
    app_id: appId ?? null,
    since: isoOrNull(sinceMs),
    until: isoOrNull(untilMs),
    group_by: groupBy,
    replicas: usage.of,
    ...(usage.notice === undefined ? {} : { notice: usage.notice }),
    totals: totalsOf(usage.totals),
    rows: usage.lines.map((line) => rowOf(line, groupBy)),
  };
}

function rowOf(line: UsageLine, groupBy: readonly GroupBy[]): UsageRow {
  const names = groupBy.map((key) => [key === 'app' ? 'app_id' : key, line[key] ?? '']);
  return { ...Object.fromEntries(names), ...sumsOf(line) };
}

function sumsOf(line: UsageLine): UsageSums {
  return {
    requests: line.requests,
    errors: line.errors,
    prompt_tokens: line.promptTokens,
    completion_tokens: line.completionTokens,
    total_tokens: line.totalTokens,
    cost: line.cost,
    currency: line.currency ?? '',
    latency_ms: line.latencyMs,
    unpriced_requests: line.unpriced,
    cache_hits: line.cacheHits,
  };
}

/** Amounts of different currencies cannot be added: then the total names none and counts no cost. */
function totalsOf(lines: readonly UsageLine[]): UsageSums {
  const currencies = new Set(lines.flatMap((line) => (line.currency === undefined ? [] : [line.currency])));
  const sum = (read: (line: UsageLine) => number) => lines.reduce((total, line) => total + read(line), 0);
  return {
    requests: sum((line) => line.requests),
    errors: sum((line) => line.errors),
    prompt_tokens: sum((line) => line.promptTokens),
    completion_tokens: sum((line) => line.completionTokens),
    total_tokens: sum((line) => line.totalTokens),
    cost: currencies.size > 1 ? 0 : sum((line) => line.costMicro) / 1_000_000,
    currency: currencies.size > 1 ? 'mixed' : ([...currencies][0] ?? ''),
    latency_ms: sum((line) => line.latencyMs),
    unpriced_requests: sum((line) => line.unpriced),
    cache_hits: sum((line) => line.cacheHits),
  };
}
