import type { Database } from '../../storage/database.ts';
import type { SqlQuestion, SqlReader } from '../../storage/sql-reader.ts';
import { LedgerFacts } from './ledger-facts.ts';
import { type GroupBy, groupings, readLine, type UsageLine } from './usage-line.ts';
import { momentsOf, usageWindow } from './usage-window.ts';

/** What is asked of whatever keeps the sums. Lines by each of `groupBy`, and again by currency alone. */
export interface UsageQuestion {
  readonly groupBy: readonly GroupBy[];
  readonly appId: string | undefined;
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly linesMax: number;
}

export interface UsageSums {
  readonly lines: readonly UsageLine[];
  /** A line per currency; no line is left out of it. */
  readonly totals: readonly UsageLine[];
}

/**
 * Rows that are in the sums are read by their time alone at both ends of the stretch; an id is its time in microseconds,
 * or more by at most `id_lead_ms`, so that is a range of the primary key. Rows not in the sums are read in any case.
 */
const sumsSql = `WITH marks AS (
    SELECT coalesce((SELECT value FROM ledger_facts WHERE name = 'folded_to'), 0) AS folded_to,
      coalesce((SELECT value FROM ledger_facts WHERE name = 'id_lead_ms'), 0) + 1 AS lead_ms),
  pieces AS (
    SELECT starts_at AS at, app_id, backend, model, currency, requests, errors, unpriced, images, cost_micro,
      prompt_tokens, completion_tokens, total_tokens, latency_ms, cache_hits, hit_prompt_tokens, hit_completion_tokens
    FROM usage_by_day WHERE starts_at >= ?3 AND starts_at < ?4
    UNION ALL
    SELECT starts_at, app_id, backend, model, currency, requests, errors, unpriced, images, cost_micro,
      prompt_tokens, completion_tokens, total_tokens, latency_ms, cache_hits, hit_prompt_tokens, hit_completion_tokens
    FROM usage_by_hour WHERE starts_at >= ?2 AND starts_at < ?3
    UNION ALL
    SELECT starts_at, app_id, backend, model, currency, requests, errors, unpriced, images, cost_micro,
      prompt_tokens, completion_tokens, total_tokens, latency_ms, cache_hits, hit_prompt_tokens, hit_completion_tokens
    FROM usage_by_hour WHERE starts_at >= ?4 AND starts_at < ?5
    UNION ALL
    SELECT created_at, app_id, backend, model, currency, 1, status >= 400, is_unpriced, images, cost_micro,
      prompt_tokens, completion_tokens, total_tokens, latency_ms, cache_hit, cache_hit * prompt_tokens,
      cache_hit * completion_tokens
    FROM requests WHERE id >= ?1 * 1000 AND id < (?2 + (SELECT lead_ms FROM marks)) * 1000
      AND id <= (SELECT folded_to FROM marks) AND created_at >= ?1 AND created_at < ?2
    UNION ALL
    SELECT created_at, app_id, backend, model, currency, 1, status >= 400, is_unpriced, images, cost_micro,
      prompt_tokens, completion_tokens, total_tokens, latency_ms, cache_hit, cache_hit * prompt_tokens,
      cache_hit * completion_tokens
    FROM requests WHERE id >= ?5 * 1000 AND id < (?6 + (SELECT lead_ms FROM marks)) * 1000
      AND id <= (SELECT folded_to FROM marks) AND created_at >= ?5 AND created_at < ?6
    UNION ALL
    SELECT created_at, app_id, backend, model, currency, 1, status >= 400, is_unpriced, images, cost_micro,
      prompt_tokens, completion_tokens, total_tokens, latency_ms, cache_hit, cache_hit * prompt_tokens,
      cache_hit * completion_tokens
    FROM requests WHERE id > max((SELECT folded_to FROM marks), ?1 * 1000 - 1) AND created_at >= ?1 AND created_at < ?6)
  SELECT CASE WHEN ?8 THEN coalesce(app_id, '') END AS app, CASE WHEN ?9 THEN coalesce(backend, '') END AS backend,
    CASE WHEN ?10 THEN coalesce(model, '') END AS model, CASE WHEN ?11 THEN date(at / 1000, 'unixepoch') END AS day,
    CASE WHEN ?12 THEN strftime('%Y-%m-%dT%H:00Z', at / 1000, 'unixepoch') END AS hour,
    coalesce(currency, '') AS currency, total(requests) AS requests, total(errors) AS errors,
    total(unpriced) AS unpriced, total(images) AS images, total(cost_micro) AS cost_micro,
    total(prompt_tokens) AS prompt_tokens, total(completion_tokens) AS completion_tokens,
    total(total_tokens) AS total_tokens, total(latency_ms) AS latency_ms, total(cache_hits) AS cache_hits,
    total(hit_prompt_tokens) AS hit_prompt_tokens, total(hit_completion_tokens) AS hit_completion_tokens
  FROM pieces WHERE ?7 IS NULL OR app_id = ?7
  GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 4 DESC, 5 DESC, 7 DESC LIMIT ?13`;

/** The rows after an id alone: what a shared database does not have yet. */
const laterSql = `SELECT CASE WHEN ?5 THEN coalesce(app_id, '') END AS app,
    CASE WHEN ?6 THEN coalesce(backend, '') END AS backend, CASE WHEN ?7 THEN coalesce(model, '') END AS model,
    CASE WHEN ?8 THEN date(created_at / 1000, 'unixepoch') END AS day,
    CASE WHEN ?9 THEN strftime('%Y-%m-%dT%H:00Z', created_at / 1000, 'unixepoch') END AS hour,
    coalesce(currency, '') AS currency, count(*) AS requests, total(status >= 400) AS errors,
    total(is_unpriced) AS unpriced, total(images) AS images, total(cost_micro) AS cost_micro,
    total(prompt_tokens) AS prompt_tokens, total(completion_tokens) AS completion_tokens,
    total(total_tokens) AS total_tokens, total(latency_ms) AS latency_ms, total(cache_hit) AS cache_hits,
    total(cache_hit * prompt_tokens) AS hit_prompt_tokens,
    total(cache_hit * completion_tokens) AS hit_completion_tokens
  FROM requests WHERE id > max(?1, ?2 * 1000 - 1) AND created_at >= ?2 AND created_at < ?3
    AND (?4 IS NULL OR app_id = ?4)
  GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 4 DESC, 5 DESC, 7 DESC LIMIT ?10`;

/** Sums out of the ledger's own file. */
export class LocalUsage {
  readonly #facts: LedgerFacts;
  readonly #reader: SqlReader;

  constructor(database: Database, reader: SqlReader) {
    this.#facts = new LedgerFacts(database);
    this.#reader = reader;
  }

  sums(question: UsageQuestion): Promise<UsageSums> {
    const window = usageWindow(question.sinceMs, question.untilMs, {
      rowsDeletedBeforeMs: this.#facts.number('rows_deleted_before'),
      byHour: question.groupBy.includes('hour'),
    });
    return this.#read(question, (groupBy) => ({
      sql: sumsSql,
      values: [...momentsOf(window), question.appId ?? null, ...flags(groupBy), question.linesMax],
    }));
  }

  /** Of the rows after this one. */
  sumsAfter(id: number, question: UsageQuestion): Promise<UsageSums> {
    const { sinceMs, untilMs, appId = null, linesMax } = question;
    return this.#read(question, (groupBy) => ({
      sql: laterSql,
      values: [id, sinceMs, untilMs, appId, ...flags(groupBy), linesMax],
    }));
  }

  async #read(
    { groupBy }: UsageQuestion,
    ask: (groupBy: readonly GroupBy[]) => SqlQuestion,
  ): Promise<UsageSums> {
    const [lines = [], totals = []] = await this.#reader.read([ask(groupBy), ask([])]);
    return { lines: lines.map(readLine), totals: totals.map(readLine) };
  }
}

function flags(groupBy: readonly GroupBy[]): number[] {
  return groupings.map((key) => (groupBy.includes(key) ? 1 : 0));
}
