import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * What a request may prove itself with: the admin token as Bearer, or the scraper's Basic pair. Comparisons take
 * the same time whatever is wrong. Pure.
 */

export function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}

export function basicOf(
  authorization: string | undefined,
): { readonly username: string; readonly password: string } | undefined {
  const encoded = /^Basic +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon < 0 ? undefined : { username: pair.slice(0, colon), password: pair.slice(colon + 1) };
}

/** Is `hash` (hex, perhaps with `sha256:` before it) the SHA-256 of `token`? */
export function isTokenOfHash(token: string, hash: string): boolean {
  const expected = Buffer.from(hash.replace(/^sha256:/i, ''), 'hex');
  const actual = createHash('sha256').update(token).digest();
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

/** Both are hashed first, so that lengths do not show either. */
export function isSameText(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
