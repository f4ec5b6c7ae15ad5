import { makeToken } from '../../config/make-token.ts';
import { hashOf, type StoredKey } from '../../decisions/kept-apps/change-entry.ts';
import type { AppRecord } from '../../decisions/kept-apps/kept-app.ts';
import { AdminRefusal } from '../admin/admin-refusal.ts';
import type { KeyWish } from '../admin/apps-api.ts';

const KEY_BYTES = 32;

export interface NewKey {
  /** Told once, and stored nowhere. */
  readonly text: string;
  readonly stored: StoredKey;
}

export function makeKey({ name, prefix = 'sk-', expires_at }: KeyWish): NewKey {
  const text = makeToken(prefix, KEY_BYTES);
  const stored = {
    hash: hashOf(text),
    ...(name === undefined ? {} : { name }),
    ...(expires_at === undefined ? {} : { expires_at }),
  };
  return { text, stored };
}

/** Throws `AdminRefusal` where it is none. */
export function readKeyWish(value: unknown): KeyWish {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw noWish('should be an object');
  const wish = value as AppRecord;
  for (const [key, item] of Object.entries(wish)) {
    const check = Object.hasOwn(members, key) ? members[key] : undefined;
    if (check === undefined)
      throw noWish(`has no member "${key}"; it may have ${Object.keys(members).join(', ')}`);
    if (!check.test(String(item)) || typeof item === 'object')
      throw noWish(`needs ${check.what} as "${key}"`);
  }
  return wish as KeyWish;
}

interface Member {
  readonly what: string;
  test(text: string): boolean;
}

const members: Readonly<Record<string, Member>> = {
  name: { what: 'a name of 1 to 64 characters', test: (text) => /^[^\p{C}]{1,64}$/u.test(text) },
  prefix: {
    what: 'at most 32 letters, digits, ".", "_" or "-"',
    test: (text) => /^[A-Za-z0-9._-]{0,32}$/.test(text),
  },
  expires_at: {
    what: 'a date such as 2027-01-31 or 2027-01-31T12:00:00Z',
    test: (text) => /^\d{4}-\d{2}-\d{2}/.test(text) && Number.isFinite(Date.parse(text)),
  },
  end_others_after_s: { what: 'seconds', test: (text) => /^\d{1,9}$/.test(text) },
};

const noWish = (what: string): AdminRefusal =>
  new AdminRefusal(422, 'invalid_key_wish', `What is asked of the new key ${what}.`);
