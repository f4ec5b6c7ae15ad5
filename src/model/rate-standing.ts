/** Where a caller stands under one of its limits. */
export interface RateStanding {
  /** How many requests, or tokens, this limit lets through before it refuses. */
  readonly limit: number;
  /** How many of them are left. */
  readonly remaining: number;
  /** Until all of them are there again, in whole milliseconds. */
  readonly resetMs: number;
}

/** A standing, and when it was so: wall time. */
export interface DatedStanding extends RateStanding {
  readonly atMs: number;
}

/** Where a caller stands under those of its limits that its answers tell of. */
export interface RateStandings {
  readonly requests?: DatedStanding | undefined;
  readonly inputTokens?: DatedStanding | undefined;
  readonly outputTokens?: DatedStanding | undefined;
}

/** Of two limits of requests the one that refuses sooner; where both have as many left, the one that takes longer to fill. */
export function tighterOf(one: DatedStanding | undefined, other: DatedStanding): DatedStanding {
  if (one === undefined) return other;
  if (one.remaining !== other.remaining) return one.remaining < other.remaining ? one : other;
  return one.resetMs > other.resetMs ? one : other;
}

/**
 * Of what is read and what is written, the one of which the smaller share is left. Shares, since a question and its
 * answer are of different lengths, and so are their limits: of 200 000 left of two million one is nearer to the end
 * than with 100 000 left of 200 000.
 */
export function tokenStanding({ inputTokens, outputTokens }: RateStandings): DatedStanding | undefined {
  if (inputTokens === undefined || outputTokens === undefined) return inputTokens ?? outputTokens;
  return shareLeft(outputTokens) < shareLeft(inputTokens) ? outputTokens : inputTokens;
}

const shareLeft = ({ remaining, limit }: RateStanding): number => (limit === 0 ? 0 : remaining / limit);

/** The standings as OpenAI tells them in headers: names and values in turn. */
export function rateHeaders(standings: RateStandings): string[] {
  const headers: string[] = [];
  const tokens = tokenStanding(standings);
  if (standings.requests !== undefined) tell(headers, 'requests', standings.requests);
  if (tokens !== undefined) tell(headers, 'tokens', tokens);
  return headers;
}

function tell(
  headers: string[],
  of: 'requests' | 'tokens',
  { limit, remaining, resetMs }: RateStanding,
): void {
  headers.push(
    `x-ratelimit-limit-${of}`,
    String(limit),
    `x-ratelimit-remaining-${of}`,
    String(remaining),
    `x-ratelimit-reset-${of}`,
    spokenDuration(resetMs),
  );
}

/** A duration as OpenAI writes it: `120ms`, `8.64s`, `6m0s`, `1h0m0s`. */
export function spokenDuration(durationMs: number): string {
  const wholeMs = Math.max(0, Math.ceil(durationMs));
  if (wholeMs > 0 && wholeMs < 1_000) return `${wholeMs}ms`;
  const minutes = Math.floor(wholeMs / 60_000);
  const seconds = `${(wholeMs - minutes * 60_000) / 1_000}s`;
  if (minutes === 0) return seconds;
  return minutes < 60 ? `${minutes}m${seconds}` : `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds}`;
}
