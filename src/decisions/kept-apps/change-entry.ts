import { hashOfKey, isHashedKey } from '../../config/key-hash.ts';
import type { AppRecord } from './kept-app.ts';

/** What can be done to an app's entry. Pure: an entry goes in, another comes out. */

/** JSON Merge Patch (RFC 7396): `null` takes a member away, objects are merged, anything else takes the place. */
export function mergePatch(entry: AppRecord, patch: AppRecord): AppRecord {
  const merged: Record<string, unknown> = { ...entry };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = isRecord(value) ? mergePatch(recordAt(merged, key), value) : value;
  }
  return merged;
}

/** As it stands in an entry; times in ISO 8601. */
export interface StoredKey {
  readonly hash: string;
  readonly name?: string;
  readonly expires_at?: string;
}

/** A key is named by the beginning of its hash, which says nothing of the key. */
export const keyIdOf = ({ hash }: StoredKey): string => hash.replace(/^sha256:/, '').slice(0, 12);

export function keysOf(entry: AppRecord): readonly StoredKey[] {
  const keys = entry['api_keys'];
  return Array.isArray(keys) ? (keys as readonly StoredKey[]) : [];
}

/** No key is stored as it is. What is no key at all is left, to be complained of. */
export function withHashedKeys(entry: AppRecord): AppRecord {
  const keys = entry['api_keys'];
  return Array.isArray(keys) ? { ...entry, api_keys: keys.map(hashed) } : entry;
}

function hashed(key: unknown): unknown {
  if (typeof key === 'string') return { hash: isHashedKey(key) ? key : hashOf(key) };
  if (!isRecord(key) || typeof key['key'] !== 'string' || 'hash' in key) return key;
  const { key: text, ...rest } = key;
  return { ...rest, hash: hashOf(text as string) };
}

export const hashOf = (key: string): string => `sha256:${hashOfKey(key)}`;

export function withKey(entry: AppRecord, key: StoredKey): AppRecord {
  return { ...entry, api_keys: [...keysOf(entry), key] };
}

/** Keys end at `endsAtMs`, unless they end earlier; those that have ended by `nowMs` are taken away. */
export function withEndOfKeys(entry: AppRecord, endsAtMs: number, nowMs: number): AppRecord {
  const keys = keysOf(entry).map((key) => ({ ...key, expires_at: earlier(key.expires_at, endsAtMs) }));
  return { ...entry, api_keys: keys.filter(({ expires_at }) => Date.parse(expires_at) > nowMs) };
}

/** Undefined: it has no such key. */
export function withoutKey(entry: AppRecord, keyId: string): AppRecord | undefined {
  const keys = keysOf(entry);
  const left = keys.filter((key) => keyIdOf(key) !== keyId);
  return left.length === keys.length ? undefined : { ...entry, api_keys: left };
}

function earlier(expiresAt: string | undefined, endsAtMs: number): string {
  const ownMs = expiresAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(expiresAt);
  return new Date(Math.min(ownMs, endsAtMs)).toISOString();
}

const isRecord = (value: unknown): value is AppRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function recordAt(object: AppRecord, key: string): AppRecord {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return isRecord(value) ? value : {};
}
