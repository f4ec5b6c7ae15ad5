import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../model/gateway-error.ts';
import { errorHeaders } from './error-headers.ts';

describe('the headers of a rate limit', () => {
  const rateLimit = { requests: { limit: 60, remaining: 0, resetMs: 60_000, atMs: 0 } };

  it('say when to try again and where the caller stands', () => {
    const error = new GatewayError('rate_limited', 'x', { retryAfterMs: 1_500, rateLimit });
    expect(errorHeaders(error)).toEqual([
      'retry-after',
      '2',
      'retry-after-ms',
      '1500',
      'x-ratelimit-limit-requests',
      '60',
      'x-ratelimit-remaining-requests',
      '0',
      'x-ratelimit-reset-requests',
      '1m0s',
    ]);
  });

  it('are there, too, where trying again is no use', () => {
    const error = new GatewayError('rate_limited', 'x', {
      retryAfterMs: 90_000,
      isWorthRetrying: false,
      rateLimit,
    });
    expect(errorHeaders(error).slice(0, 3)).toEqual([
      'x-should-retry',
      'false',
      'x-ratelimit-limit-requests',
    ]);
  });

  it('are absent from what a backend refused, whose own status is told', () => {
    const error = new GatewayError('rate_limited', 'x', { backendStatus: 429 });
    expect(errorHeaders(error)).toEqual([
      'retry-after',
      '1',
      'retry-after-ms',
      '1000',
      'x-sluice-upstream-status',
      '429',
    ]);
  });
});
