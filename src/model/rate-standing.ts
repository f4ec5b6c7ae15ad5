/** Where a caller stands under the limit of its requests that is nearest to refusing it. */
export interface RateStanding {
  /** How many requests this limit lets through before it refuses. */
  readonly limit: number;
  /** How many of them are left. */
  readonly remaining: number;
  /** Until all of them are there again, in whole milliseconds. */
  readonly resetMs: number;
}

/** The standing as OpenAI tells it in headers: names and values in turn. */
export function rateHeaders({ limit, remaining, resetMs }: RateStanding): string[] {
  return [
    'x-ratelimit-limit-requests',
    String(limit),
    'x-ratelimit-remaining-requests',
    String(remaining),
    'x-ratelimit-reset-requests',
    spokenDuration(resetMs),
  ];
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
