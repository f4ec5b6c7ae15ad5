import { createHash } from 'node:crypto';

/** Keys are only ever compared by their SHA-256: they are long and random, so a slow hash would protect nothing. */
export function hashOfKey(key: string): string {
  return createHash('sha256').update(key, 'utf8').digest('hex');
}

/** `sha256:<64 hex digits>`: a key that was hashed before it came here. */
export function isHashedKey(text: string): boolean {
  return /^sha256:[0-9a-fA-F]{64}$/.test(text);
}
