import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Four bytes in base64url. */
const CHECKSUM_LENGTH = 6;

/**
 * A secret for a program or an administrator: URL-safe, so that it survives headers, shells and YAML (row 000-88). Its
 * last six characters are a checksum of all before them, by which a person can be told that a key was mistyped or cut
 * short rather than withdrawn. It is no part of the secret, and the gateway lets nobody in by it.
 */
export function makeToken(prefix: string, byteCount: number): string {
  const body = prefix + randomBytes(byteCount).toString('base64url');
  return body + checksumOf(body);
}

/** False: some characters are wrong or missing, or it is none of ours. */
export function isWhole(token: string): boolean {
  const body = token.slice(0, -CHECKSUM_LENGTH);
  return body !== '' && token === body + checksumOf(body);
}

/** What the configuration may hold instead of the token itself. */
export function hashToken(token: string): string {
  return `sha256:${createHash('sha256').update(token).digest('hex')}`;
}

/** CRC-32 finds every single wrong character and every two that changed places. */
function checksumOf(body: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString('base64url');
}
