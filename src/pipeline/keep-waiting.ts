import type { LaneView, WaitingView } from '../decisions/arbitration/lane-view.ts';
import type { CancelTimer, Clock } from '../model/clock.ts';
import { rateHeaders } from '../model/rate-standing.ts';
import { streamTypeOf } from './answer-head.ts';
import type { CallAccount } from './call-account.ts';
import type { Exchange } from './exchange.ts';
import type { House } from './house.ts';
import type { ReadQuestion } from './read-question.ts';
import type { Snapshot } from './snapshot.ts';

const SIGN_EVERY_MS = 10_000;

/** How long a head is held back for those who wait at a backend that belongs to no group. */
const HOLD_HEAD_MS = 4_000;

/** What is kept waiting, and how. */
interface Waiting {
  readonly house: House;
  readonly account: CallAccount;
  readonly exchange: Exchange;
  /** The model as its client calls it. */
  readonly model: string;
  readonly sign: 'comment' | 'delta';
}

/**
 * Keeps the client of a stream, and every proxy before it, from giving up while it waits for its turn (predecessors
 * 2.9); the answer stops it. Undefined: this one is sent nothing, because it or its operator does not want it, because
 * it waits for a whole answer, or because its streams have no place for it.
 */
export function keepWaiting(
  house: House,
  { config }: Snapshot,
  account: CallAccount,
  exchange: Exchange,
  { asked }: ReadQuestion,
): CancelTimer | undefined {
  const { keepalive } = account.app;
  const { sequenceGroup } = account.backend.config;
  const group = sequenceGroup === undefined ? undefined : config.backends.groups.get(sequenceGroup);
  const sign = keepalive ?? group?.keepalive ?? 'comment';
  if (sign === 'none' || !asked.isStream || !isOfEvents(exchange)) return undefined;
  const waiting = { house, account, exchange, model: asked.model ?? account.entry.model ?? '', sign };
  return inTurns(house.clock, group?.headerHoldMs ?? HOLD_HEAD_MS, () => giveSign(waiting));
}

/** Lines of JSON and arrays have nothing that clients skip. */
function isOfEvents({ dialect, address }: Exchange): boolean {
  return (
    dialect.streamListener !== undefined && streamTypeOf(dialect, address).startsWith('text/event-stream')
  );
}

/**
 * The head is held back at first, so that whoever is refused quickly gets a status of its own. From then on failures
 * are told in band.
 */
function giveSign(waiting: Waiting): void {
  const { account, exchange } = waiting;
  if (!exchange.departure.isClientThere) return;
  const { entry, rate } = account;
  const head = {
    contentType: streamTypeOf(exchange.dialect, exchange.address),
    backend: entry.backend ?? '',
    model: entry.model ?? '',
    ...account.waited,
    queueMs: account.waitingMs,
    others: rate === undefined ? [] : rateHeaders(rate),
  };
  exchange.keepWaiting(head, signOfLife(waiting));
}

function signOfLife({ house, exchange, model, sign }: Waiting): string {
  const { emptyFrame } = exchange.dialect;
  if (sign === 'delta' && emptyFrame !== undefined)
    return emptyFrame(model, Math.floor(house.clock.nowMs() / 1000));
  return comment(standingOf(house.arbiter.view(), exchange.requestId));
}

/**
 * One newline and not two: behind a blank line some clients look for an event that is not there. The event that
 * follows in its time ends the block.
 */
function comment(standing: WaitingView | undefined): string {
  if (standing === undefined) return ': queued\n';
  const { position, etaMs } = standing;
  return etaMs === undefined
    ? `: queued ${position}\n`
    : `: queued ${position} eta ${Math.ceil(etaMs / 1000)}\n`;
}

function standingOf(view: LaneView, requestId: string): WaitingView | undefined {
  for (const { waiting } of [...view.groups, ...view.backends]) {
    const found = waiting.find((one) => one.requestId === requestId);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Unlike `Clock.every` it keeps the process alive: somebody waits. */
function inTurns(clock: Clock, firstMs: number, callback: () => void): CancelTimer {
  let cancel = clock.after(firstMs, turn);
  function turn(): void {
    cancel = clock.after(SIGN_EVERY_MS, turn);
    callback();
  }
  return () => cancel();
}
