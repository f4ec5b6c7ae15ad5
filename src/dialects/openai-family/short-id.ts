/**
 * A short text that stands for a long one, always the same: two 32-bit hashes of FNV's kind, in base 36. It keeps
 * ids of one request apart; it is no protection against somebody who wants two to collide.
 */
export function shortHash(text: string): string {
  return (hash(text, 0x811c9dc5) + hash(text, 0x01234567)).padEnd(14, '0');
}

function hash(text: string, seed: number): string {
  let state = seed;
  for (let at = 0; at < text.length; at++) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  return (state >>> 0).toString(36).padStart(7, '0');
}
