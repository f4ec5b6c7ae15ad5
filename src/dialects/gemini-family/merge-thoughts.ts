import type { Part } from '../../model/call.ts';

/**
 * Thoughts come in as many parts as their stream had pieces, and clients keep them like that. They are one block,
 * whose signature stands on the last piece.
 */
export function mergeThoughts(parts: readonly Part[]): Part[] {
  const merged: Part[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    const goesOn = part.type === 'thinking' && last?.type === 'thinking' && last.signature === undefined;
    if (goesOn) merged[merged.length - 1] = { ...part, text: last.text + part.text };
    else merged.push(part);
  }
  return merged;
}
