import type { Migration } from '../../migrations/migration.ts';

/**
 * The ledgers of all replicas in one table (row 000-70), as people and their tools may read it.
 *
 * - `replica` and `entry` name the row in the ledger it came from. Ids of requests cannot: they may be the client's own.
 * - `sluice_replicas` keeps how far each ledger has arrived, and which process may go on with it (`holder`). Rows, sums and
 *   that mark change in one statement, so nothing arrives twice and nothing is left out.
 * - Sums have the replica in their key: two never wait for one another's rows.
 * - Unknown is NULL in rows, and '' in the keys of sums.
 */
export const ledger: Migration = {
  id: '001-ledger',
  sql: `
    CREATE TABLE requests (
      id bigserial PRIMARY KEY,
      replica text NOT NULL,
      entry bigint NOT NULL,
      request_id text NOT NULL,
      app_id text,
      backend text,
      model text,
      asked_model text,
      operation text NOT NULL,
      is_stream boolean NOT NULL,
      status integer NOT NULL,
      outcome text NOT NULL,
      error_code text,
      cost numeric(20,6) NOT NULL,
      cost_micro bigint NOT NULL,
      currency text,
      is_unpriced boolean NOT NULL,
      prompt_tokens bigint,
      completion_tokens bigint,
      total_tokens bigint,
      cached_tokens bigint,
      is_usage_estimated boolean NOT NULL,
      images integer NOT NULL,
      queue_ms integer,
      ttft_ms integer,
      latency_ms integer NOT NULL,
      client_ip text,
      route text,
      started_at timestamptz NOT NULL,
      created_at timestamptz NOT NULL,
      UNIQUE (replica, entry)
    );
    CREATE INDEX requests_by_app ON requests (app_id, created_at);
    CREATE INDEX requests_by_time ON requests (created_at);
    CREATE INDEX requests_by_request_id ON requests (request_id);
    CREATE TABLE usage_by_hour (
      starts_at timestamptz NOT NULL,
      replica text NOT NULL,
      app_id text NOT NULL,
      backend text NOT NULL,
      model text NOT NULL,
      currency text NOT NULL,
      requests bigint NOT NULL,
      errors bigint NOT NULL,
      unpriced bigint NOT NULL,
      images bigint NOT NULL,
      cost_micro bigint NOT NULL,
      prompt_tokens bigint NOT NULL,
      completion_tokens bigint NOT NULL,
      total_tokens bigint NOT NULL,
      latency_ms bigint NOT NULL,
      PRIMARY KEY (starts_at, replica, app_id, backend, model, currency)
    );
    CREATE TABLE usage_by_day (LIKE usage_by_hour INCLUDING ALL);
    CREATE TABLE sluice_replicas (
      replica text PRIMARY KEY,
      holder text NOT NULL,
      shipped_to bigint NOT NULL,
      seen_at timestamptz NOT NULL
    );
    CREATE TABLE sluice_retention (
      is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
      rows_deleted_before timestamptz NOT NULL
    );
  `,
};
