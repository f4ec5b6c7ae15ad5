import { type DatedStanding, type RateStandings, tokenStanding } from '../../model/rate-standing.ts';

/**
 * The standings as Anthropic tells them: what is read and what is written each by itself, and `tokens` for the one that
 * ends sooner. Not until when, but at what time all is there again: in whole seconds, rounded up, as Anthropic has them.
 */
export function anthropicRateHeaders(standings: RateStandings): string[] {
  const headers: string[] = [];
  tell(headers, 'requests', standings.requests);
  tell(headers, 'tokens', tokenStanding(standings));
  tell(headers, 'input-tokens', standings.inputTokens);
  tell(headers, 'output-tokens', standings.outputTokens);
  return headers;
}

function tell(headers: string[], of: string, standing: DatedStanding | undefined): void {
  if (standing === undefined) return;
  const { limit, remaining, atMs, resetMs } = standing;
  headers.push(
    `anthropic-ratelimit-${of}-limit`,
    String(limit),
    `anthropic-ratelimit-${of}-remaining`,
    String(remaining),
    `anthropic-ratelimit-${of}-reset`,
    inWholeSeconds(atMs + resetMs),
  );
}

/** RFC 3339. */
function inWholeSeconds(atMs: number): string {
  return new Date(Math.ceil(atMs / 1_000) * 1_000).toISOString().replace('.000Z', 'Z');
}
