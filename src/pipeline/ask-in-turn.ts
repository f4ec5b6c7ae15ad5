import type { Lease } from '../decisions/arbitration/lease.ts';
import type { Weight } from '../decisions/routing/weigh-failure.ts';
import { asGatewayError, type GatewayError } from '../model/gateway-error.ts';
import { afford } from './afford.ts';
import { answer } from './answer.ts';
import { clientLeft } from './answer-from-backend.ts';
import type { TimedOutcome } from './answer-plan.ts';
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
    return await goOn({ house, snapshot, account, travel }, legs);
  } finally {
    account.entry.route = legs.story.text;
  }
}

async function goOn(asking: Asking, legs: Legs): Promise<TimedOutcome> {
  let leg = legs.first();
  for (;;) {
    const attempt = await ask(asking, legs, leg);
    if ('outcome' in attempt) return attempt.outcome;
    const next = legs.after(leg, attempt.weight);
    if (next === undefined) throw attempt.failure;
    asking.account.failedAt(attempt.failure);
    leg = next;
  }
}

interface Asking {
  readonly house: House;
  readonly snapshot: Snapshot;
  readonly account: CallAccount;
  readonly travel: Travel;
}

type Attempt =
  | { readonly outcome: TimedOutcome }
  | { readonly failure: GatewayError; readonly weight: Weight };

async function ask({ house, snapshot, account, travel }: Asking, legs: Legs, leg: Leg): Promise<Attempt> {
  const { exchange, question, identity, recording } = travel;
  account.chose(leg.backend, leg.model);
  afford(house, exchange, identity.app, leg.backend, leg.model);
  let lease: Lease | undefined;
  legs.begin(leg);
  try {
    lease = await enterLane(house, snapshot, account, exchange, question);
    account.entered(lease);
    legs.entered();
    if (exchange.departure.hasLeft) throw clientLeft(exchange);
    const isAdmitted = lease !== undefined;
    const toAnswer = { exchange, question, ...leg, isAdmitted, recording };
    const outcome = await answer(house, snapshot, account, toAnswer);
    legs.end(leg, outcome.error);
    return { outcome };
  } catch (thrown) {
    const failure = asGatewayError(thrown);
    return { failure, weight: legs.end(leg, failure) };
  } finally {
    lease?.release();
  }
}
