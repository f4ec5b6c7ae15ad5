import type { RateStanding } from '../../../model/rate-standing.ts';
import type { RateRule } from './rate-rule.ts';
import type { Moment } from './rate-store.ts';

/** What has been counted under one rule. Moments come in whole milliseconds, and in order. */
export interface Tally {
  readonly rule: RateRule;
  /** How long until one more has room, in whole milliseconds; 0 = now. Asking changes nothing. */
  waitMs(now: Moment): number;
  /** Counts one; only after `waitMs` said 0. */
  add(now: Moment): void;
  standing(now: Moment): RateStanding;
  /** Goes on under another rule of the same window, keeping what was counted. */
  follow(rule: RateRule, now: Moment): void;
}
