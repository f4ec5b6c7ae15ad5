import type { ComplaintLine } from './admin-api.ts';

/**
 * What travels when apps are looked at and changed (`/admin/api/apps`). Types only, in the spelling of the wire. An `entry`
 * is what would stand in `apps.json`; its secrets are shown as `***`.
 */

/** `GET /admin/api/apps`. */
export interface AppsReport {
  readonly apps: readonly AppLine[];
}

export interface AppLine {
  readonly app_id: string;
  readonly name: string;
  readonly description: string;
  readonly active: boolean;
  /** Apps of the files are changed in the files, and there alone. */
  readonly origin: 'files' | 'database';
  /** False: `complaints` says why. */
  readonly in_force: boolean;
  readonly complaints: readonly ComplaintLine[];
  readonly keys: readonly AppKeyLine[];
  /** It may also come with signed tokens. */
  readonly takes_tokens: boolean;
  /** The only backend that serves it; `app:…` is one of its own. */
  readonly backend: string | null;
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  /** The end of its latest request that the ledger has; null: none. */
  readonly last_seen_at: string | null;
  /** Of apps in the database; null of others. */
  readonly entry: Readonly<Record<string, unknown>> | null;
  /** Counts changes; sent with one, it makes sure that nobody else's is undone. */
  readonly revision: number | null;
  readonly created_at: string | null;
  readonly updated_at: string | null;
}

export interface AppKeyLine {
  /** The beginning of its hash. */
  readonly key_id: string;
  readonly name: string | null;
  readonly expires_at: string | null;
}

/** Of a key that is to be made. */
export interface KeyWish {
  readonly name?: string;
  /** `sk-` unless said otherwise. */
  readonly prefix?: string;
  /** 2027-01-31 or 2027-01-31T12:00:00Z; without it the key has no end. */
  readonly expires_at?: string;
  /** All other keys of the app end after so long; 0 = at once. Without it they stay. */
  readonly end_others_after_s?: number;
}

/** Answer to `POST /admin/api/apps` (201): the app and its key, which is told this once. */
export interface AppMade {
  readonly app: AppLine;
  readonly key: string | null;
}

/** Answer to `POST /admin/api/apps/{app_id}/keys` (201). */
export interface KeyMade {
  readonly app: AppLine;
  readonly key_id: string;
  readonly key: string;
}

/** Answer to `DELETE /admin/api/apps/{app_id}`. */
export interface AppDeleted {
  readonly status: 'deleted';
  readonly app_id: string;
}
