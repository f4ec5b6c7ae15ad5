import type { RateLimit } from '../../../config/config.ts';
import { GatewayError } from '../../../model/gateway-error.ts';
import { spokenDuration } from '../../../model/rate-standing.ts';
import type { RateCaller, RateVerdict } from '../rate/rate-store.ts';

/** No client is told to come back later than in a minute; to one that must wait longer, trying again is no use. */
const WORTH_WAITING_MS = 60_000;

/** The refusal of a request that would be one too many (row 001-37), or nothing. `nowMs`: wall time. */
export function rateLimit(
  verdict: RateVerdict,
  caller: RateCaller,
  limit: RateLimit,
  nowMs: number,
): GatewayError | undefined {
  if (verdict.isAdmitted) return undefined;
  if (verdict.isAdmitted === undefined) return uncounted();
  const { rule, waitMs, standing } = verdict;
  const who = caller.address === undefined ? `The app "${caller.appId}"` : 'A caller without a key';
  const atOnce = rule.atOnce === rule.requests ? '' : `, ${rule.atOnce} at once`;
  const requests = rule.requests === 1 ? 'request' : 'requests';
  return new GatewayError(
    'rate_limited',
    `${who} may send ${rule.requests} ${requests} per ${rule.per}${atOnce}${calendarNote(limit)}; the next is admitted in ${spokenDuration(waitMs)}.`,
    {
      retryAfterMs: waitMs,
      isWorthRetrying: waitMs <= WORTH_WAITING_MS,
      rateLimit: { requests: { ...standing, atMs: nowMs } },
    },
  );
}

function uncounted(): GatewayError {
  return new GatewayError(
    'no_healthy_backend',
    'The store by which replicas count requests together cannot be reached, and nobody with a rate limit is let in meanwhile; send the request again shortly.',
  );
}

const calendarNote = ({ algorithm }: RateLimit): string => (algorithm === 'calendar' ? ' of UTC' : '');
