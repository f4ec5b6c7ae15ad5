import { createHash, randomBytes } from 'node:crypto';

/** A secret for a program or an administrator: URL-safe, so that it survives headers, shells and YAML (row 000-88). */
export function makeToken(prefix: string, byteCount: number): string {
  return prefix + randomBytes(byteCount).toString('base64url');
}

/** What the configuration may hold instead of the token itself. */
export function hashToken(token: string): string {
  return `sha256:${createHash('sha256').update(token).digest('hex')}`;
}
