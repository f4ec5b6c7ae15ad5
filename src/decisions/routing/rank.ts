import type { TooLong } from '../../model/gateway-error.ts';
import type { BreakerState } from './breaker.ts';

/** All that is known of one backend as a place for one call, at the moment it is to be chosen. */
export interface Prospect {
  readonly priority: number;
  /** Undefined: its place in the file is what counts. */
  readonly weight: number | undefined;
  /** The question is longer than it takes; undefined: it is not, as far as anybody has said. */
  readonly tooLong: TooLong | undefined;
  /** The last probe was not answered. */
  readonly isDown: boolean;
  readonly breaker: BreakerState;
  /** Its breaker lets this call through. */
  readonly isAdmitted: boolean;
  /** It had too much to do a moment ago. */
  readonly isShy: boolean;
  /** It asked to be left alone with this model for so long yet; 0 = it did not. */
  readonly coolingMs: number;
  /** The session this call belongs to was served here. */
  readonly isHome: boolean;
  /** The model is in its memory, as far as that is known. */
  readonly isWarm: boolean;
  /** How long the call would probably wait there, its model's load included. */
  readonly waitMs: number;
}

/** Why a place is where it is in the order, as words for people. */
export interface Ranked<Place extends Prospect> {
  readonly place: Place;
  readonly why: string;
}

export interface Ranking<Place extends Prospect> {
  readonly inOrder: readonly Ranked<Place>[];
  /** Not to be asked now. */
  readonly passedOver: readonly Ranked<Place>[];
}

/**
 * Who is asked, in which order. Pure; the rules, each deciding only where those before it do not:
 *
 *  1. Who does not take so long a question, whose breaker is open, or who asked to be left alone, is passed over.
 *  2. Who did not answer its last probe comes after all who did: a last resort, for it may be back. So does who had too
 *     much to do a moment ago.
 *  3. Priority.
 *  4. The home of the session, for the sake of what it remembers of the talk.
 *  5. Who can begin sooner, by powers of two above a second, what remains of loading counted in; then who has the model
 *     in memory.
 *  6. Weight, by lot: of weights 3 and 1 the first goes before the other three times in four.
 *  7. The order of the file.
 *
 * @param random as `Math.random`.
 */
export function rank<Place extends Prospect>(places: readonly Place[], random: () => number): Ranking<Place> {
  const passedOver: Ranked<Place>[] = [];
  const open: { place: Place; lot: number; at: number }[] = [];
  for (const [at, place] of places.entries()) {
    const why = whyPassedOver(place);
    if (why === undefined) open.push({ place, lot: lotOf(place, random), at });
    else passedOver.push({ place, why });
  }
  open.sort(
    (one, other) =>
      // 2. to 7.
      Number(one.place.isDown) - Number(other.place.isDown) ||
      Number(one.place.isShy) - Number(other.place.isShy) ||
      other.place.priority - one.place.priority ||
      Number(other.place.isHome) - Number(one.place.isHome) ||
      patience(one.place) - patience(other.place) ||
      Number(other.place.isWarm) - Number(one.place.isWarm) ||
      one.lot - other.lot ||
      one.at - other.at,
  );
  return { inOrder: open.map(({ place }) => ({ place, why: whyHere(place) })), passedOver };
}

/** 1. */
function whyPassedOver({ tooLong, isAdmitted, breaker, coolingMs }: Prospect): string | undefined {
  if (tooLong !== undefined)
    return `it takes questions of up to ${tooLong.max} tokens, and this one has about ${tooLong.tokens}`;
  if (!isAdmitted)
    return breaker === 'open'
      ? 'its circuit breaker is open'
      : 'its circuit breaker is being tried by another request';
  if (coolingMs > 0) return `it asked to be left alone for ${inSeconds(coolingMs)} more`;
  return undefined;
}

/** 5. Nobody is moved for less than a second, nor for a difference that is small beside the wait. */
function patience({ waitMs }: Prospect): number {
  return waitMs < 1_000 ? 0 : 1 + Math.floor(Math.log2(waitMs / 1_000));
}

/** 6. Sorting by these (Efraimidis and Spirakis, 2006) is drawing without putting back. Unweighted ones all draw 0. */
function lotOf({ weight }: Prospect, random: () => number): number {
  if (weight === undefined) return 0;
  return weight === 0 ? Number.POSITIVE_INFINITY : -Math.log(1 - random()) / weight;
}

function whyHere({ isDown, isShy, isHome, isWarm, waitMs, breaker }: Prospect): string {
  const parts: string[] = [];
  if (isDown) parts.push('it did not answer its last probe');
  if (isShy) parts.push('it had too much to do a moment ago');
  if (breaker === 'half-open') parts.push('its circuit breaker tries it again');
  if (isHome) parts.push('it served this session');
  if (isWarm) parts.push('the model is loaded');
  if (waitMs >= 1_000) parts.push(`it would begin in about ${inSeconds(waitMs)}`);
  return parts.join(', ');
}

function inSeconds(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`;
}
