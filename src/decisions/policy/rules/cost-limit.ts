import type { AppConfig } from '../../../config/config.ts';
import { GatewayError } from '../../../model/gateway-error.ts';
import { fromMicroUnits, type MicroUnits } from '../../../model/money.ts';

/**
 * The guard against a runaway program (row 000-30): once an app has spent its limit for the period, every
 * model that costs anything is refused; models that cost nothing still pass.
 *
 * @param spent what the app has spent in the running period, in micro-units
 * @param isFree does the chosen model cost nothing?
 */
export function costLimit(app: AppConfig, spent: MicroUnits, isFree: boolean): GatewayError | undefined {
  const limit = app.costLimit;
  if (limit === undefined || isFree || spent < limit.limit) return undefined;
  const period = limit.period === 'total' ? 'in all' : `per ${limit.period}`;
  return new GatewayError(
    'cost_limit_exceeded',
    `The app "${app.appId}" has reached its cost limit of ${fromMicroUnits(limit.limit)} ${period}; models that cost nothing still work.`,
    { status: limit.status },
  );
}
