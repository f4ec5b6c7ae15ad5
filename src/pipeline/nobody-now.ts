import type { Ranked } from '../decisions/routing/rank.ts';
import { GatewayError, type TooLong } from '../model/gateway-error.ts';
import type { Place } from './rank-places.ts';

/**
 * Why nobody is asked for a model, nor for one it may fall back to: who might be is asked to be left alone or is not well,
 * which passes; where the question is too long for every one of them, it never will, and the client should shorten it.
 *
 * @param tooLong words it: what the largest of them takes.
 */
export function nobodyNow(
  model: string,
  passedOver: readonly Ranked<Place>[],
  tooLong: (most: TooLong) => GatewayError,
): GatewayError {
  const roomy = passedOver.filter(({ place }) => place.tooLong === undefined).map(({ place }) => place);
  const most = largest(passedOver);
  if (roomy.length === 0 && most !== undefined) return tooLong(most);
  const reasons = new Set(passedOver.map(({ place, why }) => `"${place.backend.name}": ${why}`));
  const retryAfterMs = Math.max(1, Math.min(...roomy.map(({ readyInMs }) => readyInMs)));
  return new GatewayError(
    roomy.every(isCooling) ? 'rate_limited' : 'no_healthy_backend',
    `No backend that serves "${model}" may be asked now (${[...reasons].join('; ')}); try again in about ${Math.ceil(retryAfterMs / 1000)} s.`,
    { retryAfterMs },
  );
}

function largest(places: readonly Ranked<Place>[]): TooLong | undefined {
  let most: TooLong | undefined;
  for (const { tooLong } of places.map(({ place }) => place)) {
    if (tooLong !== undefined && tooLong.max >= (most?.max ?? 0)) most = tooLong;
  }
  return most;
}

function isCooling({ coolingMs, isAdmitted }: Place): boolean {
  return isAdmitted && coolingMs > 0;
}
