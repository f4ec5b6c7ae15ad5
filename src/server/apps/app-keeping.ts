import type { Complaint, Config, PostgresConfig } from '../../config/config.ts';
import { type KeptAppRules, withKeptApps } from '../../config/kept-apps.ts';
import type { AppStore, KeptApp } from '../../decisions/kept-apps/kept-app.ts';
import { LocalApps } from '../../decisions/kept-apps/local-apps.ts';
import { needsSealing } from '../../decisions/kept-apps/sealed-entry.ts';
import type { SharedApps } from '../../decisions/kept-apps/shared-apps.ts';
import type { CancelTimer, Clock } from '../../model/clock.ts';
import type { Database } from '../../storage/database.ts';
import type { Log } from '../../telemetry/logger.ts';
import { Seals } from './seals.ts';

export interface AppKeepingParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly rules: KeptAppRules;
  /** Where replicas have their apps in common; undefined: this daemon has its own. */
  readonly postgres: PostgresConfig | undefined;
  /** The apps are others now. */
  readonly onChange: () => void;
}

/** A key that is revoked at one replica is so at the others within a second. */
const LOOK_EVERY_MS = 500;
/** How long a start waits for what the others have. */
const OPEN_WITHIN_MS = 3_000;

/**
 * The apps in the database: read at the start, changed one change after another, and, where there are replicas, the same
 * for all of them. Whoever decides what a change is, is the desk; this knows only what is there now.
 */
export class AppKeeping {
  readonly seals: Seals;
  readonly #parts: AppKeepingParts;
  readonly #local: LocalApps;
  #shared: SharedApps | undefined;
  #apps: readonly KeptApp[];
  #complaints: ReadonlyMap<string, readonly Complaint[]> = new Map();
  #stopLooking: CancelTimer | undefined;
  #isLooking = false;
  /** Of the latest change. */
  #change: Promise<unknown> = Promise.resolve();

  /** Throws a sentence for the operator where `SLUICE_MASTER_KEY` is no key. */
  constructor(parts: AppKeepingParts) {
    this.#parts = parts;
    this.seals = new Seals(parts.database.path, parts.rules);
    if (this.seals.fault !== undefined) parts.log.error(this.seals.fault);
    this.#local = new LocalApps(parts.database);
    this.#apps = this.#local.all();
  }

  get apps(): readonly KeptApp[] {
    return this.#apps;
  }

  complaintsOf(appId: string): readonly Complaint[] {
    return this.#complaints.get(appId) ?? [];
  }

  /** What is in force: the configuration of the files, and these apps. Complaints go into the log when they are new. */
  mergedInto(files: Config): Config {
    const entries = this.#apps.map(({ appId, entry }) => ({ appId, ...this.seals.open(entry, appId) }));
    const { config, complaints } = withKeptApps(files, entries, this.#parts.rules);
    const before = this.#complaints;
    this.#complaints = complaints;
    for (const [appId, list] of complaints) if (!isSame(before.get(appId), list)) this.#complain(list);
    return config;
  }

  /** Before anybody is served: what the others have, if that can be learned soon; then everything under the first key. */
  async open(): Promise<void> {
    const { postgres, clock } = this.#parts;
    if (postgres !== undefined) {
      const [{ SharedApps }, { PostgresApps }] = await Promise.all([
        import('../../decisions/kept-apps/shared-apps.ts'),
        import('../../storage/postgres/postgres-apps.ts'),
      ]);
      this.#shared = new SharedApps(new PostgresApps(postgres));
      await Promise.race([
        this.#look(),
        new Promise<void>((resolve) => clock.after(OPEN_WITHIN_MS, resolve)),
      ]);
      this.#stopLooking = clock.every(LOOK_EVERY_MS, () => void this.#look());
    }
    await this.#sealAnew();
  }

  /**
   * Runs `work` when the changes before it are done, on the store that counts, and takes up what is there then. Throws
   * what the store throws; then nothing has changed.
   */
  change<T>(work: (store: AppStore) => T | Promise<T>): Promise<T> {
    const done = this.#change.then(async () => {
      const result = await work(this.#shared ?? this.#local);
      await this.#takeUp();
      return result;
    });
    this.#change = done.catch(() => undefined);
    return done;
  }

  async stop(): Promise<void> {
    this.#stopLooking?.();
    await this.#shared?.close();
  }

  /** A change that was made is made, though it may not be seen here at once. */
  async #takeUp(): Promise<void> {
    if (this.#shared === undefined) this.#take(this.#local.all());
    else await this.#pull(this.#shared).catch(() => undefined);
  }

  /** That PostgreSQL cannot be reached is told by whoever has more to tell it. */
  async #look(): Promise<void> {
    if (this.#isLooking || this.#shared === undefined) return;
    this.#isLooking = true;
    try {
      if (await this.#shared.areNews()) await this.#pull(this.#shared);
    } catch (thrown) {
      this.#parts.log.debug('apps of other replicas cannot be asked for now', { error: thrown });
    } finally {
      this.#isLooking = false;
    }
  }

  async #pull(shared: SharedApps): Promise<void> {
    for (const app of this.#local.unshared()) await shared.add(app);
    const apps = await shared.all();
    const aside = this.#local.copy(apps, this.#parts.clock.nowMs());
    for (const appId of aside) {
      this.#parts.log.warn(
        `the app ${appId} of this daemon made room for that of other replicas; it is kept in kept_apps_aside`,
      );
    }
    this.#take(apps);
  }

  #take(apps: readonly KeptApp[]): void {
    this.#apps = apps;
    this.#parts.onChange();
  }

  /** After the master key was changed: what was sealed under another is sealed under the one that seals now. */
  async #sealAnew(): Promise<void> {
    const { sealer } = this.seals;
    for (const app of this.#apps) {
      if (!sealer.hasKey || !needsSealing(app.entry, sealer)) continue;
      const opened = this.seals.open(app.entry, app.appId);
      if (opened.fault !== undefined) continue;
      const entry = this.seals.seal(opened.entry, app.appId);
      const next = { ...app, entry, revision: app.revision + 1 };
      await this.change((store) => store.replace(next, app.revision)).catch((thrown: unknown) =>
        this.#parts.log.warn('a secret cannot be sealed anew now', { app: app.appId, error: thrown }),
      );
    }
  }

  #complain(complaints: readonly Complaint[]): void {
    const { log } = this.#parts;
    for (const { severity, key, message } of complaints) {
      if (severity === 'error') log.error(`an app of the database is not in force: ${key} ${message}`);
      else log.warn(`an app of the database: ${key} ${message}`);
    }
  }
}

function isSame(before: readonly Complaint[] | undefined, now: readonly Complaint[]): boolean {
  return JSON.stringify(before) === JSON.stringify(now);
}
