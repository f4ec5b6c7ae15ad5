import type { Migration } from './migration.ts';

/**
 * Who was asked for a request, who was passed over, and why: JSON, NULL where there was nothing to choose and nothing
 * failed.
 */
export const ledgerRoute: Migration = {
  id: '003-ledger-route',
  sql: `ALTER TABLE requests ADD COLUMN route TEXT;`,
};
