import type { AppConfig } from '../config/config.ts';
import { costLimit } from '../decisions/policy/rules/cost-limit.ts';
import type { Backend } from '../upstream/backend.ts';
import type { Exchange } from './exchange.ts';
import type { House } from './house.ts';

/** Throws `cost_limit_exceeded` if the app has spent its limit and neither the model nor the question is free. */
export function afford(
  house: House,
  { dialect }: Exchange,
  app: AppConfig,
  backend: Backend,
  model: string,
): void {
  const limit = app.costLimit;
  if (limit === undefined || dialect.kind === 'count') return;
  const spent = house.spend.spent(app.appId, limit.period, limit.timezone, house.clock.nowMs());
  const refusal = costLimit(app, spent, isFree(house, backend, model));
  if (refusal !== undefined) throw refusal;
}

/** A model without any price is not known to be free, but neither is it charged: it passes, marked unpriced. */
function isFree(house: House, backend: Backend, model: string): boolean {
  const price = house.prices.priceFor(backend.pricing, model);
  if (price === undefined) return true;
  const { promptPerMillion, completionPerMillion, perImage, perRequest, perAudioMinute = 0 } = price;
  return [promptPerMillion, completionPerMillion, perImage, perRequest, perAudioMinute].every(
    (rate) => rate === 0,
  );
}
