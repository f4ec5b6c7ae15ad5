import type { RateLimit } from '../../../config/config.ts';

/** One rule of a rate limit: so many requests in so long a time. */
export interface RateRule {
  readonly per: 'minute' | 'hour' | 'day';
  readonly windowMs: number;
  readonly requests: number;
  /** How many may come at once. */
  readonly atOnce: number;
}

/**
 * The rules of a limit, shortest window first. A burst is a matter of the shortest: with 60 a minute, 1000 an hour
 * and a burst of 10, holding the hour to 10 at once would leave nothing of the 60 a minute.
 */
export function rulesOf(limit: RateLimit): RateRule[] {
  const rules = [
    ...ruleOf('minute', 60_000, limit.perMinute),
    ...ruleOf('hour', 3_600_000, limit.perHour),
    ...ruleOf('day', 86_400_000, limit.perDay),
  ];
  const { algorithm, burst } = limit;
  if (algorithm !== 'token_bucket' || burst === undefined) return rules;
  return rules.map((rule, at) => (at === 0 ? { ...rule, atOnce: burst } : rule));
}

function ruleOf(per: RateRule['per'], windowMs: number, requests: number | undefined): RateRule[] {
  return requests === undefined ? [] : [{ per, windowMs, requests, atOnce: requests }];
}
