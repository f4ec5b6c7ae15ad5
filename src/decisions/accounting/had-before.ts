import type { Database } from '../../storage/database.ts';
import type { SqlStatement } from '../../storage/sqlite-driver.ts';

/** Far enough from the greatest whole number that a day can be added. */
const END_MAX_MS = 8_640_000_000_000_000;

/**
 * The sums of one app's requests that began in a stretch of time: by when they began, as their allowances are, and not
 * by when they were over. The index by app and end narrows it down: between the two lies less than a day.
 */
const sql = `SELECT total(cost_micro) AS cost_micro, total(prompt_tokens) AS input_tokens,
    total(completion_tokens) AS output_tokens, total(outcome <> 'refused') AS requests
  FROM requests
  WHERE app_id = ?1 AND created_at >= ?2 - 86400000 AND created_at < ?3 + 86400000
    AND started_at >= ?2 AND started_at < ?3 AND operation <> 'count_tokens'`;

/** What an app had, as the ledger knows. */
export class HadBefore {
  readonly #sums: SqlStatement;
  readonly #writePending: () => void;

  /** `writePending` (the ledger's) is called first, so that no closed entry is missed. */
  constructor(database: Database, writePending: () => void) {
    this.#sums = database.prepare(sql);
    this.#writePending = writePending;
  }

  /** From `startMs` up to but not including `endMs`, wall time. Money is in micro-units. */
  sums(appId: string, { startMs, endMs }: { readonly startMs: number; readonly endMs: number }) {
    this.#writePending();
    const row = this.#sums.get(appId, startMs, Math.min(endMs, END_MAX_MS));
    return {
      requests: Number(row?.['requests'] ?? 0),
      inputTokens: Number(row?.['input_tokens'] ?? 0),
      outputTokens: Number(row?.['output_tokens'] ?? 0),
      costMicro: Number(row?.['cost_micro'] ?? 0),
    };
  }
}
