import type { Clock } from '../../model/clock.ts';
import { Roster } from '../../model/roster.ts';
import type { HttpExchange } from './http-exchange.ts';

/**
 * Cuts off clients that read nothing for `timeouts.slow_client_s` while something waits for them (faults.md
 * C6, C7). One sweep a second over all answers; no timer per request.
 */
export class SlowClients {
  readonly #clock: Clock;
  readonly #patienceMs: () => number;
  readonly #watched = new Roster<HttpExchange>();

  /** @param patienceMs the configured patience, asked anew on every sweep because a reload may change it. */
  constructor(clock: Clock, patienceMs: () => number) {
    this.#clock = clock;
    this.#patienceMs = patienceMs;
  }

  watch(exchange: HttpExchange): void {
    this.#watched.add(exchange);
    exchange.onClosed = this.#forget;
  }

  sweep(): void {
    const nowMs = this.#clock.monotonicMs();
    const patienceMs = this.#patienceMs();
    for (const exchange of this.#watched.all()) if (exchange.isStalled(nowMs, patienceMs)) exchange.destroy();
  }

  readonly #forget = (exchange: HttpExchange): void => {
    this.#watched.remove(exchange);
  };
}
