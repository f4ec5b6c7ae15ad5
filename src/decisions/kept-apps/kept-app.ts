import { isJsonObject } from '../../model/json.ts';
import { isFlatEnough } from './entry-bounds.ts';

/**
 * An app that was made over the admin API, as it is stored: the entry of a configuration file, keys as hashes, other
 * secrets sealed.
 */
export interface KeptApp {
  readonly appId: string;
  /** In the spelling of `apps.json`. */
  readonly entry: AppRecord;
  /** What stands in its row instead of an entry. It is kept as it is, and the app is not in force. */
  readonly unreadable?: string;
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

/** A row of either database. One that nobody of ours has written must not keep the others from being read. */
export function readKeptApp(row: Readonly<Record<string, unknown>>): KeptApp {
  const text = String(row['entry']);
  const entry = entryIn(text);
  return {
    appId: String(row['app_id']),
    ...(entry === undefined ? { entry: {}, unreadable: text } : { entry }),
    revision: Number(row['revision']),
    createdAtMs: momentIn(row['created_at']),
    updatedAtMs: momentIn(row['updated_at']),
  };
}

/** As it stands in a row. */
export const storedEntry = ({ entry, unreadable }: KeptApp): string => unreadable ?? JSON.stringify(entry);

function entryIn(text: string): AppRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) && isFlatEnough(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What is no moment of the calendar could not be shown. */
function momentIn(value: unknown): number {
  const ms = Number(value);
  return Number.isNaN(new Date(ms).getTime()) ? 0 : ms;
}
