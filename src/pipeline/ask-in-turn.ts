import type { Lease } from '../decisions/arbitration/lease.ts';
import { asGatewayError } from '../model/gateway-error.ts';
import { afford } from './afford.ts';
import { answer } from './answer.ts';
import { clientLeft } from './answer-from-backend.ts';
import type { TimedOutcome, ToAnswer } from './answer-plan.ts';
import type { CallAccount } from './call-account.ts';
import { enterLane } from './enter-lane.ts';
import type { House } from './house.ts';
import { type Leg, Legs, type Travel } from './legs.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * Takes the call to one backend after another until one answers, and passes that answer on. Each has its own turn in
 * its own lane: the place at one is given back before the next is queued for. Rejects with the last failure.
 */
export async function askInTurn(
  house: House,
  snapshot: Snapshot,
  account: CallAccount,
  travel: Travel,
): Promise<TimedOutcome> {
  const legs = new Legs(house, snapshot, travel);
  try {
    for (let leg = legs.first(); ; leg = goOn(legs, account)) {
      const outcome = await ask(house, snapshot, account, travel, legs, leg);
      if (outcome !== undefined) return outcome;
    }
  } finally {
    account.entry.route = legs.story;
  }
}

/** The next leg, or the failure of the last one. */
function goOn(legs: Legs, account: CallAccount): Leg {
  const { failure } = legs;
  const next = legs.next();
  if (next === undefined) throw failure;
  if (failure !== undefined) account.failedAt(failure);
  return next;
}

/** Undefined: it failed, and the legs know how. */
async function ask(
  house: House,
  snapshot: Snapshot,
  account: CallAccount,
  travel: Travel,
  legs: Legs,
  leg: Leg,
): Promise<TimedOutcome | undefined> {
  const { exchange, question } = travel;
  account.chose(leg.backend, leg.model);
  const affording = afford(house, account, travel, leg.backend, leg.model);
  if (affording !== undefined) await affording;
  let lease: Lease | undefined;
  legs.begin(leg);
  try {
    lease = await enterLane(house, snapshot, account, exchange, question);
    account.entered(lease);
    legs.entered();
    if (exchange.departure.hasLeft) throw clientLeft(exchange);
    const outcome = await answer(house, snapshot, account, toAnswer(travel, leg, lease !== undefined));
    legs.end(outcome.error);
    return outcome;
  } catch (thrown) {
    legs.end(asGatewayError(thrown));
    return undefined;
  } finally {
    lease?.release();
  }
}

function toAnswer(travel: Travel, { backend, model, isFallback }: Leg, isAdmitted: boolean): ToAnswer {
  const { exchange, question, recording } = travel;
  return { exchange, question, backend, model, isFallback, isAdmitted, recording };
}
