import type { Config } from '../../config/config.ts';
import { type KeptAppRules, readKeptApp } from '../../config/kept-apps.ts';
import {
  keyIdOf,
  keysOf,
  mergePatch,
  withEndOfKeys,
  withHashedKeys,
  withKey,
  withoutKey,
} from '../../decisions/kept-apps/change-entry.ts';
import type { AppRecord, KeptApp } from '../../decisions/kept-apps/kept-app.ts';
import type { Clock } from '../../model/clock.ts';
import type { Log } from '../../telemetry/logger.ts';
import { AdminRefusal } from '../admin/admin-refusal.ts';
import type { AppLine, AppMade, KeyMade } from '../admin/apps-api.ts';
import type { AppsHouse } from '../admin/apps-house.ts';
import { complaintLine } from '../complaint-line.ts';
import type { AppKeeping } from './app-keeping.ts';
import { appLines } from './app-lines.ts';
import {
  asRefusal,
  changedMeanwhile,
  idTaken,
  keyOfOther,
  noKey,
  noSuchApp,
  ofFiles,
} from './app-refusals.ts';
import { makeKey, readKeyWish } from './new-key.ts';

export interface AppDeskParts {
  readonly keeping: AppKeeping;
  readonly rules: KeptAppRules;
  readonly clock: Clock;
  readonly log: Log;
  /** In force: files and database. */
  readonly config: () => Config;
  /** Of the files alone. */
  readonly files: () => Config;
  readonly lastSeenMs: (appId: string) => number | undefined;
}

/**
 * Changes apps of the database, as the admin API is asked to: what comes out is checked like a file before it is stored,
 * secrets are sealed, keys hashed, and every change is in force when it is answered. Whatever cannot be done is an
 * `AdminRefusal`.
 */
export class AppDesk implements AppsHouse {
  readonly #parts: AppDeskParts;

  constructor(parts: AppDeskParts) {
    this.#parts = parts;
  }

  list(): readonly AppLine[] {
    return appLines(this.#parts);
  }

  get(appId: string): AppLine {
    const line = this.list().find((app) => app.app_id === appId);
    if (line === undefined) throw noSuchApp(appId);
    return line;
  }

  /** With a key of its own, unless it brings keys or takes signed tokens, or `key` is null. */
  async create({ key, ...given }: AppRecord): Promise<AppMade> {
    const appId = String(given['app_id'] ?? '');
    this.#checkIsFree(appId);
    const wantsKey = key !== null && (key !== undefined || !(given['api_keys'] || given['jwt']));
    const made = wantsKey ? makeKey(readKeyWish(key)) : undefined;
    const hashed = withHashedKeys(given);
    const entry = made === undefined ? hashed : withKey(hashed, made.stored);
    this.#check(appId, entry);
    const nowMs = this.#parts.clock.nowMs();
    await this.#store('an app was made', async (store) => {
      const sealed = this.#parts.keeping.seals.seal(entry, appId);
      const app = { appId, entry: sealed, revision: 1, createdAtMs: nowMs, updatedAtMs: nowMs };
      if (!(await store.add(app))) throw idTaken(appId);
      return app;
    });
    return { app: this.get(appId), key: made?.text ?? null };
  }

  /** `patch` is a JSON Merge Patch; with `revision` it must be about that one. */
  async change(appId: string, { revision, ...patch }: AppRecord): Promise<AppLine> {
    const fixed = ['app_id', 'api_keys'].find((key) => key in patch);
    if (fixed !== undefined) {
      const message = `${fixed} is not changed like this: keys have addresses of their own, and another app_id is another app.`;
      throw new AdminRefusal(422, 'invalid_change', message);
    }
    await this.#edit('an app was changed', appId, revision, (entry) => mergePatch(entry, patch));
    return this.get(appId);
  }

  async remove(appId: string, revision: unknown): Promise<void> {
    await this.#store('an app was deleted', async (store) => {
      const app = this.#find(appId, revision);
      if (!(await store.remove(appId, app.revision))) throw changedMeanwhile(appId);
      return app;
    });
  }

  async addKey(appId: string, asked: unknown): Promise<KeyMade> {
    const wish = readKeyWish(asked);
    const made = makeKey(wish);
    const nowMs = this.#parts.clock.nowMs();
    const endsAfterS = wish.end_others_after_s;
    await this.#edit('an app has a new key', appId, undefined, (entry) => {
      const ending =
        endsAfterS === undefined ? entry : withEndOfKeys(entry, nowMs + endsAfterS * 1000, nowMs);
      return withKey(ending, made.stored);
    });
    return { app: this.get(appId), key_id: keyIdOf(made.stored), key: made.text };
  }

  async removeKey(appId: string, keyId: string): Promise<AppLine> {
    await this.#edit('a key of an app was deleted', appId, undefined, (entry) => {
      const left = withoutKey(entry, keyId);
      if (left === undefined) throw noKey(appId, keyId);
      return left;
    });
    return this.get(appId);
  }

  async #edit(
    what: string,
    appId: string,
    revision: unknown,
    work: (entry: AppRecord) => AppRecord,
  ): Promise<void> {
    await this.#store(what, async (store) => {
      const before = this.#find(appId, revision);
      const entry = work(before.entry);
      this.#check(appId, entry);
      const sealed = this.#parts.keeping.seals.seal(entry, appId);
      const updatedAtMs = this.#parts.clock.nowMs();
      const app = { ...before, entry: sealed, revision: before.revision + 1, updatedAtMs };
      if (!(await store.replace(app, before.revision))) throw changedMeanwhile(appId);
      return app;
    });
  }

  async #store(what: string, work: Parameters<AppKeeping['change']>[0]): Promise<void> {
    const { keeping, log } = this.#parts;
    try {
      const { appId, revision } = (await keeping.change(work)) as KeptApp;
      log.info(what, { app: appId, revision });
    } catch (thrown) {
      throw asRefusal(thrown);
    }
  }

  #find(appId: string, revision: unknown): KeptApp {
    const { keeping, files } = this.#parts;
    const app = keeping.apps.find((each) => each.appId === appId);
    if (app !== undefined && revision !== undefined && revision !== app.revision)
      throw changedMeanwhile(appId);
    if (app !== undefined) return app;
    throw files().apps.some((each) => each.appId === appId) ? ofFiles(appId) : noSuchApp(appId);
  }

  #checkIsFree(appId: string): void {
    const { keeping, files } = this.#parts;
    if (files().apps.some((app) => app.appId === appId)) throw ofFiles(appId);
    if (keeping.apps.some((app) => app.appId === appId)) throw idTaken(appId);
  }

  /** As if it stood in a file, beside all others. What is sealed by now passes for the secret it is. */
  #check(appId: string, entry: AppRecord): void {
    const { config, rules } = this.#parts;
    const inForce = config();
    const others = { ...inForce, apps: inForce.apps.filter((app) => app.appId !== appId) };
    const { complaints } = readKeptApp(others, { appId, entry }, rules);
    const errors = complaints.filter(({ severity }) => severity === 'error');
    if (errors.length > 0) throw invalidApp(errors.map(complaintLine));
    const hashes = new Set(keysOf(entry).map(({ hash }) => hash.replace(/^sha256:/, '').toLowerCase()));
    const owner = others.apps.find(({ keys }) => keys.some(({ hash }) => hashes.has(hash)));
    if (owner !== undefined) throw keyOfOther(owner.appId);
  }
}

function invalidApp(complaints: ReturnType<typeof complaintLine>[]): AdminRefusal {
  const [first] = complaints;
  const others = complaints.length > 1 ? ` (and ${complaints.length - 1} more complaints)` : '';
  return new AdminRefusal(
    422,
    'invalid_app',
    `${first?.key ?? ''} ${first?.message ?? ''}${others}`,
    complaints,
  );
}
