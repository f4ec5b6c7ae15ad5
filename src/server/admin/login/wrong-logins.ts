import { networkOf } from '../../../decisions/policy/rate/network-of.ts';

/** So many wrong tokens may come in a row. */
export const WRONG_MAX = 5;
/** One of them is forgotten every so often; in the long run there is one guess in that time. */
export const FORGOTTEN_AFTER_MS = 60_000;
/** So many networks are remembered. */
export const NETWORKS_MAX = 4_096;

/**
 * How many wrong tokens came from where, for as long as that matters. A network is known by one number, the moment at
 * which its last wrong token will be forgotten. Where there is no room, whoever is forgotten soonest makes it: who guesses
 * from a thousand addresses does not get his first one back by that. It reads no clock: `nowMs` is monotonic.
 */
export class WrongLogins {
  readonly #forgottenAtMs = new Map<string, number>();

  get size(): number {
    return this.#forgottenAtMs.size;
  }

  /** How long this address must wait before another token of it is looked at; 0 = it may try. */
  waitMs(address: string, nowMs: number): number {
    const forgottenAtMs = this.#forgottenAtMs.get(networkOf(address)) ?? nowMs;
    return Math.max(0, forgottenAtMs - nowMs - (WRONG_MAX - 1) * FORGOTTEN_AFTER_MS);
  }

  count(address: string, nowMs: number): void {
    const network = networkOf(address);
    const before = this.#forgottenAtMs.get(network) ?? nowMs;
    if (!this.#forgottenAtMs.has(network)) this.#makeRoom(nowMs);
    this.#forgottenAtMs.set(network, Math.max(before, nowMs) + FORGOTTEN_AFTER_MS);
  }

  /** Who had the right token in the end was no guesser. */
  forget(address: string): void {
    this.#forgottenAtMs.delete(networkOf(address));
  }

  #makeRoom(nowMs: number): void {
    if (this.#forgottenAtMs.size < NETWORKS_MAX) return;
    let soonest: readonly [string, number] | undefined;
    for (const entry of this.#forgottenAtMs) {
      const [network, forgottenAtMs] = entry;
      if (forgottenAtMs <= nowMs) this.#forgottenAtMs.delete(network);
      else if (soonest === undefined || forgottenAtMs < soonest[1]) soonest = entry;
    }
    if (this.#forgottenAtMs.size >= NETWORKS_MAX && soonest !== undefined) {
      this.#forgottenAtMs.delete(soonest[0]);
    }
  }
}
