import { describe, expect, it } from 'vitest';
import { at, limitOf } from '../rate/moments.ts';
import { RatesInProcess } from '../rate/rates-in-process.ts';
import { rateLimit } from './rate-limit.ts';

const app = { appId: 'lab', address: undefined };

function refusalOf(limit: ReturnType<typeof limitOf>, caller: Parameters<RatesInProcess['take']>[0] = app) {
  const rates = new RatesInProcess();
  for (let nth = 0; nth < 100; nth += 1) {
    const refusal = rateLimit(rates.take(caller, limit, at(0)), caller, limit, 0);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

describe('the refusal of one request too many', () => {
  it.each([
    [{ perMinute: 60 }, 'The app "lab" may send 60 requests per minute; the next is admitted in 1s.'],
    [{ perMinute: 1 }, 'The app "lab" may send 1 request per minute; the next is admitted in 1m0s.'],
    [
      { perMinute: 60, burst: 2 },
      'The app "lab" may send 60 requests per minute, 2 at once; the next is admitted in 1s.',
    ],
    [
      { perMinute: 50, perHour: 9, algorithm: 'calendar' as const },
      'The app "lab" may send 9 requests per hour of UTC; the next is admitted in 1h0m0s.',
    ],
  ])('of %j names the rule and the time', (changes, message) => {
    expect(refusalOf(limitOf(changes))).toMatchObject({ code: 'rate_limited', status: 429, message });
  });

  it('does not tell callers without a key an app they have never heard of', () => {
    expect(refusalOf(limitOf({ perMinute: 2 }), { appId: 'anonymous', address: '10.0.0.1' })?.message).toBe(
      'A caller without a key may send 2 requests per minute; the next is admitted in 30s.',
    );
  });

  it('who could not be counted is not told that it asked too much', () => {
    const refusal = rateLimit({ isAdmitted: undefined }, app, limitOf({ perMinute: 1 }), 0);
    expect(refusal).toMatchObject({ code: 'no_healthy_backend', status: 503, isWorthRetrying: true });
    expect(refusal?.details?.rateLimit).toBeUndefined();
  });

  it('says when to come back, exactly, and where the caller stands', () => {
    expect(refusalOf(limitOf({ perMinute: 7 }))?.details).toMatchObject({
      retryAfterMs: Math.ceil(60_000 / 7),
      rateLimit: { requests: { limit: 7, remaining: 0, resetMs: 60_000, atMs: 0 } },
    });
  });

  it('asks for no second try where that would be an hour away', () => {
    expect(refusalOf(limitOf({ perMinute: 1 }))?.isWorthRetrying).toBe(true);
    expect(refusalOf(limitOf({ perHour: 1 }))?.isWorthRetrying).toBe(false);
  });

  it('is none while there is room', () => {
    expect(refusalOf(limitOf({ perMinute: 100 }))).toBeUndefined();
  });
});
