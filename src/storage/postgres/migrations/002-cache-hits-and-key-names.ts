import type { Migration } from '../../migrations/migration.ts';

/**
 * As SQLite's 005. A replica of an older release that is connected goes on sending rows and sums without these columns,
 * so each of them has a default.
 */
export const cacheHitsAndKeyNames: Migration = {
  id: '002-cache-hits-and-key-names',
  sql: `
    ALTER TABLE requests
      ADD COLUMN cache_hit boolean NOT NULL DEFAULT false,
      ADD COLUMN key_name text;
    ALTER TABLE usage_by_hour
      ADD COLUMN cache_hits bigint NOT NULL DEFAULT 0,
      ADD COLUMN hit_prompt_tokens bigint NOT NULL DEFAULT 0,
      ADD COLUMN hit_completion_tokens bigint NOT NULL DEFAULT 0;
    ALTER TABLE usage_by_day
      ADD COLUMN cache_hits bigint NOT NULL DEFAULT 0,
      ADD COLUMN hit_prompt_tokens bigint NOT NULL DEFAULT 0,
      ADD COLUMN hit_completion_tokens bigint NOT NULL DEFAULT 0;
  `,
};
