import type { Migration } from './migration.ts';

/**
 * Whether an answer came from the cache, and the name of the key it was asked with: `api_keys[].name`, never the key
 * itself nor its hash; NULL where it has none, and for callers without a key.
 *
 * What is given again is no use of a quota. Sums keep all tokens, for reports, and beside them how many of these were
 * given again; so sums that are older than this need nothing done to them, and are read as they always were.
 */
export const cacheHitsAndKeyNames: Migration = {
  id: '005-cache-hits-and-key-names',
  sql: `
    ALTER TABLE requests ADD COLUMN cache_hit INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE requests ADD COLUMN key_name TEXT;
    ALTER TABLE usage_by_hour ADD COLUMN cache_hits INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE usage_by_hour ADD COLUMN hit_prompt_tokens INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE usage_by_hour ADD COLUMN hit_completion_tokens INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE usage_by_day ADD COLUMN cache_hits INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE usage_by_day ADD COLUMN hit_prompt_tokens INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE usage_by_day ADD COLUMN hit_completion_tokens INTEGER NOT NULL DEFAULT 0;
  `,
};
