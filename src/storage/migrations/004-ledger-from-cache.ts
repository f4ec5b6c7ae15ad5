import type { Migration } from './migration.ts';

/** 1: its answer was had before, so its tokens were used by nobody now; what an app has left is not less for it. */
export const ledgerFromCache: Migration = {
  id: '004-ledger-from-cache',
  sql: `ALTER TABLE requests ADD COLUMN is_from_cache INTEGER NOT NULL DEFAULT 0;`,
};
