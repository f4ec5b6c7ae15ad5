/**
 * A hash of a text as sixteen hexadecimal digits (FNV-1a, 64 bits in two halves of different seeds). For names
 * that must be the same today and tomorrow and need no secrecy: ids, digests of models that have no bytes here.
 */
export function stableHash(text: string): string {
  return half(text, 0x811c9dc5) + half(text, 0x9e3779b9);
}

function half(text: string, seed: number): string {
  let hash = seed;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0).toString(16).padStart(8, '0');
}
