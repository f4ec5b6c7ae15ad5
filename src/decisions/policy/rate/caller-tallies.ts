import type { RateLimit } from '../../../config/config.ts';
import { CalendarWindow } from './calendar-window.ts';
import { type RateRule, rulesOf } from './rate-rule.ts';
import type { CountedVerdict, Moment } from './rate-store.ts';
import { SlidingWindow } from './sliding-window.ts';
import type { Tally } from './tally.ts';
import { TokenBucket } from './token-bucket.ts';

/** All that is counted of one caller: a tally per rule of its limit, which hold together. */
export class CallerTallies {
  #limit: RateLimit;
  #tallies: readonly Tally[];

  constructor(limit: RateLimit, now: Moment) {
    this.#limit = limit;
    this.#tallies = rulesOf(limit).map((rule) => newTally(limit, rule, now));
  }

  /** Looks at every rule before it counts under any: who is refused must not lose anything by asking. */
  take(limit: RateLimit, now: Moment): CountedVerdict {
    if (limit !== this.#limit) this.#follow(limit, now);
    const [refusing, waitMs] = this.#longestWait(now);
    if (refusing !== undefined)
      return { isAdmitted: false, standing: refusing.standing(now), rule: refusing.rule, waitMs };
    for (const tally of this.#tallies) tally.add(now);
    return { isAdmitted: true, standing: this.#nearestToRefusing(now) };
  }

  /** A reload: windows that stay keep what they counted, under the new numbers. */
  #follow(limit: RateLimit, now: Moment): void {
    const kept = limit.algorithm === this.#limit.algorithm ? this.#tallies : [];
    this.#tallies = rulesOf(limit).map((rule) => {
      const tally = kept.find(({ rule: { per } }) => per === rule.per);
      tally?.follow(rule, now);
      return tally ?? newTally(limit, rule, now);
    });
    this.#limit = limit;
  }

  #longestWait(now: Moment): [refusing: Tally | undefined, waitMs: number] {
    let refusing: Tally | undefined;
    let longestMs = 0;
    for (const tally of this.#tallies) {
      const waitMs = tally.waitMs(now);
      if (waitMs <= longestMs) continue;
      refusing = tally;
      longestMs = waitMs;
    }
    return [refusing, longestMs];
  }

  #nearestToRefusing(now: Moment) {
    return this.#tallies
      .map((tally) => tally.standing(now))
      .reduce((nearest, other) => (other.remaining < nearest.remaining ? other : nearest));
  }
}

function newTally({ algorithm }: RateLimit, rule: RateRule, now: Moment): Tally {
  switch (algorithm) {
    case 'token_bucket':
      return new TokenBucket(rule, now);
    case 'sliding_window':
      return new SlidingWindow(rule);
    case 'calendar':
      return new CalendarWindow(rule, now);
  }
}
