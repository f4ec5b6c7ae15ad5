import type { AppConfig } from '../../config/config.ts';
import type { Claim } from './allowance.ts';
import { periodWindow } from './period-window.ts';

/** What one request would use of what is paid for by amount, at worst. */
export interface WorstCase {
  readonly inputTokens: number;
  /** Micro-units for all but what is written. */
  readonly costMicro: number;
  /** Micro-units for every token that is written. */
  readonly costMicroPerOutputToken: number;
}

/** Does this app have anything it may have only so much of? Most have not, and then nothing is worked out. */
export function hasAllowances({ costLimit, concurrency }: AppConfig): boolean {
  return costLimit !== undefined || concurrency !== undefined;
}

/**
 * What a request claims by being one, whoever answers it. `atMs`: wall time of its start; to the periods in which that
 * lies it belongs, however long it takes.
 */
export function claimsOfRequest({ concurrency }: AppConfig, _atMs: number): Claim[] {
  return concurrency === undefined ? [] : [claim('concurrency', undefined, concurrency, 1)];
}

/** What it claims by asking one backend for one model. Nothing is claimed of what it cannot use. */
export function claimsOfLeg({ costLimit }: AppConfig, worst: WorstCase, atMs: number): Claim[] {
  const claims: Claim[] = [];
  const { costMicro, costMicroPerOutputToken } = worst;
  if (costLimit !== undefined && costMicro + costMicroPerOutputToken > 0) {
    const { period, timezone, limit, isShadow } = costLimit;
    claims.push({
      kind: 'cost',
      window: periodWindow(period, timezone, atMs),
      limit,
      amount: costMicro,
      perOutputToken: costMicroPerOutputToken,
      isShadow,
    });
  }
  return claims;
}

function claim(kind: Claim['kind'], window: Claim['window'], limit: number, amount: number): Claim {
  return { kind, window, limit, amount, perOutputToken: 0, isShadow: false };
}
