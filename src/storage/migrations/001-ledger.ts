import type { Migration } from './migration.ts';

/**
 * The ledger: one row per request (row 000-70 and contract 7).
 *
 * - `id` is the microsecond at which the entry was closed, or the next free number: it grows with time, so a
 *   range of time is a range of the primary key and needs no index of its own; and it names the entry, so one
 *   that is written again after trouble is recognised.
 * - Money is whole micro-units; `cost` is the same for people, computed when read and stored nowhere.
 * - Unknown is NULL, never 0. Times are milliseconds since 1970, durations milliseconds.
 * - The index carries the cost, so that an app's spending is summed without touching the rows.
 */
export const ledger: Migration = {
  id: '001-ledger',
  sql: `
    CREATE TABLE requests (
      id INTEGER PRIMARY KEY,
      created_at INTEGER NOT NULL,
      request_id TEXT NOT NULL,
      app_id TEXT,
      operation TEXT NOT NULL,
      asked_model TEXT,
      model TEXT,
      backend TEXT,
      is_stream INTEGER NOT NULL,
      status INTEGER NOT NULL,
      outcome TEXT NOT NULL,
      error_code TEXT,
      prompt_tokens INTEGER,
      completion_tokens INTEGER,
      total_tokens INTEGER,
      cached_tokens INTEGER,
      is_usage_estimated INTEGER NOT NULL,
      images INTEGER NOT NULL,
      cost_micro INTEGER NOT NULL,
      currency TEXT,
      is_unpriced INTEGER NOT NULL,
      queue_ms INTEGER,
      ttft_ms INTEGER,
      latency_ms INTEGER NOT NULL,
      started_at INTEGER NOT NULL,
      client_ip TEXT,
      cost REAL GENERATED ALWAYS AS (cost_micro / 1000000.0) VIRTUAL
    );
    CREATE INDEX requests_by_app ON requests (app_id, created_at, cost_micro);
  `,
};
