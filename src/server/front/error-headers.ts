import type { Dialect } from '../../dialects/dialect.ts';
import type { GatewayError } from '../../model/gateway-error.ts';
import { limitHeaders } from '../../pipeline/limit-headers.ts';

/** Clients of several kinds ignore a longer wait, or obey a very long one; so it is always 1..59 s (contract 5). */
const RETRY_AFTER_MAX_MS = 59_000;

/** What an error says in headers, above all about trying again: names and values in turn. */
export function errorHeaders(error: GatewayError, dialect: Pick<Dialect, 'rateHeaders'> = {}): string[] {
  const { backendStatus, rateLimit } = error.details;
  const headers = retryHeaders(error);
  if (rateLimit !== undefined) headers.push(...limitHeaders(dialect, rateLimit));
  if (backendStatus !== undefined) headers.push('x-sluice-upstream-status', String(backendStatus));
  return headers;
}

function retryHeaders(error: GatewayError): string[] {
  if (!error.isWorthRetrying) return ['x-should-retry', 'false'];
  const waitMs =
    error.details.retryAfterMs ?? (error.status === 429 || error.status === 503 ? 1_000 : undefined);
  if (waitMs === undefined) return [];
  const clampedMs = Math.min(Math.max(Math.round(waitMs), 1_000), RETRY_AFTER_MAX_MS);
  return ['retry-after', String(Math.ceil(clampedMs / 1000)), 'retry-after-ms', String(clampedMs)];
}
