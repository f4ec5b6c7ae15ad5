import type { RateLimit } from '../../../config/config.ts';
import { CallerTallies } from './caller-tallies.ts';
import { networkOf } from './network-of.ts';
import type { CountedVerdict, Moment, RateCaller, RateStore } from './rate-store.ts';

/** So many callers without a key are remembered; then whoever has been quiet longest is forgotten. */
export const STRANGERS_MAX = 4_096;

/**
 * Counts in the memory of this process: exact, gone with a restart, and not shared with other processes. One
 * thread, and nothing between looking and counting can wait: a hundred requests at once are counted one by one.
 */
export class RatesInProcess implements RateStore {
  readonly #apps = new Map<string, CallerTallies>();
  /** By network, in the order in which they were last heard of. */
  readonly #strangers = new Map<string, CallerTallies>();

  /** How many callers are remembered. */
  get size(): number {
    return this.#apps.size + this.#strangers.size;
  }

  take(caller: RateCaller, limit: RateLimit, now: Moment): CountedVerdict {
    const wholeMs = { monotonicMs: Math.floor(now.monotonicMs), wallMs: Math.floor(now.wallMs) };
    const { appId, address } = caller;
    const tallies =
      address === undefined
        ? this.#ofApp(appId, limit, wholeMs)
        : this.#ofStranger(networkOf(address), limit, wholeMs);
    return tallies.take(limit, wholeMs);
  }

  keepOnly(appIds: ReadonlySet<string>, withStrangers: boolean): void {
    for (const appId of this.#apps.keys()) if (!appIds.has(appId)) this.#apps.delete(appId);
    if (!withStrangers) this.#strangers.clear();
  }

  #ofApp(appId: string, limit: RateLimit, now: Moment): CallerTallies {
    let tallies = this.#apps.get(appId);
    if (tallies === undefined) {
      tallies = new CallerTallies(limit, now);
      this.#apps.set(appId, tallies);
    }
    return tallies;
  }

  #ofStranger(network: string, limit: RateLimit, now: Moment): CallerTallies {
    const tallies = this.#strangers.get(network) ?? new CallerTallies(limit, now);
    this.#strangers.delete(network);
    this.#strangers.set(network, tallies);
    if (this.#strangers.size > STRANGERS_MAX) {
      const [quietest] = this.#strangers.keys();
      if (quietest !== undefined) this.#strangers.delete(quietest);
    }
    return tallies;
  }
}
