/**
 * What a model costs at a backend: as configured, else from the bundled list. Prices are worked out once and kept
 * as plain numbers per million tokens. It knows no usage and no budgets; `costOf` does the sum.
 */
import type { CostConfig, ModelPrice } from '../../config/config.ts';
import type { Clock } from '../../model/clock.ts';
import { bundledPrice, loadBundledPrices, type Seller } from './bundled-prices.ts';
import type { Price } from './cost-of.ts';

/** Some listed prices change at a date or with the hour of the day. */
const KEPT_MS = 3_600_000;
/** Names of models may come from clients (`default_backend`). */
const KEPT_MAX = 2_000;

/** Whose price is asked: the frozen part of a backend's configuration, the same object every time. */
export interface PricedBackend extends Seller {
  readonly cost: CostConfig | undefined;
  /**
   * False for a runtime on one's own machines: it serves models of the same names as a cloud, and is not to be
   * charged like one.
   */
  readonly useBundledList: boolean;
  /** What answers in this house costs nothing, unless the configuration says otherwise: that is known. */
  readonly isFree: boolean;
}

export class PriceList {
  readonly #clock: Clock;
  /** By backend object, so that a reload forgets the prices of the old configuration by itself. */
  #known = new WeakMap<PricedBackend, Map<string, Price | undefined>>();
  #forgetAtMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#forgetAtMs = clock.monotonicMs() + KEPT_MS;
  }

  /** Loads the bundled list, for an idle moment after start; else the first price that needs it waits 50 ms. */
  async warm(): Promise<void> {
    await Promise.resolve();
    loadBundledPrices();
  }

  /** The price of `model` (the name the backend is asked for); undefined = nobody knows: `unpriced`. */
  priceFor(backend: PricedBackend, model: string): Price | undefined {
    const prices = this.#pricesOf(backend);
    const known = prices.get(model);
    if (known !== undefined || prices.has(model)) return known;
    const price = findPrice(backend, model, new Date(this.#clock.nowMs()));
    if (prices.size < KEPT_MAX) prices.set(model, price);
    return price;
  }

  #pricesOf(backend: PricedBackend): Map<string, Price | undefined> {
    if (this.#clock.monotonicMs() >= this.#forgetAtMs) this.#forget();
    let prices = this.#known.get(backend);
    if (prices === undefined) {
      prices = new Map();
      this.#known.set(backend, prices);
    }
    return prices;
  }

  #forget(): void {
    this.#known = new WeakMap();
    this.#forgetAtMs = this.#clock.monotonicMs() + KEPT_MS;
  }
}

/** The order of row 000-40: the model itself, then without what is before its first colon, then the default. */
function findPrice(backend: PricedBackend, model: string, at: Date): Price | undefined {
  const { cost } = backend;
  const bare = model.slice(model.indexOf(':') + 1);
  const configured = cost?.models.get(model) ?? cost?.models.get(bare) ?? cost?.default;
  if (cost !== undefined && configured !== undefined) return inCurrency(cost, configured);
  if (backend.isFree) return free;
  if (!backend.useBundledList) return undefined;
  return bundledPrice(backend, model, at) ?? (bare === model ? undefined : bundledPrice(backend, bare, at));
}

const free: Price = {
  currency: undefined,
  promptPerMillion: 0,
  completionPerMillion: 0,
  cachedPromptPerMillion: undefined,
  perImage: 0,
  perRequest: 0,
};

function inCurrency(cost: CostConfig, price: ModelPrice): Price {
  return { ...price, currency: cost.currency };
}
