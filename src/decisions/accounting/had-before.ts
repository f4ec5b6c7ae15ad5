import type { Database } from '../../storage/database.ts';
import type { SqlStatement } from '../../storage/sqlite-driver.ts';
import { LedgerFacts } from './ledger-facts.ts';
import { momentsOf, usageWindow } from './usage-window.ts';

/** Far enough from the greatest whole number that a day can be added. */
const END_MAX_MS = 8_640_000_000_000_000;

/**
 * The sums of one app's requests that began in a stretch of time: by when they began, as their allowances are, and not
 * by when they were over. The index by app and end narrows it down: between the two lies less than a day.
 */
const sql = `SELECT total(cost_micro) AS cost_micro, total(prompt_tokens * (1 - cache_hit)) AS input_tokens,
    total(completion_tokens * (1 - cache_hit)) AS output_tokens, total(outcome <> 'refused') AS requests
  FROM requests
  WHERE app_id = ?1 AND created_at >= ?2 - 86400000 AND created_at < ?3 + 86400000
    AND started_at >= ?2 AND started_at < ?3 AND operation <> 'count_tokens'`;

/**
 * The same out of the sums and what is not in them yet, by when requests were over, and with those that were refused:
 * all that is left where rows are deleted, and enough for money in a period that never began. Days and hours that are
 * whole are taken from the sums, the two ends from the rows by an index, and `NOT INDEXED` has the rest found by its id.
 */
const sumsSql = `WITH pieces (cost_micro, input_tokens, output_tokens, requests) AS (
    SELECT cost_micro, prompt_tokens - hit_prompt_tokens, completion_tokens - hit_completion_tokens, requests FROM usage_by_day
    WHERE app_id = ?1 AND starts_at >= ?4 AND starts_at < ?5
    UNION ALL
    SELECT cost_micro, prompt_tokens - hit_prompt_tokens, completion_tokens - hit_completion_tokens, requests FROM usage_by_hour
    WHERE app_id = ?1 AND starts_at >= ?3 AND starts_at < ?4
    UNION ALL
    SELECT cost_micro, prompt_tokens - hit_prompt_tokens, completion_tokens - hit_completion_tokens, requests FROM usage_by_hour
    WHERE app_id = ?1 AND starts_at >= ?5 AND starts_at < ?6
    UNION ALL
    SELECT cost_micro, prompt_tokens * (1 - cache_hit), completion_tokens * (1 - cache_hit), 1 FROM requests
    WHERE app_id = ?1 AND created_at >= ?2 AND created_at < ?3 AND id <= ?8
    UNION ALL
    SELECT cost_micro, prompt_tokens * (1 - cache_hit), completion_tokens * (1 - cache_hit), 1 FROM requests
    WHERE app_id = ?1 AND created_at >= ?6 AND created_at < ?7 AND id <= ?8
    UNION ALL
    SELECT cost_micro, prompt_tokens * (1 - cache_hit), completion_tokens * (1 - cache_hit), 1 FROM requests NOT INDEXED
    WHERE id > max(?8, ?2 * 1000 - 1) AND app_id = ?1 AND created_at >= ?2 AND created_at < ?7)
  SELECT total(cost_micro) AS cost_micro, total(input_tokens) AS input_tokens,
    total(output_tokens) AS output_tokens, total(requests) AS requests
  FROM pieces`;

/** What an app had, as the ledger knows. Tokens that were given again out of the cache it did not have. */
export class HadBefore {
  readonly #facts: LedgerFacts;
  readonly #rows: SqlStatement;
  readonly #sums: SqlStatement;
  readonly #writePending: () => void;

  /** `writePending` (the ledger's) is called first, so that no closed entry is missed. */
  constructor(database: Database, writePending: () => void) {
    this.#facts = new LedgerFacts(database);
    this.#rows = database.prepare(sql);
    this.#sums = database.prepare(sumsSql);
    this.#writePending = writePending;
  }

  /** From `startMs` up to but not including `endMs`, wall time. Money is in micro-units. */
  sums(appId: string, { startMs, endMs }: { readonly startMs: number; readonly endMs: number }) {
    this.#writePending();
    const row = this.#mustUseSums(startMs)
      ? this.#sums.get(appId, ...this.#momentsOf(startMs, endMs), this.#facts.number('folded_to'))
      : this.#rows.get(appId, startMs, Math.min(endMs, END_MAX_MS));
    return {
      requests: Number(row?.['requests'] ?? 0),
      inputTokens: Number(row?.['input_tokens'] ?? 0),
      outputTokens: Number(row?.['output_tokens'] ?? 0),
      costMicro: Number(row?.['cost_micro'] ?? 0),
    };
  }
  /** A ledger that is older than its sums has nothing in them at first; then one index has it all. */
  #mustUseSums(startMs: number): boolean {
    if (startMs < this.#facts.number('rows_deleted_before')) return true;
    return startMs === 0 && this.#facts.number('folded_to') > 0;
  }

  #momentsOf(startMs: number, endMs: number): number[] {
    const rowsDeletedBeforeMs = this.#facts.number('rows_deleted_before');
    return momentsOf(usageWindow(startMs, endMs, { rowsDeletedBeforeMs, byHour: false }));
  }
}
