import type { RateStanding } from '../../../model/rate-standing.ts';
import type { RateRule } from './rate-rule.ts';
import type { Moment } from './rate-store.ts';
import type { Tally } from './tally.ts';

/**
 * A bucket of tokens, refilled evenly: `atOnce` requests at once, and over any longer time no more than those and
 * what was refilled meanwhile.
 *
 * It keeps what is missing in the bucket, in parts of a token so small that a millisecond refills a whole number of
 * them: then all is exact, where fractions of tokens would drift (row 001-37's were all refilled every minute).
 */
export class TokenBucket implements Tally {
  rule: RateRule;
  #missing = 0;
  #asOfMs: number;

  constructor(rule: RateRule, now: Moment) {
    this.rule = rule;
    this.#asOfMs = now.monotonicMs;
  }

  waitMs(now: Moment): number {
    const { atOnce, windowMs, requests } = this.rule;
    const tooMuch = this.#missingAt(now) + windowMs - atOnce * windowMs;
    return tooMuch <= 0 ? 0 : Math.ceil(tooMuch / requests);
  }

  add(now: Moment): void {
    this.#missing = this.#missingAt(now) + this.rule.windowMs;
    this.#asOfMs = now.monotonicMs;
  }

  standing(now: Moment): RateStanding {
    const { atOnce, windowMs, requests } = this.rule;
    const missing = this.#missingAt(now);
    return {
      limit: atOnce,
      remaining: Math.floor((atOnce * windowMs - missing) / windowMs),
      resetMs: Math.ceil(missing / requests),
    };
  }

  /** A smaller bucket is empty at worst: nobody works off what a larger one had lent. */
  follow(rule: RateRule, now: Moment): void {
    this.#missing = Math.min(this.#missingAt(now), rule.atOnce * rule.windowMs);
    this.#asOfMs = now.monotonicMs;
    this.rule = rule;
  }

  /** A token is `windowMs` parts, and each millisecond brings `requests` of them. */
  #missingAt(now: Moment): number {
    return Math.max(0, this.#missing - (now.monotonicMs - this.#asOfMs) * this.rule.requests);
  }
}
