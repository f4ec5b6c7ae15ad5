import { migratePostgres } from './migrate-postgres.ts';
import type { PostgresPlace } from './postgres-place.ts';
import { PostgresPool, type PostgresRow, type RunQuery } from './postgres-pool.ts';

/** An app as the table has it. */
export interface StoredApp {
  readonly appId: string;
  readonly entry: string;
  readonly revision: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** The apps that all replicas share, in PostgreSQL. Whatever fails, fails as a `StoreFailure`. */
export class PostgresApps {
  readonly #pool: PostgresPool;

  /** One connection is enough: changes are rare, and questions small. */
  constructor(place: PostgresPlace) {
    this.#pool = new PostgresPool({ ...place, poolSize: 1 });
  }

  /** Makes sure of the tables. */
  prepare(): Promise<void> {
    return migratePostgres(this.#pool);
  }

  /** Another number than before: something has changed. */
  async changes(): Promise<number> {
    const [row] = await this.#pool.use((query) => query('SELECT changes FROM sluice_apps_state'));
    return Number(row?.['changes'] ?? 0);
  }

  /** By name, as of one moment, with the number of that moment. */
  async all(): Promise<{ readonly changes: number; readonly rows: readonly PostgresRow[] }> {
    return this.#pool.transaction('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', async (query) => {
      const [state] = await query('SELECT changes FROM sluice_apps_state');
      const rows = await query('SELECT * FROM sluice_apps ORDER BY app_id');
      return { changes: Number(state?.['changes'] ?? 0), rows };
    });
  }

  /** False: there is one of this name. */
  add({ appId, entry, revision, createdAtMs, updatedAtMs }: StoredApp): Promise<boolean> {
    return this.#change(addSql, [appId, entry, revision, createdAtMs, updatedAtMs]);
  }

  /** Takes the place of revision `before`. False: it was changed or deleted meanwhile. */
  replace({ appId, entry, revision, updatedAtMs }: StoredApp, before: number): Promise<boolean> {
    return this.#change(replaceSql, [appId, entry, revision, updatedAtMs, before]);
  }

  /** False: it was changed or deleted meanwhile. */
  remove(appId: string, revision: number): Promise<boolean> {
    return this.#change(removeSql, [appId, revision]);
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  /** The row and the count change together. The count is taken first, so that changes come one after another. */
  #change(sql: string, values: readonly unknown[]): Promise<boolean> {
    return this.#pool.transaction('BEGIN', async (query: RunQuery) => {
      await query('UPDATE sluice_apps_state SET changes = changes + 1');
      return (await query(sql, values)).length > 0;
    });
  }
}

const addSql = `INSERT INTO sluice_apps (app_id, entry, revision, created_at, updated_at) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (app_id) DO NOTHING RETURNING app_id`;

const replaceSql = `UPDATE sluice_apps SET entry = $2, revision = $3, updated_at = $4
  WHERE app_id = $1 AND revision = $5 RETURNING app_id`;

const removeSql = 'DELETE FROM sluice_apps WHERE app_id = $1 AND revision = $2 RETURNING app_id';
