import type { AppLine, AppMade, KeyMade } from './apps-api.ts';

type AppChange = Readonly<Record<string, unknown>>;

/** What the admin endpoints need to show and change apps. Whatever cannot be done is thrown as an `AdminRefusal`. */
export interface AppsHouse {
  list(): readonly AppLine[];
  get(appId: string): AppLine;
  create(entry: AppChange): Promise<AppMade>;
  change(appId: string, patch: AppChange): Promise<AppLine>;
  /** `revision` undefined: whatever it is now. */
  remove(appId: string, revision: unknown): Promise<void>;
  addKey(appId: string, wish: unknown): Promise<KeyMade>;
  removeKey(appId: string, keyId: string): Promise<AppLine>;
}
