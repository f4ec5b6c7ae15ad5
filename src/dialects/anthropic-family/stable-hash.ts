/**
 * A short name for any text, the same whenever and wherever it is made: 128 bits in hexadecimal. It keeps ids
 * apart and unreadable; it is no protection against somebody who wants two texts to collide.
 */
export function stableHash(text: string): string {
  return [0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35].map((seed) => lane(text, seed)).join('');
}

function lane(text: string, seed: number): string {
  let hash = seed;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  return ((hash ^ (hash >>> 15)) >>> 0).toString(16).padStart(8, '0');
}
