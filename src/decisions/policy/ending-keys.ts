import type { AppConfig } from '../../config/config.ts';

/** So long before its end a key is spoken of: time to make another and give it to whoever has this one. */
const SOON_MS = 14 * 86_400_000;

/** A key that has ended or will soon, by what it is called; never by a piece of it. */
export interface EndingKey {
  readonly appId: string;
  /** Its name, or which of the keys of its app it is. */
  readonly key: string;
  readonly endsAtMs: number;
  readonly hasEnded: boolean;
}

/** Pure. `nowMs`: wall time. An app that is switched off needs no keys. */
export function endingKeys(apps: readonly AppConfig[], nowMs: number): EndingKey[] {
  return apps.filter(({ active }) => active).flatMap((app) => endingKeysOf(app, nowMs));
}

function endingKeysOf({ appId, keys }: AppConfig, nowMs: number): EndingKey[] {
  return keys.flatMap(({ name, expiresAtMs }, at) => {
    if (expiresAtMs === undefined || expiresAtMs > nowMs + SOON_MS) return [];
    const key = name ?? `number ${at + 1} of ${keys.length}`;
    return [{ appId, key, endsAtMs: expiresAtMs, hasEnded: expiresAtMs <= nowMs }];
  });
}

/** For people; a log has the same as fields. */
export function describeEndingKey({ appId, key, endsAtMs, hasEnded }: EndingKey): string {
  const moment = new Date(endsAtMs).toISOString();
  return hasEnded
    ? `the key "${key}" of the app "${appId}" has been refused since ${moment}; take it out`
    : `the key "${key}" of the app "${appId}" ends at ${moment}; add another before`;
}
