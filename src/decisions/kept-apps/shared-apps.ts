import type { PostgresApps, StoredApp } from '../../storage/postgres/postgres-apps.ts';
import { type AppStore, type KeptApp, readKeptApp } from './kept-app.ts';

/** The apps that all replicas have in common. Whatever fails, fails as a `StoreFailure`. */
export class SharedApps implements AppStore {
  readonly #apps: PostgresApps;
  /** As of the last time that all of them were read; -1: never. */
  #changesSeen = -1;

  constructor(apps: PostgresApps) {
    this.#apps = apps;
  }

  /** Has anything changed since they were read? */
  async areNews(): Promise<boolean> {
    if (this.#changesSeen < 0) await this.#apps.prepare();
    return (await this.#apps.changes()) !== this.#changesSeen;
  }

  async all(): Promise<KeptApp[]> {
    const { changes, rows } = await this.#apps.all();
    this.#changesSeen = changes;
    return rows.map(readKeptApp);
  }

  add(app: KeptApp): Promise<boolean> {
    return this.#apps.add(stored(app));
  }

  replace(app: KeptApp, before: number): Promise<boolean> {
    return this.#apps.replace(stored(app), before);
  }

  remove(appId: string, revision: number): Promise<boolean> {
    return this.#apps.remove(appId, revision);
  }

  close(): Promise<void> {
    return this.#apps.close();
  }
}

const stored = (app: KeptApp): StoredApp => ({ ...app, entry: JSON.stringify(app.entry) });
