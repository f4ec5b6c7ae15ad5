import type { Complaint, Config, PostgresConfig } from '../../config/config.ts';
import { type KeptAppRules, type KeptEntry, withKeptApps } from '../../config/kept-apps.ts';
import type { AppStore, KeptApp } from '../../decisions/kept-apps/kept-app.ts';
import { LocalApps } from '../../decisions/kept-apps/local-apps.ts';
import { needsSealing } from '../../decisions/kept-apps/sealed-entry.ts';
import type { SharedApps } from '../../decisions/kept-apps/shared-apps.ts';
import type { CancelTimer, Clock } from '../../model/clock.ts';
import type { Database } from '../../storage/database.ts';
import { StoreFailure } from '../../storage/store-failure.ts';
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
const UNREADABLE =
  'stands in the database as something that is no app, so it was not written by Sluice; delete it and make it anew';
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
  /** What was merged last: a start and a reload ask for the same more than once. */
  #latest: { readonly files: Config; readonly apps: readonly KeptApp[]; readonly config: Config } | undefined;
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
    const latest = this.#latest;
    if (latest?.files === files && latest.apps === this.#apps) return latest.config;
    const config = this.#mergeInto(files);
    this.#latest = { files, apps: this.#apps, config };
    return config;
  }

  #mergeInto(files: Config): Config {
    // Of two apps with one key, which replicas may make at the same moment, it is the older's.
    const oldestFirst = [...this.#apps].sort((a, b) => a.createdAtMs - b.createdAtMs);
    const entries = oldestFirst.map((app) => this.#entryOf(app));
    const { config, complaints } = withKeptApps(files, entries, this.#parts.rules);
    const before = this.#complaints;
    this.#complaints = complaints;
    for (const [appId, list] of complaints) if (!isSame(before.get(appId), list)) this.#complain(list);
    return config;
  }

  #entryOf({ appId, entry, createdAtMs, unreadable }: KeptApp): KeptEntry {
    if (unreadable !== undefined) return { appId, entry: { app_id: appId }, fault: UNREADABLE };
    // The name that counts is that of the row, whatever is written in it.
    return { appId, madeAtMs: createdAtMs, ...this.seals.open({ ...entry, app_id: appId }, appId) };
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
   * what the store throws; then nothing has changed, unless it says that nobody knows.
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

  /** What cannot be seen here must not be told as if it were: a key that is made is told once. */
  async #takeUp(): Promise<void> {
    if (this.#shared === undefined) this.#take(this.#local.all());
    else await this.#pull(this.#shared).catch(lostOnTheWay);
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
    const anew = this.#apps.flatMap((app) => this.#sealedAnew(app));
    if (anew.length === 0) return;
    const replaceAll = async (store: AppStore) => {
      for (const app of anew) await store.replace(app, app.revision - 1);
    };
    await this.change(replaceAll).catch((thrown: unknown) =>
      this.#parts.log.warn('secrets cannot be sealed anew now; the next start tries again', {
        apps: anew.length,
        error: thrown,
      }),
    );
  }

  /** Its next revision; nothing where there is nothing to be done, or nothing can be. */
  #sealedAnew(app: KeptApp): KeptApp[] {
    const { sealer } = this.seals;
    if (!sealer.hasKey || !needsSealing(app.entry, sealer)) return [];
    const opened = this.seals.open(app.entry, app.appId);
    if (opened.fault !== undefined) return [];
    return [{ ...app, entry: this.seals.seal(opened.entry, app.appId), revision: app.revision + 1 }];
  }

  #complain(complaints: readonly Complaint[]): void {
    const { log } = this.#parts;
    for (const { severity, key, message } of complaints) {
      if (severity === 'error') log.error(`an app of the database is not in force: ${key} ${message}`);
      else log.warn(`an app of the database: ${key} ${message}`);
    }
  }
}

function lostOnTheWay(cause: unknown): never {
  const message =
    'PostgreSQL went away meanwhile; the change may have been made, so look before you ask again';
  throw new StoreFailure('unreachable', message, { cause });
}

function isSame(before: readonly Complaint[] | undefined, now: readonly Complaint[]): boolean {
  return JSON.stringify(before) === JSON.stringify(now);
}
