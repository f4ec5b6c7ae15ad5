import type { RateStanding } from '../../../model/rate-standing.ts';
import type { RateRule } from './rate-rule.ts';
import type { Moment } from './rate-store.ts';
import type { Tally } from './tally.ts';

/** Up to so many requests per window each is remembered by itself; above, neighbours share an entry. */
export const SPANS_MAX = 500;

/** Requests that came close together: they count until the last of them is a window old. */
interface Span {
  readonly firstMs: number;
  lastMs: number;
  count: number;
}

/**
 * A window that slides: in no stretch of time as long as the window more than `requests`. To the millisecond up to
 * `SPANS_MAX` of them; beyond, memory stays bounded by counting requests for up to 1/500 of the window longer than
 * they must be, so that it errs on the strict side.
 */
export class SlidingWindow implements Tally {
  rule: RateRule;
  readonly #spans: Span[] = [];
  #count = 0;

  constructor(rule: RateRule) {
    this.rule = rule;
  }

  /** How many entries are kept. */
  get size(): number {
    return this.#spans.length;
  }

  waitMs(now: Moment): number {
    this.#forget(now);
    let left = this.#count;
    if (left < this.rule.requests) return 0;
    for (const { lastMs, count } of this.#spans) {
      left -= count;
      if (left < this.rule.requests) return this.#untilForgotten(lastMs, now);
    }
    return 0;
  }

  add(now: Moment): void {
    this.#forget(now);
    this.#count += 1;
    const last = this.#spans.at(-1);
    if (last === undefined || now.monotonicMs - last.firstMs > this.#grainMs) {
      this.#spans.push({ firstMs: now.monotonicMs, lastMs: now.monotonicMs, count: 1 });
      return;
    }
    last.lastMs = now.monotonicMs;
    last.count += 1;
  }

  standing(now: Moment): RateStanding {
    this.#forget(now);
    const last = this.#spans.at(-1);
    return {
      limit: this.rule.requests,
      remaining: Math.max(0, this.rule.requests - this.#count),
      resetMs: last === undefined ? 0 : this.#untilForgotten(last.lastMs, now),
    };
  }

  follow(rule: RateRule): void {
    this.rule = rule;
  }

  get #grainMs(): number {
    return this.rule.requests <= SPANS_MAX ? 0 : this.rule.windowMs / SPANS_MAX;
  }

  #untilForgotten(lastMs: number, now: Moment): number {
    return lastMs + this.rule.windowMs - now.monotonicMs;
  }

  #forget(now: Moment): void {
    for (let [oldest] = this.#spans; oldest !== undefined; [oldest] = this.#spans) {
      if (this.#untilForgotten(oldest.lastMs, now) > 0) return;
      this.#count -= oldest.count;
      this.#spans.shift();
    }
  }
}
