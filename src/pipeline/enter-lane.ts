import type { Lease } from '../decisions/arbitration/lease.ts';
import type { CallAccount } from './call-account.ts';
import type { Exchange } from './exchange.ts';
import type { House } from './house.ts';
import { keepWaiting } from './keep-waiting.ts';
import type { ReadQuestion } from './read-question.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * A lease of the slots this call needs, at once or when its turn has come. A count of tokens does not queue behind
 * the work it is only a question about, nor has a model changed for it: where no slot is free it gets none, and is estimated.
 */
export function enterLane(
  house: House,
  snapshot: Snapshot,
  account: CallAccount,
  exchange: Exchange,
  question: ReadQuestion,
): Lease | Promise<Lease> | undefined {
  if (exchange.dialect.kind === 'count') return house.arbiter.enterIfFree(account.laneRequest());
  const lease = house.arbiter.enter(account.laneRequest(), exchange.departure, (position) =>
    account.queued(position),
  );
  if (!(lease instanceof Promise)) return lease;
  const stop = keepWaiting(house, snapshot, account, exchange, question);
  return stop === undefined ? lease : lease.finally(stop);
}
