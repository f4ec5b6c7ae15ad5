import type { Database } from '../../storage/database.ts';
import type { SqlStatement } from '../../storage/sqlite-driver.ts';
import { type AppStore, type KeptApp, readKeptApp } from './kept-app.ts';

/**
 * The apps of this daemon, in its own file. Where several replicas share theirs, this is the copy it starts with while the
 * shared ones cannot be had.
 */
export class LocalApps implements AppStore {
  readonly #database: Database;
  readonly #all: SqlStatement;
  readonly #add: SqlStatement;
  readonly #replace: SqlStatement;
  readonly #remove: SqlStatement;
  readonly #unshared: SqlStatement;
  readonly #clear: SqlStatement;
  readonly #take: SqlStatement;
  readonly #putAside: SqlStatement;

  constructor(database: Database) {
    this.#database = database;
    this.#all = database.prepare('SELECT * FROM kept_apps ORDER BY app_id');
    this.#unshared = database.prepare('SELECT * FROM kept_apps WHERE is_shared = 0 ORDER BY app_id');
    this.#add = database.prepare(
      `INSERT INTO kept_apps (app_id, entry, revision, created_at, updated_at, is_shared) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (app_id) DO NOTHING RETURNING app_id`,
    );
    this.#replace = database.prepare(
      'UPDATE kept_apps SET entry = ?, revision = ?, updated_at = ? WHERE app_id = ? AND revision = ? RETURNING app_id',
    );
    this.#remove = database.prepare(
      'DELETE FROM kept_apps WHERE app_id = ? AND revision = ? RETURNING app_id',
    );
    this.#clear = database.prepare('DELETE FROM kept_apps WHERE is_shared = 1');
    this.#take = database.prepare('DELETE FROM kept_apps WHERE app_id = ? RETURNING entry');
    this.#putAside = database.prepare(
      'INSERT INTO kept_apps_aside (app_id, entry, aside_at) VALUES (?, ?, ?)',
    );
  }

  all(): KeptApp[] {
    return this.#all.all().map(readKeptApp);
  }

  add(app: KeptApp): boolean {
    return this.#insert(app, 0);
  }

  replace({ appId, entry, revision, updatedAtMs }: KeptApp, before: number): boolean {
    const row = this.#replace.get(JSON.stringify(entry), revision, updatedAtMs, appId, before);
    return row !== undefined;
  }

  remove(appId: string, revision: number): boolean {
    return this.#remove.get(appId, revision) !== undefined;
  }

  /** Those that were made here, and that others do not know of. */
  unshared(): KeptApp[] {
    return this.#unshared.all().map(readKeptApp);
  }

  /**
   * Makes this the copy of what is shared. What was made here stays; but one whose name another app has there is put
   * aside, and its name is told.
   */
  copy(shared: readonly KeptApp[], nowMs: number): string[] {
    return this.#database.transaction(() => {
      this.#clear.run();
      const aside = shared.filter((app) => this.#makeRoom(app, nowMs));
      for (const app of shared) this.#insert(app, 1);
      return aside.map(({ appId }) => appId);
    });
  }

  /** True: what stood there was another app. */
  #makeRoom({ appId, entry }: KeptApp, nowMs: number): boolean {
    const own = this.#take.get(appId)?.['entry'];
    if (own === undefined || own === JSON.stringify(entry)) return false;
    this.#putAside.run(appId, own, nowMs);
    return true;
  }

  #insert({ appId, entry, revision, createdAtMs, updatedAtMs }: KeptApp, isShared: 0 | 1): boolean {
    const row = this.#add.get(appId, JSON.stringify(entry), revision, createdAtMs, updatedAtMs, isShared);
    return row !== undefined;
  }
}
