import type { Dialect } from '../dialects/dialect.ts';
import { type RateStandings, rateHeaders } from '../model/rate-standing.ts';

/** Where the caller stands, in the headers everybody is sent and in those its own dialect has for it: names and values in turn. */
export function limitHeaders(
  { rateHeaders: ownHeaders }: Pick<Dialect, 'rateHeaders'>,
  standings: RateStandings,
): string[] {
  const common = rateHeaders(standings);
  return ownHeaders === undefined ? common : [...common, ...ownHeaders(standings)];
}
