import type { RateStanding } from '../../../model/rate-standing.ts';
import type { RateRule } from './rate-rule.ts';
import type { Moment } from './rate-store.ts';
import type { Tally } from './tally.ts';

/** The minutes, hours and days of UTC: `requests` in each, and a new one begins at 0. */
export class CalendarWindow implements Tally {
  rule: RateRule;
  /** Which minute, hour or day since 1970 is counted. */
  #window: number;
  #count = 0;

  constructor(rule: RateRule, now: Moment) {
    this.rule = rule;
    this.#window = this.#windowAt(now);
  }

  waitMs(now: Moment): number {
    this.#turn(now);
    return this.#count < this.rule.requests ? 0 : this.#untilNext(now);
  }

  add(now: Moment): void {
    this.#turn(now);
    this.#count += 1;
  }

  standing(now: Moment): RateStanding {
    this.#turn(now);
    return {
      limit: this.rule.requests,
      remaining: Math.max(0, this.rule.requests - this.#count),
      resetMs: this.#count === 0 ? 0 : this.#untilNext(now),
    };
  }

  follow(rule: RateRule): void {
    this.rule = rule;
  }

  /**
   * Wall time may step back: into the window before, as NTP does it, and then what was counted holds to the end of
   * its own window; further, and then it had been wrong, and nobody has to wait until it is as late again.
   */
  #turn(now: Moment): void {
    const window = this.#windowAt(now);
    if (window === this.#window || window === this.#window - 1) return;
    this.#window = window;
    this.#count = 0;
  }

  #windowAt(now: Moment): number {
    return Math.floor(now.wallMs / this.rule.windowMs);
  }

  #untilNext(now: Moment): number {
    return (this.#window + 1) * this.rule.windowMs - now.wallMs;
  }
}
