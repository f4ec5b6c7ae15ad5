/**
 * The price list that comes with us (`@pydantic/genai-prices`, dated by its version): the only file that knows
 * its shape. It is 0.8 MB of JavaScript, about 50 ms, so it is loaded when first needed or when idle.
 */
import { createRequire } from 'node:module';
import type { ModelPrice as ListedPrice } from '@pydantic/genai-prices';
import type { LongPromptPrice, Price } from './cost-of.ts';

type PriceLibrary = typeof import('@pydantic/genai-prices');

/** Where a model is bought: the same name costs differently in different places. */
export interface Seller {
  /** The backend's type; the list knows most of them under the same or a similar name. */
  readonly type: string;
  readonly baseUrl: string | undefined;
}

let library: PriceLibrary | undefined;

/** Loads the list if that was not done yet; blocks for about 50 ms. */
export function loadBundledPrices(): PriceLibrary {
  // Synchronously, so that there is no moment in which a known price looks unknown.
  library ??= createRequire(import.meta.url)('@pydantic/genai-prices') as PriceLibrary;
  return library;
}

/** The seller's price of `model` at `at`; undefined if the list does not know the seller, or not the model there. */
export function bundledPrice(seller: Seller, model: string, at: Date): Price | undefined {
  const list = loadBundledPrices();
  const provider =
    (seller.baseUrl === undefined ? undefined : list.findProvider({ providerApiUrl: seller.baseUrl })) ??
    list.findProvider({ providerId: seller.type });
  if (provider === undefined) return undefined;
  const listed = list.calcPrice({ input_tokens: 0 }, model, { provider, timestamp: at })?.model_price;
  return listed === undefined ? undefined : readListed(listed);
}

/** What is priced in neither tokens nor requests (seconds of audio, say) is no price to us. */
function readListed(listed: ListedPrice): Price | undefined {
  if (!['input_mtok', 'output_mtok', 'requests_kcount'].some((key) => listed[key] !== undefined))
    return undefined;
  const longPrompts = thresholdsOf(listed).map((overTokens): LongPromptPrice => {
    return { overTokens, ...ratesAt(listed, overTokens) };
  });
  return {
    currency: 'usd',
    ...ratesAt(listed, 0),
    longPrompts: longPrompts.length === 0 ? undefined : longPrompts,
  };
}

/** The list's tiers hold for the whole request once its prompt is longer than the start of the tier. */
function ratesAt(listed: ListedPrice, overTokens: number) {
  const rate = (key: string) => rateAt(listed[key], overTokens);
  return {
    promptPerMillion: rate('input_mtok') ?? 0,
    completionPerMillion: rate('output_mtok') ?? 0,
    cachedPromptPerMillion: rate('cache_read_mtok'),
    cacheWritePerMillion: rate('cache_write_mtok'),
    perImage: 0,
    perRequest: (rate('requests_kcount') ?? 0) / 1000,
  };
}

function rateAt(price: ListedPrice[string], overTokens: number): number | undefined {
  if (price === undefined || typeof price === 'number') return price;
  return price.tiers.findLast((tier) => tier.start <= overTokens)?.price ?? price.base;
}

function thresholdsOf(listed: ListedPrice): number[] {
  const starts = Object.values(listed).flatMap((price) =>
    typeof price === 'object' ? price.tiers.map((tier) => tier.start) : [],
  );
  return [...new Set(starts)].sort((a, b) => a - b);
}
