import type { KeptAnswer } from '../decisions/cache/answer-cache.ts';
import type { TimedEvent } from '../providers/provider.ts';
import { replay } from './answer.ts';
import { clientLeft } from './answer-from-backend.ts';
import type { TimedOutcome } from './answer-plan.ts';
import { askInTurn } from './ask-in-turn.ts';
import { cacheKey, wantsFresh } from './cache-key.ts';
import type { CallAccount } from './call-account.ts';
import type { House } from './house.ts';
import type { Travel } from './legs.ts';
import { Recording } from './recording.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * The answer from the cache, where the app has one and it holds this question; else from a backend. Whoever asks what
 * somebody is asking already waits for that answer. Only whole answers are taken down; what is kept can be played
 * streamed as well.
 */
export function recallOrAsk(
  house: House,
  snapshot: Snapshot,
  account: CallAccount,
  travel: Travel,
): Promise<TimedOutcome> {
  const key = keyOf(travel);
  return key === undefined
    ? askInTurn(house, snapshot, account, travel)
    : recall(house, snapshot, account, travel, key);
}

/** What its answer is kept under; undefined: nobody looks for it, nor keeps it. */
function keyOf({ exchange, question, identity: { app }, choice }: Travel): string | undefined {
  if (!app.cache.isEnabled || exchange.dialect.kind === 'count') return undefined;
  return wantsFresh(exchange) ? undefined : cacheKey(exchange, question, choice.model, app);
}

async function recall(
  house: House,
  snapshot: Snapshot,
  account: CallAccount,
  travel: Travel,
  key: string,
): Promise<TimedOutcome> {
  const kept = find(house, key) ?? (await awaitFlight(house, travel, key));
  if (kept !== undefined) return giveAgain(house, snapshot, account, travel, kept);
  const mayKeep = !travel.question.asked.isStream && house.flights.of(key) === undefined;
  if (mayKeep) return findOrAsk(house, snapshot, account, travel, key);
  const elsewhere = await findElsewhere(house, snapshot, key);
  if (elsewhere !== undefined) return giveAgain(house, snapshot, account, travel, elsewhere);
  account.cache = 'miss';
  return askInTurn(house, snapshot, account, travel);
}

function find(house: House, key: string): KeptAnswer | undefined {
  return house.answerCache.find(key, house.clock.monotonicMs());
}

/** What another replica has kept; from then on it is kept here too, and no longer than there. */
async function findElsewhere(
  { sharedAnswers, answerCache, clock }: House,
  { config: { daemon } }: Snapshot,
  key: string,
): Promise<KeptAnswer | undefined> {
  const found = await sharedAnswers?.find(key, daemon.cache);
  if (found === undefined) return undefined;
  answerCache.keep(key, found.answer, found.leftMs, daemon.cache, clock.monotonicMs());
  return found.answer;
}

/** What the one who asks just now is told, if that is kept. Who leaves meanwhile harms nobody. */
async function awaitFlight(house: House, { exchange }: Travel, key: string): Promise<KeptAnswer | undefined> {
  const flight = house.flights.of(key);
  if (flight === undefined) return undefined;
  await new Promise<void>((resolve) => {
    const stopListening = exchange.departure.onLeave(resolve);
    void flight.then(() => {
      stopListening();
      resolve();
    });
  });
  if (exchange.departure.hasLeft) throw clientLeft(exchange);
  return find(house, key);
}

/** Looking elsewhere is part of the flight: of a thousand who ask the same at once, one looks. */
async function findOrAsk(
  house: House,
  snapshot: Snapshot,
  account: CallAccount,
  travel: Travel,
  key: string,
): Promise<TimedOutcome> {
  const land = house.flights.begin(key);
  let elsewhere: KeptAnswer | undefined;
  try {
    elsewhere = await findElsewhere(house, snapshot, key);
    if (elsewhere === undefined) return await askAndKeep(house, snapshot, account, travel, key);
  } finally {
    land();
  }
  return giveAgain(house, snapshot, account, travel, elsewhere);
}

async function askAndKeep(
  house: House,
  snapshot: Snapshot,
  account: CallAccount,
  travel: Travel,
  key: string,
): Promise<TimedOutcome> {
  account.cache = 'miss';
  const recording = new Recording();
  const outcome = await askInTurn(house, snapshot, account, { ...travel, recording });
  const { backend, model = '' } = account.entry;
  const { answer } = recording;
  if (outcome.error === undefined && answer !== undefined && backend !== undefined) {
    keep(house, snapshot, key, { backend, model, events: answer }, travel.identity.app.cache.ttlMs);
  }
  return outcome;
}

function keep(
  house: House,
  { config: { daemon } }: Snapshot,
  key: string,
  kept: KeptAnswer,
  ttlMs: number,
): void {
  house.answerCache.keep(key, kept, ttlMs, daemon.cache, house.clock.monotonicMs());
  house.sharedAnswers?.keep(key, kept, ttlMs, daemon.cache);
}

function giveAgain(
  house: House,
  snapshot: Snapshot,
  account: CallAccount,
  { exchange, question, choice }: Travel,
  { backend: name, model, events }: KeptAnswer,
): Promise<TimedOutcome> {
  const backend = snapshot.backends.get(name) ?? choice.candidates[0];
  account.cache = 'hit';
  account.chose(backend, model);
  account.entered(undefined);
  const toAnswer = { exchange, question, backend, model, isFallback: false, isAdmitted: false };
  return replay(house, snapshot, account, toAnswer, timed(events));
}

function* timed(events: KeptAnswer['events']): Generator<TimedEvent> {
  for (const event of events) yield { event, waitMs: 0 };
}
