import { createHash } from 'node:crypto';

/** An embedding that is always the same for the same text, and different for another. Exact in float32. */
export function toyVector(text: string, dimensions = 8): number[] {
  const digest = createHash('sha256').update(text).digest();
  return Array.from({ length: dimensions }, (_, at) => ((digest[at % digest.length] ?? 0) - 128) / 128);
}
