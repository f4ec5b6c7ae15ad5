/**
 * An app that was made over the admin API, as it is stored: the entry of a configuration file, keys as hashes, other
 * secrets sealed.
 */
export interface KeptApp {
  readonly appId: string;
  /** In the spelling of `apps.json`. */
  readonly entry: AppRecord;
  /** Counts its changes from 1. */
  readonly revision: number;
  /** Wall time. */
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export type AppRecord = Readonly<Record<string, unknown>>;

/** Where apps are kept. Whatever cannot be done now fails as the store's own error, and nothing has changed then. */
export interface AppStore {
  /** By name. */
  all(): readonly KeptApp[] | Promise<readonly KeptApp[]>;
  /** False: there is one of this name. */
  add(app: KeptApp): boolean | Promise<boolean>;
  /** Takes the place of revision `before`. False: it was changed or deleted meanwhile. */
  replace(app: KeptApp, before: number): boolean | Promise<boolean>;
  /** False: it was changed or deleted meanwhile. */
  remove(appId: string, revision: number): boolean | Promise<boolean>;
}

/** A row of either database. Throws where the entry is no JSON object, which nobody of ours has written. */
export function readKeptApp(row: Readonly<Record<string, unknown>>): KeptApp {
  return {
    appId: String(row['app_id']),
    entry: JSON.parse(String(row['entry'])) as AppRecord,
    revision: Number(row['revision']),
    createdAtMs: Number(row['created_at']),
    updatedAtMs: Number(row['updated_at']),
  };
}
