import type { Lease } from '../decisions/arbitration/lease.ts';
import type { CallAccount } from './call-account.ts';
import type { Exchange } from './exchange.ts';
import type { House } from './house.ts';
import type { ReadQuestion } from './read-question.ts';
import { signsOfLife } from './signs-of-life.ts';
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
  const request = account.laneRequest();
  if (exchange.dialect.kind === 'count') return house.arbiter.enterIfFree(request);
  const signs = signsOfLife(house, snapshot, account, exchange, question, request);
  account.keptAliveBy(signs);
  const lease = house.arbiter.enter(request, exchange.departure, (position) => {
    account.queued(position);
    signs?.wait();
  });
  return lease instanceof Promise ? lease.finally(() => signs?.stopWaiting()) : lease;
}
