import type { Migration } from './migration.ts';

/**
 * Sums of the ledger, so that reports and budgets need not read its rows, and may outlive them.
 *
 * - `starts_at` is the first millisecond of the hour or day (UTC). A name that is not known is '', for a primary key
 *   with NULL in it would let the same hour in twice.
 * - `ledger_facts` holds a few numbers and words, among them up to which row the sums go (`folded_to`).
 * - `set_aside` names rows that another database refuses to take, and why.
 */
export const usageSums: Migration = {
  id: '004-usage-sums',
  sql: `
    CREATE TABLE ledger_facts (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
    CREATE TABLE usage_by_hour (
      starts_at INTEGER NOT NULL,
      app_id TEXT NOT NULL,
      backend TEXT NOT NULL,
      model TEXT NOT NULL,
      currency TEXT NOT NULL,
      requests INTEGER NOT NULL,
      errors INTEGER NOT NULL,
      unpriced INTEGER NOT NULL,
      images INTEGER NOT NULL,
      cost_micro INTEGER NOT NULL,
      prompt_tokens INTEGER NOT NULL,
      completion_tokens INTEGER NOT NULL,
      total_tokens INTEGER NOT NULL,
      latency_ms INTEGER NOT NULL,
      PRIMARY KEY (starts_at, app_id, backend, model, currency)
    ) WITHOUT ROWID;
    CREATE TABLE usage_by_day (
      starts_at INTEGER NOT NULL,
      app_id TEXT NOT NULL,
      backend TEXT NOT NULL,
      model TEXT NOT NULL,
      currency TEXT NOT NULL,
      requests INTEGER NOT NULL,
      errors INTEGER NOT NULL,
      unpriced INTEGER NOT NULL,
      images INTEGER NOT NULL,
      cost_micro INTEGER NOT NULL,
      prompt_tokens INTEGER NOT NULL,
      completion_tokens INTEGER NOT NULL,
      total_tokens INTEGER NOT NULL,
      latency_ms INTEGER NOT NULL,
      PRIMARY KEY (starts_at, app_id, backend, model, currency)
    ) WITHOUT ROWID;
    CREATE INDEX usage_by_day_of_app ON usage_by_day (app_id, starts_at, cost_micro);
    CREATE TABLE set_aside (id INTEGER PRIMARY KEY, why TEXT NOT NULL);
  `,
};
