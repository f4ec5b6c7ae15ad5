import type { CallAccount } from './call-account.ts';
import type { Exchange } from './exchange.ts';
import { holdRequest } from './hold-allowance.ts';
import type { House } from './house.ts';
import { keepRate } from './keep-rate.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * Holds an app to what it may have of requests: first those that are given back, so that who is refused one of them has
 * not used up its rate. Nothing waits where nothing is limited, or all is counted in this process.
 */
export function keepLimits(
  house: House,
  snapshot: Snapshot,
  account: CallAccount,
  exchange: Exchange,
): void | Promise<void> {
  const holding = holdRequest(house, account);
  if (holding === undefined) return keepRate(house, snapshot, account, exchange);
  return holding.then(() => keepRate(house, snapshot, account, exchange));
}
