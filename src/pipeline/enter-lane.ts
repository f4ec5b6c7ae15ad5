import type { Lease } from '../decisions/arbitration/lease.ts';
import { Departure } from '../model/departure.ts';
import type { CallAccount } from './call-account.ts';
import type { Exchange } from './exchange.ts';
import type { House } from './house.ts';

/**
 * A lease of the slots this call needs, at once or when its turn has come. A count of tokens does not queue behind
 * the work it is only a question about: where no slot is free it gets none, and is estimated.
 */
export function enterLane(
  house: House,
  account: CallAccount,
  exchange: Exchange,
): Lease | Promise<Lease> | undefined {
  if (exchange.dialect.kind !== 'count')
    return house.arbiter.enter(account.laneRequest(), exchange.departure);
  const patience = new Departure();
  const lease = house.arbiter.enter(account.laneRequest(), patience);
  if (!(lease instanceof Promise)) return lease;
  lease.catch(() => undefined);
  patience.leave();
  return undefined;
}
