import type { House } from '../pipeline/house.ts';
import { askOneToken } from '../upstream/ask-one-token.ts';
import type { Backend } from '../upstream/backend.ts';
import type { BackendWatch } from '../upstream/backend-watch.ts';

/** What a check needs of the house. */
interface CheckedHouse extends House {
  readonly watch: Pick<BackendWatch, 'heardOfWork'>;
  readonly isDraining: boolean;
}

const EVERY_MS = 60_000;
const WITHIN_MS = 60_000;

/**
 * Sees once a minute whether backends with `health.model` still write: one token, when a slot is free and no model has to
 * be changed for it. Who does not counts as down, and its breaker hears of it, as it does of the success.
 */
export class WorkChecks {
  readonly #house: CheckedHouse;
  readonly #checkedAtMs = new Map<string, number>();

  constructor(house: CheckedHouse) {
    this.#house = house;
  }

  /** To be called every second. */
  sweep(): void {
    const nowMs = this.#house.clock.monotonicMs();
    for (const backend of this.#house.snapshot().backends.values()) {
      const { name, config, origin } = backend;
      const { model } = config.health;
      if (model === undefined || origin === undefined) continue;
      const everyMs = config.health.modelIntervalMs ?? EVERY_MS;
      if (nowMs - (this.#checkedAtMs.get(name) ?? Number.NEGATIVE_INFINITY) < everyMs) continue;
      if (this.#house.isDraining) continue;
      this.#checkedAtMs.set(name, nowMs);
      void this.#check(backend, model);
    }
  }

  async #check(backend: Backend, model: string): Promise<void> {
    const { arbiter, routing, watch, connections, clock } = this.#house;
    const { name, config } = backend;
    const request = {
      requestId: 'health',
      appId: 'health',
      backend: name,
      model,
      group: config.sequenceGroup,
      priority: 0,
    };
    const lease = arbiter.enterIfFree(request);
    // Somebody is at it, or another model is there: what they meet says enough.
    if (lease === undefined) return;
    const { breaker } = this.#house.snapshot().config.daemon;
    const isTrial = routing.begin(name, breaker, clock.monotonicMs());
    try {
      const trouble = await askOneToken(backend, model, connections, WITHIN_MS);
      routing.end(name, isTrial, trouble === undefined ? 'success' : 'failure', breaker, clock.monotonicMs());
      watch.heardOfWork(name, trouble);
    } finally {
      lease.release();
    }
  }
}
