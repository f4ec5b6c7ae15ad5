import type { DatedStanding, RateStandings } from '../../model/rate-standing.ts';
import type { AllowanceKind, Claim, Standing } from './allowance.ts';

/** The allowances whose standing is told in headers. Of money and of requests at once clients know no header. */
const toldAs: Readonly<Partial<Record<AllowanceKind, keyof RateStandings>>> = {
  requests: 'requests',
  input_tokens: 'inputTokens',
  output_tokens: 'outputTokens',
};

/**
 * Pure. What of the claims is told to the client, undefined where nothing is. A limit in shadow is told as little as it
 * refuses.
 *
 * @param standings of the claims, in their order.
 */
export function toldStandings(
  claims: readonly Claim[],
  standings: readonly Standing[],
  nowMs: number,
): RateStandings | undefined {
  let told: RateStandings | undefined;
  for (const [at, claim] of claims.entries()) {
    const name = toldAs[claim.kind];
    const standing = standings[at];
    if (name === undefined || claim.isShadow || standing === undefined) continue;
    told = { ...told, [name]: dated(claim, standing, nowMs) };
  }
  return told;
}

/** What is set aside for requests under way is not left for others, and what a reload has taken away is not owed. */
function dated({ limit, window }: Claim, { used, held }: Standing, nowMs: number): DatedStanding {
  const gone = used + held;
  const untilEndMs = gone === 0 || window === undefined ? 0 : Math.max(0, window.endMs - nowMs);
  return { limit, remaining: Math.max(0, limit - gone), resetMs: untilEndMs, atMs: nowMs };
}
