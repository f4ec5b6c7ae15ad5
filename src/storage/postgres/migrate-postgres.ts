/**
 * Brings a PostgreSQL database up to the schema of this release, as `migrate.ts` does with SQLite. Replicas that start
 * together go one after another, by a lock that ends with the transaction, so that it works through a pooler as well.
 */
import type { Migration } from '../migrations/migration.ts';
import { StoreFailure } from '../store-failure.ts';
import { allMigrations } from './migrations/all-migrations.ts';
import type { PostgresPool, RunQuery } from './postgres-pool.ts';

/** "sluice" in ASCII. */
const LOCK = 0x73_6c_75_69_63_65;

/** Throws StoreFailure `refused` where the tables are another's or of a later release; nothing is changed then. */
export async function migratePostgres(
  pool: PostgresPool,
  migrations: readonly Migration[] = allMigrations,
): Promise<void> {
  await pool.transaction('BEGIN', async (query) => {
    await query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
    const applied = await readApplied(query, migrations);
    for (const migration of migrations) {
      if (applied.has(migration.id)) continue;
      await query(migration.sql);
      await query('INSERT INTO sluice_migrations (id) VALUES ($1)', [migration.id]);
    }
  });
}

async function readApplied(query: RunQuery, migrations: readonly Migration[]): Promise<Set<string>> {
  const [found] = await query(
    `SELECT to_regclass('sluice_migrations') IS NOT NULL AS is_ours, to_regclass('requests') IS NOT NULL AS has_table`,
  );
  if (found?.['is_ours'] !== true) {
    if (found?.['has_table'] === true) throw foreign();
    await query(
      'CREATE TABLE sluice_migrations (id text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())',
    );
    return new Set();
  }
  const applied = new Set((await query('SELECT id FROM sluice_migrations')).map((row) => String(row['id'])));
  refuseNewer(applied, migrations);
  return applied;
}

function foreign(): StoreFailure {
  return new StoreFailure(
    'refused',
    'the PostgreSQL database has a table "requests" that Sluice did not make: name an empty database with "database.database", or rename that table; nothing was changed',
  );
}

function refuseNewer(applied: ReadonlySet<string>, migrations: readonly Migration[]): void {
  const known = new Set(migrations.map(({ id }) => id));
  const unknown = [...applied].filter((id) => !known.has(id)).sort();
  if (unknown.length === 0) return;
  throw new StoreFailure(
    'refused',
    `the PostgreSQL database was written by a newer release of Sluice (it has ${unknown.join(', ')}): run that release or later, or name another database with "database.database"; nothing was changed`,
  );
}
