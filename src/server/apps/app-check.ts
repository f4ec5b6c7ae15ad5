import type { Config } from '../../config/config.ts';
import { type KeptAppRules, readKeptApp } from '../../config/kept-apps.ts';
import { dotted, type KeyPath } from '../../config/key-path.ts';
import { TakenByApps } from '../../config/taken-by-apps.ts';
import { keysOf } from '../../decisions/kept-apps/change-entry.ts';
import { faultOfBounds } from '../../decisions/kept-apps/entry-bounds.ts';
import type { AppRecord } from '../../decisions/kept-apps/kept-app.ts';
import { strayingSeals } from '../../decisions/kept-apps/sealed-entry.ts';
import type { ComplaintLine } from '../admin/admin-api.ts';
import { complaintLine } from '../complaint-line.ts';
import { invalidApp, keyOfOther } from './app-refusals.ts';

export interface AppCheckParts {
  readonly rules: KeptAppRules;
  /** In force: files and database. */
  readonly config: () => Config;
}

/** What an app must be before it is stored. Whatever it is not, is an `AdminRefusal`. */
export class AppCheck {
  readonly #parts: AppCheckParts;

  constructor(parts: AppCheckParts) {
    this.#parts = parts;
  }

  /**
   * As if it stood in a file, beside all others. What was sealed in `before` passes for the secret it is; nothing else
   * that looks sealed does.
   */
  requireValid(appId: string, entry: AppRecord, before: AppRecord = {}): void {
    this.requireBounds(appId, entry);
    const { complaints } = readKeptApp(this.#others(appId), { appId, entry }, this.#parts.rules);
    const errors = complaints.filter(({ severity }) => severity === 'error').map(complaintLine);
    const strays = strayingSeals(before, entry).map((path) => errorAt([appId, ...path], strayMessage));
    if (errors.length + strays.length > 0) throw invalidApp([...errors, ...strays]);
  }

  /** Nothing is done with what is too large or too deep, not even looked at any closer. */
  requireBounds(appId: string, entry: AppRecord): void {
    const fault = faultOfBounds(entry);
    if (fault !== undefined) throw invalidApp([errorAt([appId], fault)]);
  }

  /** `entry`: with hashed keys. */
  requireOwnKeys(appId: string, entry: AppRecord): void {
    const { apps } = this.#others(appId);
    const taken = new TakenByApps(apps);
    for (const { hash } of keysOf(entry)) {
      const owner = taken.ownerOf(hash.replace(/^sha256:/, '').toLowerCase());
      if (owner !== undefined) throw keyOfOther(owner);
    }
  }

  #others(appId: string): Config {
    const config = this.#parts.config();
    return { ...config, apps: config.apps.filter((app) => app.appId !== appId) };
  }
}

const strayMessage =
  'is a sealed secret, which stays in the place and with the address it was given for; give the secret itself once more, or null to be without it';

function errorAt(path: KeyPath, message: string): ComplaintLine {
  return { severity: 'error', file: 'database', line: null, column: null, key: dotted(path), message };
}
