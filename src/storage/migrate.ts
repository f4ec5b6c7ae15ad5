/**
 * Brings a database up to the schema of this release. Migrations are numbered, only ever added to the end, and
 * never destructive. Each runs in one transaction together with the record that it ran, so a process killed in
 * the middle leaves either all of it or none, and the next start goes on from there.
 */
import { allMigrations } from './migrations/all-migrations.ts';
import type { Migration } from './migrations/migration.ts';
import type { SqlConnection } from './sqlite-driver.ts';
import { StorageError } from './storage-error.ts';
import { inTransaction } from './transaction.ts';

/** Throws StorageError `newer-schema` if a later release has been here; nothing is changed then. */
export function migrate(
  connection: SqlConnection,
  path: string,
  migrations: readonly Migration[] = allMigrations,
): void {
  const applied = inTransaction(connection, () => readApplied(connection));
  refuseNewer(path, applied, migrations);
  const record = connection.prepare('INSERT INTO schema_migrations (id) VALUES (?)');
  for (const migration of migrations) {
    if (applied.has(migration.id)) continue;
    inTransaction(connection, () => {
      connection.exec(migration.sql);
      record.run(migration.id);
    });
  }
}

/** Inside a write transaction even when there is nothing to do: a read-only file is found out now, not later. */
function readApplied(connection: SqlConnection): Set<string> {
  connection.exec(`CREATE TABLE IF NOT EXISTS schema_migrations (
    id TEXT PRIMARY KEY,
    applied_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
  )`);
  const rows = connection.prepare('SELECT id FROM schema_migrations').all();
  return new Set(rows.map((row) => String(row['id'])));
}

function refuseNewer(path: string, applied: ReadonlySet<string>, migrations: readonly Migration[]): void {
  const known = new Set(migrations.map((migration) => migration.id));
  const unknown = [...applied].filter((id) => !known.has(id)).sort();
  if (unknown.length === 0) return;
  throw new StorageError(
    'newer-schema',
    `${path} was written by a newer release of Sluice (it has ${unknown.join(', ')}): run that release or later, or name another file with the key "database.path"; nothing was changed.`,
  );
}
