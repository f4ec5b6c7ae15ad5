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
  account.cache = 'miss';
  const mayKeep = !travel.question.asked.isStream && house.flights.of(key) === undefined;
  return mayKeep
    ? askAndKeep(house, snapshot, account, travel, key)
    : askInTurn(house, snapshot, account, travel);
}

function find(house: House, key: string): KeptAnswer | undefined {
  return house.answerCache.find(key, house.clock.monotonicMs());
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

async function askAndKeep(
  house: House,
  snapshot: Snapshot,
  account: CallAccount,
  travel: Travel,
  key: string,
): Promise<TimedOutcome> {
  const land = house.flights.begin(key);
  try {
    const recording = new Recording();
    const outcome = await askInTurn(house, snapshot, account, { ...travel, recording });
    const { backend, model = '' } = account.entry;
    const { answer } = recording;
    if (outcome.error === undefined && answer !== undefined && backend !== undefined) {
      const { cache } = snapshot.config.daemon;
      const kept = { backend, model, events: answer };
      house.answerCache.keep(key, kept, travel.identity.app.cache.ttlMs, cache, house.clock.monotonicMs());
    }
    return outcome;
  } finally {
    land();
  }
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
