import { type ErrorCode, GatewayError } from '../model/gateway-error.ts';
import type { Provider } from '../providers/provider.ts';

/** What a server that was not up yet looks like from here. */
const TOO_EARLY: ReadonlySet<ErrorCode> = new Set([
  'upstream_connect',
  'upstream_error',
  'upstream_timeout',
  'no_healthy_backend',
]);

/** The same failure; where nothing runs until somebody asks, with what helps then (row 002-14). */
export function withColdStart(error: GatewayError, { startsCold }: Provider): GatewayError {
  if (startsCold !== true || !TOO_EARLY.has(error.code) || !error.isWorthRetrying) return error;
  const hint =
    'It starts when it is asked, and may not have been up yet (a cold start); try again in a minute.';
  return new GatewayError(error.code, `${sentence(error.message)} ${hint}`, error.details);
}

/** A backend's own words rarely end like one. */
function sentence(words: string): string {
  return /[.!?]$/.test(words) ? words : `${words}.`;
}
