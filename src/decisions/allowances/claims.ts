import type { AppConfig, CostLimit } from '../../config/config.ts';
import type { Claim } from './allowance.ts';
import { type PeriodWindow, periodWindow } from './period-window.ts';

/** What one request would use of what is paid for by amount, at worst. */
export interface WorstCase {
  readonly inputTokens: number;
  /** Micro-units for all but what is written. */
  readonly costMicro: number;
  /** Micro-units for every token that is written. */
  readonly costMicroPerOutputToken: number;
}

/** Does this app have anything it may have only so much of? Most have not, and then nothing is worked out. */
export function hasAllowances({ costLimit, concurrency, quota }: AppConfig): boolean {
  return costLimit !== undefined || concurrency !== undefined || quota !== undefined;
}

/** Is what it uses at a backend limited, so that its requests must be weighed before they are asked? */
export function isMetered({ costLimit, quota }: AppConfig): boolean {
  return (
    costLimit !== undefined ||
    quota?.inputTokensPerDay !== undefined ||
    quota?.outputTokensPerDay !== undefined
  );
}

/**
 * What a request claims by being one, whoever answers it. `atMs`: wall time of its start; to the periods in which that
 * lies it belongs, however long it takes.
 */
export function claimsOfRequest({ concurrency, quota }: AppConfig, atMs: number): Claim[] {
  const perDay = quota?.requestsPerDay;
  return [
    ...(concurrency === undefined ? [] : [claim('concurrency', undefined, concurrency, 1)]),
    ...(perDay === undefined ? [] : [claim('requests', dayOf(atMs), perDay, 1)]),
  ];
}

/** What it claims by asking one backend for one model. Nothing is claimed of what it cannot use. */
export function claimsOfLeg({ costLimit, quota }: AppConfig, worst: WorstCase, atMs: number): Claim[] {
  const { inputTokensPerDay, outputTokensPerDay } = quota ?? {};
  const { inputTokens } = worst;
  return [
    ...(costLimit === undefined ? [] : claimOfCost(costLimit, worst, atMs)),
    ...(inputTokensPerDay === undefined
      ? []
      : [claim('input_tokens', dayOf(atMs), inputTokensPerDay, inputTokens)]),
    ...(outputTokensPerDay === undefined
      ? []
      : [{ ...claim('output_tokens', dayOf(atMs), outputTokensPerDay, 0), perOutputToken: 1 }]),
  ];
}

/** The periods by which this app is counted at a moment. */
export function windowsOf({ costLimit, quota }: AppConfig, atMs: number): PeriodWindow[] {
  return [
    ...(costLimit === undefined ? [] : [periodWindow(costLimit.period, costLimit.timezone, atMs)]),
    ...(quota === undefined ? [] : [dayOf(atMs)]),
  ];
}

/** A model that costs nothing passes when the budget is gone. */
function claimOfCost(costLimit: CostLimit, worst: WorstCase, atMs: number): Claim[] {
  const { costMicro, costMicroPerOutputToken } = worst;
  if (costMicro + costMicroPerOutputToken === 0) return [];
  const { period, timezone, limit, isShadow } = costLimit;
  const window = periodWindow(period, timezone, atMs);
  return [
    { kind: 'cost', window, limit, amount: costMicro, perOutputToken: costMicroPerOutputToken, isShadow },
  ];
}

/** Quotas are by the days of UTC. */
const dayOf = (atMs: number): PeriodWindow => periodWindow('day', 'UTC', atMs);

function claim(kind: Claim['kind'], window: Claim['window'], limit: number, amount: number): Claim {
  return { kind, window, limit, amount, perOutputToken: 0, isShadow: false };
}
