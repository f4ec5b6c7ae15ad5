import { randomBytes } from 'node:crypto';
import type { Config, PostgresConfig } from '../config/config.ts';
import { HadElsewhere } from '../decisions/accounting/had-elsewhere.ts';
import type { Ledger } from '../decisions/accounting/ledger.ts';
import { LocalUsage } from '../decisions/accounting/local-usage.ts';
import { Outbox } from '../decisions/accounting/outbox.ts';
import { Reports } from '../decisions/accounting/reports.ts';
import { Retention, retentionCutoff } from '../decisions/accounting/retention.ts';
import { Rollup } from '../decisions/accounting/rollup.ts';
import { SharedLedger } from '../decisions/accounting/shared-ledger.ts';
import { Shipping, type ShippingState } from '../decisions/accounting/shipping.ts';
import type { Totals } from '../decisions/accounting/totals.ts';
import type { Clock } from '../model/clock.ts';
import type { Database } from '../storage/database.ts';
import type { PostgresLedger } from '../storage/postgres/postgres-ledger.ts';
import { ReadingThread } from '../storage/reading-thread.ts';
import { readHere, type SqlReader } from '../storage/sql-reader.ts';
import { StoreFailure } from '../storage/store-failure.ts';
import type { Log } from '../telemetry/logger.ts';
import { learnAllowances, learnTotals, runningWindows } from './learn-elsewhere.ts';

export interface LedgerKeepingParts {
  readonly database: Database;
  readonly ledger: Ledger;
  readonly totals: Totals;
  readonly clock: Clock;
  readonly log: Log;
  /** As it is now. */
  readonly config: () => Config;
  /** As it was at the start. */
  readonly postgres: PostgresConfig | undefined;
  /** Nobody is being served just now. */
  readonly isIdle: () => boolean;
}

/** How long a start waits for what other replicas have spent. */
const OPEN_WITHIN_MS = 3_000;
/** How long a stop waits for rows to arrive. */
const FLUSH_WITHIN_MS = 3_000;
const PIECES_APART_MS = 20;
const RECOUNT_EVERY_S = 5;
const ELSEWHERE_EVERY_S = 30;
const DELETE_WHEN_BUSY_EVERY_S = 10;
const DELETE_SHARED_EVERY_S = 20;
const SHARED_ROWS_PER_PIECE = 5_000;

/**
 * Everything that is done with the ledger besides writing its entries: sums, reports, taking it to PostgreSQL, learning
 * from there what others have spent, and deleting what is old. None of it is waited for by a request.
 */
export class LedgerKeeping {
  readonly reports: Reports;
  /** What other replicas have used of allowances. */
  readonly hadElsewhere = new HadElsewhere();
  readonly #parts: LedgerKeepingParts;
  readonly #thread: ReadingThread;
  readonly #reader: SqlReader;
  readonly #rollup: Rollup;
  readonly #retention: Retention;
  #shared:
    | { readonly shipping: Shipping; readonly ledger: SharedLedger; readonly store: PostgresLedger }
    | undefined;
  #seconds = 0;
  #isFolding = false;
  #wereTotalsRestored: boolean;

  constructor(parts: LedgerKeepingParts) {
    const { database, ledger, clock } = parts;
    this.#parts = parts;
    this.#thread = new ReadingThread(database.path, clock);
    this.#reader = this.#patientReader(readHere(database));
    this.#rollup = new Rollup(database, () => ledger.waitingCount === 0);
    this.#retention = new Retention(database, parts.postgres !== undefined);
    this.#wereTotalsRestored = this.#outbox().lastId > 0;
    const shared = {
      sums: (question: Parameters<SharedLedger['sums']>[0]) => this.#sharedLedger().sums(question),
    };
    this.reports = new Reports(
      new LocalUsage(database, this.#reader),
      parts.postgres === undefined ? undefined : shared,
    );
  }

  /** Undefined: no PostgreSQL is configured. */
  get shippingState(): ShippingState | undefined {
    return this.#shared?.shipping.state;
  }

  /** Entries that are not where they should be. */
  get waitingCount(): number {
    return this.#parts.ledger.waitingCount + (this.#shared?.shipping.waitingCount ?? 0);
  }

  /** Before anybody is served: what running budgets have had elsewhere, if that can be learned soon. */
  async open(): Promise<void> {
    const { postgres, clock } = this.#parts;
    if (postgres === undefined) return;
    const { PostgresLedger } = await import('../storage/postgres/postgres-ledger.ts');
    await new Promise<void>((resolve) => {
      const cancel = clock.after(OPEN_WITHIN_MS, resolve);
      const done = () => {
        cancel();
        resolve();
      };
      this.#share(new PostgresLedger(postgres), done);
    });
  }

  /** Once a second. */
  sweep(): void {
    this.#seconds += 1;
    if (!this.#isFolding) this.#fold();
    const isTurn = (everyS: number) => this.#seconds % everyS === 0;
    if (isTurn(RECOUNT_EVERY_S)) void this.#shared?.shipping.recount().catch(() => undefined);
    if (isTurn(ELSEWHERE_EVERY_S)) void this.#learnElsewhere();
    if (this.#parts.isIdle() || isTurn(DELETE_WHEN_BUSY_EVERY_S)) this.#deleteSome();
    if (isTurn(DELETE_SHARED_EVERY_S)) void this.#deleteShared();
  }

  /** After the last entry was written, and before the database is closed. */
  async stop(): Promise<void> {
    await this.#shared?.shipping.stop(FLUSH_WITHIN_MS);
    await this.#thread.stop();
  }

  /** Where no thread can be had, a slow report is better than none. */
  #patientReader(here: SqlReader): SqlReader {
    return {
      read: (questions) =>
        this.#thread.read(questions).catch((thrown: unknown) => {
          this.#parts.log.warn('the thread that reads the ledger failed; it is read here', { error: thrown });
          return here.read(questions);
        }),
    };
  }

  #outbox(): Outbox {
    const { database, ledger } = this.#parts;
    return new Outbox(database, this.#reader, () => ledger.waitingCount === 0);
  }

  #share(store: PostgresLedger, onOpen: () => void): void {
    const { clock, log } = this.#parts;
    const outbox = this.#outbox();
    const shipping = new Shipping({
      ...{ sink: store, outbox, clock },
      random: Math.random,
      processName: randomBytes(6).toString('hex'),
      onTrouble: (sentence, cause) => {
        log.error(sentence, { error: cause });
        onOpen();
      },
      onRecovery: (sentence) => log.info(sentence),
      onWell: () => void this.#learnElsewhere().then(onOpen),
    });
    const state = () => shipping.state;
    const ledger = new SharedLedger({ store, replica: () => outbox.replica, state, clock });
    this.#shared = { shipping, ledger, store };
    shipping.begin();
  }

  #sharedLedger(): SharedLedger {
    if (this.#shared !== undefined) return this.#shared.ledger;
    throw new StoreFailure('unreachable', 'PostgreSQL cannot be asked: there is no connection yet.');
  }

  async #learnElsewhere(): Promise<void> {
    if (this.#shared === undefined) return;
    const { totals, clock, log } = this.#parts;
    try {
      await learnAllowances(this.#shared.ledger, this.hadElsewhere, this.#runningWindows());
      if (!this.#wereTotalsRestored) await learnTotals(this.#shared.ledger, totals, clock.nowMs());
      this.#wereTotalsRestored = true;
    } catch (thrown) {
      log.debug('what other replicas have spent cannot be learned now', { error: thrown });
    }
  }

  /** Piece by piece, with room for others in between. */
  #fold(): void {
    this.#isFolding = this.#attempt('rows of the ledger cannot be summed up now', () => this.#rollup.fold());
    if (this.#isFolding) this.#parts.clock.after(PIECES_APART_MS, () => this.#fold());
  }

  #deleteSome(): void {
    const beforeMs = this.#cutoff();
    if (beforeMs === undefined || !this.#isMarkKnown()) return;
    this.#attempt('old rows of the ledger cannot be deleted now', () => this.#retention.deleteSome(beforeMs));
  }

  /** What has arrived elsewhere may have been lost there since; nothing is deleted before that was asked. */
  #isMarkKnown(): boolean {
    return this.#parts.postgres === undefined || this.#shared?.shipping.state.what === 'well';
  }

  async #deleteShared(): Promise<void> {
    const beforeMs = this.#cutoff();
    if (beforeMs === undefined || this.#shared?.shipping.state.what !== 'well') return;
    try {
      await this.#shared.store.deleteSome(beforeMs, SHARED_ROWS_PER_PIECE);
    } catch (thrown) {
      this.#parts.log.warn('old rows cannot be deleted from PostgreSQL now', { error: thrown });
    }
  }

  #cutoff(): number | undefined {
    const days = this.#parts.config().daemon.database.retentionDays;
    if (days === undefined) return undefined;
    return retentionCutoff(this.#parts.clock.nowMs(), days, this.#runningWindows());
  }

  #runningWindows() {
    return runningWindows(this.#parts.config(), this.#parts.clock.nowMs());
  }

  /** It will be tried again in a second; a full disk has been reported by whoever met it first. */
  #attempt(what: string, work: () => boolean): boolean {
    try {
      return work();
    } catch (thrown) {
      this.#parts.log.debug(what, { error: thrown });
      return false;
    }
  }
}
