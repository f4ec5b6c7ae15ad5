import { toMicroUnits } from '../model/money.ts';
import { isTimezone } from './check-values.ts';
import type { CostConfig, CostLimit, ModelPrice } from './config.ts';
import type { ConfigSection } from './config-section.ts';
import type { KeyPath } from './key-path.ts';
import type { BackendEntry } from './schema/backends-schema.ts';
import type { CostEntry, PriceEntry } from './schema/cost-schema.ts';
import type { DaemonFile } from './schema/daemon-schema.ts';
import { showValue } from './show-value.ts';

/** Money: what an app may spend, and what a backend costs. */

export function normaliseCostLimit(
  section: ConfigSection,
  path: KeyPath,
  limit: DaemonFile['cost_limit'],
): CostLimit | undefined {
  if (limit === undefined || limit === null) return undefined;
  const timezone = limit.timezone ?? 'UTC';
  if (!isTimezone(timezone)) {
    const shown = section.isResolved([...path, 'timezone']) ? 'this' : showValue(timezone);
    section.error(
      [...path, 'timezone'],
      `${shown} is no time zone; use an IANA name such as Europe/Vienna or UTC`,
    );
  }
  return {
    period: limit.period ?? 'day',
    // Below the smallest unit there is, but not 0: that would lock the app out before its first call.
    limit: limit.limit > 0 ? Math.max(1, toMicroUnits(limit.limit)) : 0,
    status: limit.status ?? 429,
    timezone,
    isShadow: limit.mode === 'shadow',
  };
}

/** How many of a price's units are in a million tokens. */
const unitsPerMillion = { '1k_tokens': 1000, '1m_tokens': 1 } as const;

export function normaliseCost(cost: BackendEntry['cost']): CostConfig | undefined {
  if (cost === undefined || cost === null) return undefined;
  const factor = unitsPerMillion[cost.unit ?? '1k_tokens'];
  return {
    currency: (cost.currency ?? 'usd').toUpperCase(),
    default:
      cost.default === undefined || cost.default === null ? undefined : normalisePrice(cost.default, factor),
    models: new Map(pricesOf(cost).map(([model, price]) => [model, normalisePrice(price, factor)])),
  };
}

const pricesOf = (cost: CostEntry): [string, PriceEntry][] => Object.entries(cost.models ?? {});

function normalisePrice(price: PriceEntry, factor: number): ModelPrice {
  const perMillion = (amount: number) => roundNoise(amount * factor);
  return {
    promptPerMillion: perMillion(price.prompt ?? 0),
    completionPerMillion: perMillion(price.completion ?? 0),
    cachedPromptPerMillion: price.cached_prompt === undefined ? undefined : perMillion(price.cached_prompt),
    perImage: price.image ?? 0,
    perRequest: price.request ?? 0,
    perAudioMinute: price.audio_minute,
  };
}

/** 0.00015 * 1000 is 0.15, not 0.15000000000000002: people will read these numbers again. */
const roundNoise = (amount: number): number => Number(amount.toPrecision(12));
