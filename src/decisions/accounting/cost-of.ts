import type { ModelPrice } from '../../config/config.ts';
import type { MicroUnits } from '../../model/money.ts';
import type { Usage } from '../../model/usage.ts';

/** Usage as it is charged: some backends count only a total (row 000-73); it is used when the rest is 0. */
export interface CountedUsage extends Usage {
  readonly totalTokens?: number | undefined;
}

/** A price that may know more than the configuration can say. */
export interface Price extends ModelPrice {
  /** Undefined where nothing costs anything. */
  readonly currency: string | undefined;
  /** Tokens written to a prompt cache; undefined = as other prompt tokens. */
  readonly cacheWritePerMillion?: number | undefined;
  /** Dearer rates for the whole request once its prompt is longer than this; ascending. */
  readonly longPrompts?: readonly LongPromptPrice[] | undefined;
}

export interface LongPromptPrice extends ModelPrice {
  readonly overTokens: number;
  readonly cacheWritePerMillion?: number | undefined;
}

type Rates = ModelPrice & Pick<Price, 'cacheWritePerMillion'>;

/**
 * What a request costs, which the backend may bill as several, in whole micro-units of the price's currency. Prices are per million tokens, so tokens
 * times price is micro-units already. Rounded up, and only once: a budget must never be undercharged.
 */
export function costOf(usage: CountedUsage | undefined, price: Price, images = 0, requests = 1): MicroUnits {
  const rates = ratesFor(usage, price);
  const tokens = usage === undefined ? 0 : costOfUsage(usage, rates);
  const heard = costOfSound(usage?.audioSeconds ?? 0, price);
  return wholeMicro(tokens + (images * rates.perImage + requests * rates.perRequest + heard) * 1_000_000);
}

/** What a request may cost at worst, in micro-units: what is sure, and for every token that it writes. */
export interface WorstCost {
  readonly fixedMicro: MicroUnits;
  /** May be a fraction. */
  readonly perOutputTokenMicro: number;
}

/**
 * The ceiling of `costOf` for a request that reads no more than `inputTokens`: nothing of the prompt is in a cache, all
 * of it is written into one, and who knows the rates of long prompts takes them by that length. Without a price nothing
 * is charged, and nothing is to be set aside.
 */
export function worstCostOf(
  price: Price | undefined,
  inputTokens: number,
  images: number,
  audioSeconds = 0,
): WorstCost {
  if (price === undefined) return { fixedMicro: 0, perOutputTokenMicro: 0 };
  const rates = ratesFor({ inputTokens, outputTokens: 0 }, price);
  const perInputToken = Math.max(rates.promptPerMillion, rates.cacheWritePerMillion ?? 0);
  const heard = costOfSound(audioSeconds, price);
  const others = (images * rates.perImage + rates.perRequest + heard) * 1_000_000;
  return {
    fixedMicro: wholeMicro(inputTokens * perInputToken + others),
    perOutputTokenMicro: rates.completionPerMillion,
  };
}

function costOfSound(seconds: number, { perAudioMinute = 0 }: Price): number {
  return (seconds / 60) * perAudioMinute;
}

function costOfUsage(usage: CountedUsage, rates: Rates): number {
  if (usage.inputTokens + usage.outputTokens === 0) return (usage.totalTokens ?? 0) * rates.promptPerMillion;
  // A backend that reports more cached tokens than it read must not make the rest negative.
  const cached = Math.min(usage.cachedInputTokens ?? 0, usage.inputTokens);
  const written = Math.min(usage.cacheWriteTokens ?? 0, usage.inputTokens - cached);
  return (
    (usage.inputTokens - cached - written) * rates.promptPerMillion +
    cached * (rates.cachedPromptPerMillion ?? rates.promptPerMillion) +
    written * (rates.cacheWritePerMillion ?? rates.promptPerMillion) +
    usage.outputTokens * rates.completionPerMillion
  );
}

function ratesFor(usage: CountedUsage | undefined, price: Price): Rates {
  if (price.longPrompts === undefined || usage === undefined) return price;
  return price.longPrompts.findLast((long) => usage.inputTokens > long.overTokens) ?? price;
}

/** Binary fractions make 0.1 × 3 a little more than 0.3; six decimals are kept so that this is not charged. */
function wholeMicro(micro: number): MicroUnits {
  const whole = Math.ceil(Number(micro.toFixed(6)));
  return Math.min(Math.max(whole, 0), Number.MAX_SAFE_INTEGER);
}
