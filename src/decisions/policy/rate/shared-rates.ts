import type { RateLimit } from '../../../config/config.ts';
import type { Script, SharedStore } from '../../../storage/redis/shared-store.ts';
import { networkOf } from './network-of.ts';
import { type RateRule, rulesOf } from './rate-rule.ts';
import type { CountedVerdict, Moment, RateCaller, RateStore, RateVerdict } from './rate-store.ts';
import { RatesInProcess } from './rates-in-process.ts';
import { calendarScript, slidingWindowScript, tokenBucketScript } from './shared-rate-scripts.ts';
import { SPANS_MAX } from './sliding-window.ts';

const scripts: Readonly<Record<RateLimit['algorithm'], Script>> = {
  token_bucket: tokenBucketScript,
  sliding_window: slidingWindowScript(SPANS_MAX),
  calendar: calendarScript,
};

interface SharedRatesOptions {
  /** While the store is gone: count for oneself, or count nobody. */
  readonly onStoreLoss: 'local' | 'fail_closed';
  /** What the store takes for the time; for tests, which cannot move its clock. */
  readonly timeOf?: (now: Moment) => number;
}

/**
 * Counts at the store that replicas share: together they let through what the limit says. While the store is gone each
 * counts for itself (unless nobody is to be let in then), beginning with what it has let through itself: so of several replicas none lets through more
 * than the limit, and together they let through no more than that many times the limit.
 *
 * The store forgets by itself what no longer counts. Nothing is forgotten there because of a reload: other replicas
 * may still have what this one's configuration has lost.
 */
export class SharedRates implements RateStore {
  readonly #store: SharedStore;
  readonly #own = new RatesInProcess();
  readonly #options: SharedRatesOptions;
  #latestMs = 0;

  constructor(store: SharedStore, options: SharedRatesOptions) {
    this.#store = store;
    this.#options = options;
  }

  take(caller: RateCaller, limit: RateLimit, now: Moment): RateVerdict | Promise<RateVerdict> {
    return this.#store.isUp ? this.#takeTogether(caller, limit, now) : this.#takeWithout(caller, limit, now);
  }

  keepOnly(appIds: ReadonlySet<string>, withStrangers: boolean): void {
    this.#own.keepOnly(appIds, withStrangers);
  }

  async #takeTogether(caller: RateCaller, limit: RateLimit, now: Moment): Promise<RateVerdict> {
    const verdict = await this.#ask(caller, limit, now);
    if (verdict === undefined) return this.#takeWithout(caller, limit, now);
    if (verdict.isAdmitted) this.#takeAlone(caller, limit, now);
    return verdict;
  }

  /** Undefined: the store did not answer, or not as it should. It has told why to whoever keeps the connection. */
  async #ask(caller: RateCaller, limit: RateLimit, now: Moment): Promise<CountedVerdict | undefined> {
    const rules = rulesOf(limit);
    const values = rules.flatMap(({ per, windowMs, requests, atOnce }) => [per, windowMs, requests, atOnce]);
    try {
      const keys = keysOf(caller, limit, rules);
      const answer = await this.#store.run(scripts[limit.algorithm], keys, [
        this.#options.timeOf?.(now) ?? '',
        ...values,
      ]);
      return verdictOf(answer, rules);
    } catch {
      return undefined;
    }
  }

  #takeWithout(caller: RateCaller, limit: RateLimit, now: Moment): RateVerdict {
    const { onStoreLoss } = this.#options;
    return onStoreLoss === 'local' ? this.#takeAlone(caller, limit, now) : { isAdmitted: undefined };
  }

  /** Who waited for the store comes later than who did not; what is counted here is counted in order. */
  #takeAlone(caller: RateCaller, limit: RateLimit, { monotonicMs, wallMs }: Moment): CountedVerdict {
    this.#latestMs = Math.max(this.#latestMs, monotonicMs);
    return this.#own.take(caller, limit, { monotonicMs: this.#latestMs, wallMs });
  }
}

/** Another algorithm begins anew, and two replicas of which one has been reloaded do not undo each other's counting. */
function keysOf(
  { appId, address }: RateCaller,
  { algorithm }: RateLimit,
  rules: readonly RateRule[],
): string[] {
  const who = address === undefined ? `app:${appId}` : `from:${networkOf(address)}`;
  const key = `sluice:rate:1:{${who}}:${algorithm}`;
  return algorithm === 'sliding_window' ? rules.map(({ per }) => `${key}:${per}`) : [key];
}

function verdictOf(answer: unknown, rules: readonly RateRule[]): CountedVerdict | undefined {
  if (!Array.isArray(answer) || !answer.every(Number.isSafeInteger)) return undefined;
  const [isAdmitted, nth, waitMs, limit, remaining, resetMs] = answer as (number | undefined)[];
  const rule = rules[(nth ?? 0) - 1];
  if (rule === undefined || waitMs === undefined || limit === undefined) return undefined;
  if (remaining === undefined || resetMs === undefined) return undefined;
  const standing = { limit, remaining, resetMs };
  return isAdmitted === 1 ? { isAdmitted: true, standing } : { isAdmitted: false, standing, rule, waitMs };
}
