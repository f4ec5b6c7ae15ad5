/** What `retry-after` may say: nobody shall hammer, and clients take a minute and more for a mistake (predecessors 2.8). */
const retryMinMs = 1_000;
const retryMaxMs = 59_000;
/** A longer wait than can be told is told as anything from here on. */
const longFromMs = 45_000;

/** A number from 0 up to, but without, 1. */
export type Random = () => number;

/** For games that must be the same each time. */
export const noSpread: Random = () => 0;

/**
 * When somebody who was turned away shall come again: after `waitMs`, and up to half as long again (a second at least),
 * so that fifty who were turned away in one moment do not come back in one. Never sooner than the estimate, as far
 * as that can be told at all: 1 to 59 s.
 */
export function retryAfterMs(waitMs: number, random: Random): number {
  const isTooLong = waitMs > retryMaxMs;
  const fromMs = isTooLong ? longFromMs : Math.max(waitMs, retryMinMs);
  const spreadMs = isTooLong ? retryMaxMs - longFromMs : Math.max(fromMs / 2, 1_000);
  return Math.min(Math.round(fromMs + random() * spreadMs), retryMaxMs);
}
