/**
 * Takes the ledger's rows to a database that replicas share, behind everybody's back: no request waits for it, and none
 * is lost to it. How far they have arrived is known there, in the same transaction as the rows; so after any trouble it is
 * asked, and gone on from. It knows no SQL and no PostgreSQL.
 */
import type { CancelTimer, Clock } from '../../model/clock.ts';
import type { SendAnswer, SentRows } from '../../storage/postgres/postgres-ledger.ts';
import { StoreFailure } from '../../storage/store-failure.ts';
import type { Outbox, OutgoingRows } from './outbox.ts';
import { afterRefusal, holderName } from './shipping-name.ts';

/** Reading so many takes the event loop about a millisecond. */
const ROWS_PER_BATCH = 250;
const IDLE_MS = 500;
const RETRY_FIRST_MS = 250;
const RETRY_LAST_MS = 30_000;
/** So many bad rows in a row are no longer the rows' fault. */
const BAD_ROWS_MAX = 10;
const SET_ASIDE_TRIED_MAX = 100;

export interface LedgerSink {
  /** Takes up the name for this holder alone; tells up to which row it has arrived. */
  register(replica: string, holder: string, from: number): Promise<number>;
  /** All of it, or nothing; a `StoreFailure` says whose fault it is. */
  send(rows: SentRows): Promise<SendAnswer>;
  /** What is under way fails. */
  close(): Promise<void>;
}

export interface ShippingState {
  readonly what: 'connecting' | 'well' | 'unreachable' | 'refused';
  /** In a sentence, where it is not well. */
  readonly why: string | undefined;
  readonly sinceMs: number;
}

export interface ShippingParts {
  readonly sink: LedgerSink;
  readonly outbox: Outbox;
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Another in each process. */
  readonly processName: string;
  readonly onTrouble: (sentence: string, cause: unknown) => void;
  readonly onRecovery: (sentence: string) => void;
  /** Called whenever rows begin to be taken, at the start and after trouble. */
  readonly onWell?: () => void;
}

export class Shipping {
  readonly #parts: ShippingParts;
  #state: ShippingState;
  #waitingCount = 0;
  #isRegistered = false;
  #attempts = 0;
  #holder = '';
  #badInARow = 0;
  #retryMs = RETRY_FIRST_MS;
  #isStopping = false;
  #isClosed = false;
  #wake = () => {};
  #running: Promise<void> = Promise.resolve();

  constructor(parts: ShippingParts) {
    this.#parts = parts;
    this.#state = { what: 'connecting', why: undefined, sinceMs: parts.clock.nowMs() };
  }

  get state(): ShippingState {
    return this.#state;
  }

  /** Rows in the ledger that have not arrived, as of some seconds ago at most. */
  get waitingCount(): number {
    return this.#waitingCount;
  }

  begin(): void {
    this.#running = this.#run();
  }

  /** Counts anew while something waits; to be called every few seconds. */
  async recount(): Promise<void> {
    if (this.#state.what === 'well' && this.#waitingCount === 0) return;
    this.#waitingCount = await this.#parts.outbox.countWaiting();
  }

  /** Ships what is left, if that can be done within this time, and closes. What cannot be shipped stays where it is. */
  async stop(withinMs: number): Promise<void> {
    this.#isStopping = true;
    this.#wake();
    let cancel: CancelTimer = () => {};
    const late = new Promise<void>((resolve) => {
      cancel = this.#parts.clock.after(withinMs, resolve);
    });
    await Promise.race([this.#running, late]);
    cancel();
    this.#isClosed = true;
    await this.#parts.sink.close();
    await this.#running;
  }

  async #run(): Promise<void> {
    for (;;) {
      // Rows may have come in during the pause that the stop has ended.
      const wasStopping = this.#isStopping;
      const isMore = await this.#turn();
      if (this.#isClosed || (wasStopping && !isMore)) return;
    }
  }

  /** One batch, or a pause. Is there more to do at once? */
  async #turn(): Promise<boolean> {
    try {
      if (!this.#isRegistered) await this.#register();
      const isMore = await this.#shipSome();
      this.#becomeWell();
      if (!isMore) await this.#pause(IDLE_MS);
      return isMore;
    } catch (thrown) {
      this.#isRegistered = false;
      this.#becomeUnwell(thrown);
      await this.#pause(this.#retryMs * (0.5 + this.#parts.random() / 2));
      this.#retryMs = Math.min(this.#retryMs * 2, RETRY_LAST_MS);
      return false;
    }
  }

  /** The mark that counts is the one over there. */
  async #register(): Promise<void> {
    const { sink, outbox } = this.#parts;
    const arrived = await sink.register(outbox.replica, this.#newHolder(), outbox.from);
    // More has arrived than there is: this file is older than that. New rows must not hide below the mark.
    if (arrived > outbox.lastId) await this.#takeNewName(outbox.lastId);
    else outbox.moveMark(arrived);
    this.#isRegistered = true;
    await this.#offerAgain();
  }

  async #takeNewName(from: number): Promise<void> {
    const { sink, outbox } = this.#parts;
    outbox.moveMark(await sink.register(outbox.rename(from), this.#newHolder(), from));
  }

  #newHolder(): string {
    this.#attempts += 1;
    this.#holder = holderName(this.#parts.processName, this.#attempts);
    return this.#holder;
  }

  async #shipSome(): Promise<boolean> {
    const batch = this.#parts.outbox.next(ROWS_PER_BATCH);
    if (batch !== undefined) await this.#ship(batch);
    const isMore = batch?.rows.length === ROWS_PER_BATCH;
    if (!isMore) this.#waitingCount = 0;
    return isMore;
  }

  async #ship(batch: OutgoingRows): Promise<void> {
    try {
      await this.#send(batch);
      this.#badInARow = 0;
    } catch (thrown) {
      if (!isFaultOfRow(thrown)) throw thrown;
      await this.#shipApart(batch, thrown);
    }
  }

  /** One of them is bad: by halves, which finds it. */
  async #shipApart({ rows, upTo }: OutgoingRows, reason: StoreFailure): Promise<void> {
    if (rows.length === 1) return this.#setAside(upTo, reason);
    const middle = Math.ceil(rows.length / 2);
    const first = rows.slice(0, middle);
    await this.#ship({ rows: first, upTo: Number(first.at(-1)?.['id']) });
    await this.#ship({ rows: rows.slice(middle), upTo });
  }

  async #setAside(id: number, reason: StoreFailure): Promise<void> {
    this.#badInARow += 1;
    if (this.#badInARow > BAD_ROWS_MAX) {
      const sentence = `it takes none of the entries any more: ${reason.message}`;
      throw new StoreFailure('refused', sentence, { cause: reason });
    }
    await this.#send({ rows: [], upTo: id });
    this.#parts.outbox.setAside(id, reason.message);
    this.#parts.onTrouble(`ledger entry ${id} is set aside: ${reason.message}`, reason);
  }

  /** What was set aside once: perhaps it was not the rows' fault. */
  async #offerAgain(): Promise<void> {
    const { outbox } = this.#parts;
    for (const row of outbox.setAsideRows(SET_ASIDE_TRIED_MAX)) {
      try {
        await this.#send({ rows: [row], upTo: outbox.mark });
        outbox.takeBack(Number(row['id']));
      } catch (thrown) {
        if (!isFaultOfRow(thrown)) throw thrown;
      }
    }
  }

  async #send({ rows, upTo }: OutgoingRows): Promise<void> {
    const { sink, outbox, processName } = this.#parts;
    const after = outbox.mark;
    const answer = await sink.send({ replica: outbox.replica, holder: this.#holder, after, upTo, rows });
    if (answer.isTaken) {
      outbox.moveMark(upTo);
      return;
    }
    if (afterRefusal(answer, processName, after) === 'take-new-name') outbox.rename(after);
    throw new StoreFailure('unreachable', 'the shared database was at another place in this ledger');
  }

  #becomeWell(): void {
    const { what } = this.#state;
    this.#retryMs = RETRY_FIRST_MS;
    if (what === 'well') return;
    this.#state = { what: 'well', why: undefined, sinceMs: this.#parts.clock.nowMs() };
    if (what !== 'connecting') this.#parts.onRecovery('PostgreSQL takes ledger entries again');
    this.#parts.onWell?.();
  }

  #becomeUnwell(thrown: unknown): void {
    const what = thrown instanceof StoreFailure && thrown.trouble === 'refused' ? 'refused' : 'unreachable';
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    const isNews = this.#state.what !== what || this.#state.why !== why;
    const sinceMs = this.#state.what === what ? this.#state.sinceMs : this.#parts.clock.nowMs();
    this.#state = { what, why, sinceMs };
    if (isNews && !this.#isStopping) {
      this.#parts.onTrouble(
        `PostgreSQL takes no ledger entries: ${why}. They are kept until it does`,
        thrown,
      );
    }
  }

  async #pause(ms: number): Promise<void> {
    if (this.#isStopping) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#parts.clock.after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}

function isFaultOfRow(thrown: unknown): thrown is StoreFailure {
  return thrown instanceof StoreFailure && thrown.trouble === 'row';
}
