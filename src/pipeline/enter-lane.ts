import type { Lease } from '../decisions/arbitration/lease.ts';
import { Departure } from '../model/departure.ts';
import type { CallAccount } from './call-account.ts';
import type { Exchange } from './exchange.ts';
import type { House } from './house.ts';
import { keepWaiting } from './keep-waiting.ts';
import type { ReadQuestion } from './read-question.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * A lease of the slots this call needs, at once or when its turn has come. A count of tokens does not queue behind
 * the work it is only a question about: where no slot is free it gets none, and is estimated.
 */
export function enterLane(
  house: House,
  snapshot: Snapshot,
  account: CallAccount,
  exchange: Exchange,
  question: ReadQuestion,
): Lease | Promise<Lease> | undefined {
  if (exchange.dialect.kind === 'count') return enterIfFree(house, account);
  const lease = house.arbiter.enter(account.laneRequest(), exchange.departure);
  if (!(lease instanceof Promise)) return lease;
  const stop = keepWaiting(house, snapshot, account, exchange, question);
  return stop === undefined ? lease : lease.finally(stop);
}

function enterIfFree(house: House, account: CallAccount): Lease | undefined {
  const patience = new Departure();
  const lease = house.arbiter.enter(account.laneRequest(), patience);
  if (!(lease instanceof Promise)) return lease;
  lease.catch(() => undefined);
  patience.leave();
  return undefined;
}
