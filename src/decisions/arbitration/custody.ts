/**
 * Of several replicas one at a time has custody of a card. What is next to be done about it, as a pure function: the
 * times are monotonic, urgencies as in `urgencyOf`. Carried out by `shared-card.ts`, agreed upon through a
 * `CustodyStore`.
 */

/** Custody ends by itself after so long without a word from who has it (predecessors 2.8). */
export const custodyTtlMs = 15_000;
/** How often it is renewed. */
export const custodyBeatMs = custodyTtlMs / 3;
/** So long before it ends it is taken to be lost: what runs must be broken off before somebody else begins. */
export const custodyMarginMs = 2_000;

/**
 * elsewhere: another replica has it, or nobody. ours: we have, under a fencing number. local: the store is gone, and the
 * operator would rather risk two jobs at once than none.
 */
export interface Custody {
  readonly kind: 'elsewhere' | 'ours' | 'local';
  /** Goes up by one each time custody changes hands, for good: whoever comes with an older one is not listened to. */
  readonly fence: number;
  /** Since when we have it. */
  readonly sinceMs: number;
  /** When the renewal that last succeeded was begun. */
  readonly renewedMs: number;
  /** The most urgent who waits elsewhere, as last heard. */
  readonly rivalMs: number | undefined;
  /** The store knows that somebody waits here. */
  readonly isWanting: boolean;
}

/** What the referee of this replica says of the card. */
export interface Sight {
  /** The most urgent who waits here. */
  readonly demandMs: number | undefined;
  /** Nobody runs, and no model is on its way. */
  readonly isQuiet: boolean;
}

export type CustodyStep = 'claim' | 'withdraw' | 'renew' | 'give over' | 'lose' | 'wait';

/** @param isAsked there may be something to hear from the store, or it is time for the next beat. */
export function nextStep(custody: Custody, sight: Sight, isAsked: boolean, nowMs: number): CustodyStep {
  if (custody.kind === 'ours') return stepOfHolder(custody, sight, isAsked, nowMs);
  if (custody.kind === 'local') return isAsked ? 'claim' : 'wait';
  if (sight.demandMs !== undefined) return 'claim';
  return custody.isWanting ? 'withdraw' : 'wait';
}

function stepOfHolder(
  { renewedMs, rivalMs }: Custody,
  { demandMs, isQuiet }: Sight,
  isAsked: boolean,
  nowMs: number,
): CustodyStep {
  if (nowMs >= renewedMs + custodyTtlMs - custodyMarginMs) return 'lose';
  if (isAsked) return 'renew';
  const isOutranked = rivalMs !== undefined && (demandMs === undefined || rivalMs < demandMs);
  return isOutranked && isQuiet ? 'give over' : 'wait';
}

/**
 * From when on somebody elsewhere counts: at once where this replica has nothing to do, else when the turn it was given
 * the card for is over. Without turns two busy replicas would change places, and perhaps models, with every request.
 */
export function rivalCountsFromMs({ sinceMs }: Custody, sight: Sight, turnMs: number): number {
  return sight.isQuiet && sight.demandMs === undefined ? sinceMs : sinceMs + turnMs;
}
