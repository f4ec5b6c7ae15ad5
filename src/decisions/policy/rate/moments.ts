import type { RateLimit } from '../../../config/config.ts';
import type { Moment } from './rate-store.ts';

/** For tests: limits and moments in few words. */

const NEW_YEAR_MS = Date.UTC(2027, 0, 1);

/** So long after the start of the process, which was at a new year. */
export const at = (monotonicMs: number): Moment => ({ monotonicMs, wallMs: NEW_YEAR_MS + monotonicMs });

export const algorithms = ['token_bucket', 'sliding_window', 'calendar'] as const;

export function limitOf(changes: Partial<RateLimit>): RateLimit {
  return {
    perMinute: undefined,
    perHour: undefined,
    perDay: undefined,
    burst: undefined,
    algorithm: 'token_bucket',
    ...changes,
  };
}
