import type { LaneRequest } from '../decisions/arbitration/lane-limits.ts';
import type { LaneView, WaitingView } from '../decisions/arbitration/lane-view.ts';
import type { CancelTimer } from '../model/clock.ts';
import { streamTypeOf } from './answer-head.ts';
import type { CallAccount } from './call-account.ts';
import type { AnswerHead, Exchange } from './exchange.ts';
import type { House } from './house.ts';
import { limitHeaders } from './limit-headers.ts';
import type { ReadQuestion } from './read-question.ts';
import type { Snapshot } from './snapshot.ts';

/** After so long a silence, and as long again after every sign. */
const SIGN_EVERY_MS = 10_000;

/** How long a head is held back for those who wait at a backend that belongs to no group. */
const HOLD_HEAD_MS = 4_000;

/** Whose client is kept from giving up, and how. */
interface Kept {
  readonly house: House;
  readonly account: CallAccount;
  readonly exchange: Exchange;
  readonly request: LaneRequest;
  /** The model as its client calls it. */
  readonly model: string;
  readonly sign: 'comment' | 'delta';
  readonly holdHeadMs: number;
}

/**
 * What keeps the client of a stream, and every proxy before it, from giving up (predecessors 2.9). Undefined: this one
 * is sent nothing, because it or its operator does not want it, because it waits for a whole answer, or because its
 * streams have no place for it.
 */
export function signsOfLife(
  house: House,
  { config }: Snapshot,
  account: CallAccount,
  exchange: Exchange,
  { asked }: ReadQuestion,
  request: LaneRequest,
): SignsOfLife | undefined {
  const { keepalive } = account.app;
  const group = request.group === undefined ? undefined : config.backends.groups.get(request.group);
  const sign = keepalive ?? group?.keepalive ?? 'comment';
  if (sign === 'none' || !asked.isStream || !isOfEvents(exchange)) return undefined;
  const holdHeadMs = group?.headerHoldMs ?? HOLD_HEAD_MS;
  return new SignsOfLife({
    house,
    account,
    exchange,
    request,
    model: asked.model ?? request.model,
    sign,
    holdHeadMs,
  });
}

/** Lines of JSON and arrays have nothing that clients skip, and what is only passed on may come in another form than was asked for. */
function isOfEvents({ dialect, address }: Exchange): boolean {
  if (dialect.kind === 'passing') return false;
  return (
    dialect.streamListener !== undefined && streamTypeOf(dialect, address).startsWith('text/event-stream')
  );
}

/**
 * The signs one stream is given: comments (or what its app has chosen) from when it has waited for a while until its
 * answer begins; after that, where the dialect has a frame for it, a ping whenever the backend is silent. Between the
 * first sign and the last, one sweep a second looks after all calls.
 */
export class SignsOfLife {
  readonly #kept: Kept;
  #cancelFirst: CancelTimer | undefined;
  /** A first sign took the head along. */
  #isHeadSent = false;
  #quietSinceMs = 0;
  #writesSeen = 0;

  constructor(kept: Kept) {
    this.#kept = kept;
  }

  /**
   * It must wait for its turn. The head is held back at first, so that whoever is refused quickly gets a status of its
   * own; from the first sign on failures are told in band.
   */
  wait(): void {
    const { house, holdHeadMs } = this.#kept;
    this.#cancelFirst = house.clock.after(holdHeadMs, () => {
      this.#isHeadSent = true;
      this.#giveSign(house.clock.monotonicMs());
    });
  }

  /** It has its turn, or was turned away: if it was sent nothing until now, the answer may still choose its head. */
  stopWaiting(): void {
    this.#cancelFirst?.();
  }

  /** To be called once a second while the call lives. */
  sweep(nowMs: number): void {
    const { exchange } = this.#kept;
    if (!exchange.hasStarted) {
      if (this.#isHeadSent && this.#isQuiet(nowMs)) this.#giveSign(nowMs);
    } else if (exchange.writes !== this.#writesSeen) {
      this.#writesSeen = exchange.writes;
      this.#quietSinceMs = nowMs;
    } else if (this.#isQuiet(nowMs) && !exchange.isBehind) {
      this.#ping();
    }
  }

  #isQuiet(nowMs: number): boolean {
    return nowMs - this.#quietSinceMs >= SIGN_EVERY_MS;
  }

  #giveSign(nowMs: number): void {
    const { exchange } = this.#kept;
    this.#quietSinceMs = nowMs;
    if (exchange.departure.isClientThere) exchange.keepWaiting(this.#head(), this.#sign());
  }

  /** It counts as a write, so the next one comes as long after it. */
  #ping(): void {
    const { exchange } = this.#kept;
    const { pingFrame } = exchange.dialect;
    if (pingFrame !== undefined && exchange.departure.isClientThere) exchange.write(pingFrame);
  }

  #head(): AnswerHead {
    const { account, exchange, request } = this.#kept;
    const { backend, model } = request;
    return {
      contentType: streamTypeOf(exchange.dialect, exchange.address),
      backend,
      model,
      cache: account.cache,
      ...account.waited,
      queueMs: account.waitingMs,
      others: account.rate === undefined ? [] : limitHeaders(exchange.dialect, account.rate),
    };
  }

  #sign(): string {
    const { house, exchange, model, sign, request } = this.#kept;
    const { emptyFrame } = exchange.dialect;
    if (sign === 'delta' && emptyFrame !== undefined)
      return emptyFrame(model, Math.floor(house.clock.nowMs() / 1000));
    return comment(standingOf(house.arbiter.view(), request));
  }
}

/**
 * One newline and not two: behind a blank line some clients look for an event that is not there. The event that
 * follows in its time ends the block.
 */
function comment(standing: WaitingView | undefined): string {
  if (standing === undefined) return ': running\n';
  const { position, etaMs } = standing;
  return etaMs === undefined
    ? `: queued ${position}\n`
    : `: queued ${position} eta ${Math.ceil(etaMs / 1000)}\n`;
}

function standingOf(view: LaneView, request: LaneRequest): WaitingView | undefined {
  for (const { waiting } of [...view.groups, ...view.backends]) {
    const found = waiting.find((one) => one.request === request);
    if (found !== undefined) return found;
  }
  return undefined;
}
