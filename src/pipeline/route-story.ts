import type { Ranking } from '../decisions/routing/rank.ts';
import type { GatewayError } from '../model/gateway-error.ts';
import type { Place } from './rank-places.ts';

/** One backend on the way of a call, as the ledger keeps it. */
interface Stop {
  readonly backend: string;
  readonly model: string;
  /** Why it was asked, or why not. */
  readonly why?: string;
  readonly isPassedOver?: true;
  /** What came of asking it, if not an answer. */
  readonly failed?: string;
}

/** A story longer than this is cut: names are the operator's, and there may be many backends. */
const STOPS_MAX = 32;

/**
 * Who was asked for a call, in which order, who was passed over, and why: what `sluice explain` would have said at that
 * moment, and what came of it. Told to the ledger where there was something to choose, somebody was passed over, or
 * something failed.
 */
export class RouteStory {
  readonly #failures: Stop[] = [];
  #first: Ranking<Place> | undefined;
  #model = '';

  /** By this order it is gone on; the first is the one that is told. */
  ranked(ranking: Ranking<Place>, model: string): void {
    if (this.#first !== undefined) return;
    this.#first = ranking;
    this.#model = model;
  }

  failed(backend: string, model: string, { code }: GatewayError): void {
    this.#failures.push({ backend, model, failed: code });
  }

  /** JSON; undefined where there is nothing to tell. */
  get text(): string | undefined {
    const { inOrder = [], passedOver = [] } = this.#first ?? {};
    if (inOrder.length < 2 && passedOver.length === 0 && this.#failures.length === 0) return undefined;
    const told = [...this.#failures];
    const isTold = (name: string) => told.some((stop) => stop.backend === name);
    for (const { place, why } of inOrder) {
      if (!isTold(place.backend.name)) told.push(this.#stop(place, why));
    }
    for (const { place, why } of passedOver) {
      if (!isTold(place.backend.name)) told.push({ ...this.#stop(place, why), isPassedOver: true });
    }
    return JSON.stringify(told.slice(0, STOPS_MAX));
  }

  #stop({ backend: { name } }: Place, why: string): Stop {
    return { backend: name, model: this.#model, ...(why !== '' && { why }) };
  }
}
