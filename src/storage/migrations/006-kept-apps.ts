import type { Migration } from './migration.ts';

/**
 * Apps that were made over the admin API.
 *
 * - `entry` is what would stand in `apps.json`, as JSON: keys as hashes, other secrets sealed.
 * - `revision` counts the changes of each, so that nobody undoes unseen what another has done.
 * - `is_shared`: it is a copy of what several replicas have in another database. An app that was made here and has to make
 *   room for another of its name there is put aside.
 */
export const keptApps: Migration = {
  id: '006-kept-apps',
  sql: `
    CREATE TABLE kept_apps (
      app_id TEXT PRIMARY KEY,
      entry TEXT NOT NULL,
      revision INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      is_shared INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE kept_apps_aside (app_id TEXT NOT NULL, entry TEXT NOT NULL, aside_at INTEGER NOT NULL);
  `,
};
