import type { Migration } from '../../migrations/migration.ts';

/**
 * Apps that were made over the admin API of any replica; all of them have these. `sluice_apps_state` counts every change
 * to the table, so that a replica sees with one small question whether there is anything new.
 */
export const keptApps: Migration = {
  id: '003-kept-apps',
  sql: `
    CREATE TABLE sluice_apps (
      app_id text PRIMARY KEY,
      entry text NOT NULL,
      revision bigint NOT NULL,
      created_at bigint NOT NULL,
      updated_at bigint NOT NULL
    );
    CREATE TABLE sluice_apps_state (
      is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
      changes bigint NOT NULL
    );
    INSERT INTO sluice_apps_state (changes) VALUES (0);
  `,
};
