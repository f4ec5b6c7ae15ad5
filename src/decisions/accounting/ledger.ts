/**
 * The ledger: one row for every request, whatever its end. Entries closed in the same turn of the event loop
 * share one transaction; `close` resolves when that is in the file, so a client that waits for it before its
 * last byte has an entry that survives `kill -9` (promise 4). It knows no prices and no budgets.
 */
import type { Clock } from '../../model/clock.ts';
import type { LedgerOperation } from '../../model/operation.ts';
import type { Database } from '../../storage/database.ts';
import { Backlog } from './backlog.ts';
import { Entry } from './entry.ts';
import { rowOf } from './ledger-row.ts';
import { RowWriter } from './row-writer.ts';

const RETRY_FIRST_MS = 250;
/** Rows that are in memory only should not be there for much longer than the disk is full. */
const RETRY_LAST_MS = 4_000;

export interface LedgerOptions {
  readonly clock: Clock;
  /** Hears, in a sentence for the log, when rows cannot be written, and once when they can again. */
  readonly onTrouble?: ((sentence: string, cause: unknown) => void) | undefined;
  readonly onRecovery?: ((sentence: string) => void) | undefined;
}

interface Batch {
  readonly entries: Entry[];
  readonly written: Promise<void>;
  readonly resolve: () => void;
}

export class Ledger {
  readonly #clock: Clock;
  readonly #options: LedgerOptions;
  readonly #writer: RowWriter;
  readonly #backlog: Backlog;
  #batch: Batch | undefined;
  #lastId: number;
  /** Undefined = the database takes rows. */
  #retryDelayMs: number | undefined;
  #cancelRetry = () => {};

  /** Writes what an earlier process could not; blocks while it does. The database stays the caller's to close. */
  constructor(database: Database, options: LedgerOptions) {
    this.#clock = options.clock;
    this.#options = options;
    this.#writer = new RowWriter(database, (requestId, thrown) =>
      this.#report(`the ledger cannot keep the entry of request ${requestId}`, thrown),
    );
    this.#backlog = new Backlog(`${database.path}.spool.jsonl`);
    const newest = database.prepare('SELECT max(id) AS id FROM requests').get()?.['id'];
    this.#lastId = Math.max(Number(newest ?? 0), this.#backlog.lastId);
    const copy = this.#backlog.damagedCopy;
    if (copy !== undefined)
      this.#report(`some spooled ledger entries cannot be read; see ${copy}`, undefined);
    this.#drainAll();
  }

  /** Rows that wait for the database: the metric `ledger_spool_entries`. */
  get waitingCount(): number {
    return this.#backlog.count;
  }

  /** Rows given up for good because neither disk nor memory had room. */
  get lostCount(): number {
    return this.#backlog.lostCount;
  }

  open(requestId: string, operation: LedgerOperation): Entry {
    return new Entry(requestId, operation, this.#clock.nowMs());
  }

  /**
   * Ends an entry; its fields are final from here. Resolves, never rejects, when the row is in the database, or
   * on disk beside it while the database is in trouble. If even that fails it resolves all the same, loudly:
   * requests are not held up by a full disk (faults D7). Closing again writes nothing.
   */
  close(entry: Entry): Promise<void> {
    if (entry.id !== 0) return this.#batch?.entries.includes(entry) ? this.#batch.written : Promise.resolve();
    entry.closedAtMs = Math.trunc(this.#clock.nowMs());
    entry.id = this.#nextId(entry.closedAtMs);
    this.#batch ??= this.#startBatch();
    this.#batch.entries.push(entry);
    return this.#batch.written;
  }

  /** Writes what is closed so far without waiting for the turn to end; for reading sums right after. */
  writePending(): void {
    const batch = this.#batch;
    if (batch === undefined) return;
    this.#batch = undefined;
    if (this.#retryDelayMs === undefined) this.#write(batch.entries);
    else this.#keep(batch.entries);
    batch.resolve();
  }

  /** Everything closed so far is written, the waiting rows included if the database takes them again. */
  async flush(): Promise<void> {
    this.writePending();
    this.#drainAll();
  }

  /** For shutdown, after the last `close` and before the database is closed. */
  async stop(): Promise<void> {
    await this.flush();
    this.#cancelRetry();
    this.#backlog.close();
    const lost = this.#backlog.inMemoryCount;
    if (lost > 0)
      this.#report(`${lost} ledger entries are lost: neither database nor spool took them`, undefined);
  }

  #startBatch(): Batch {
    setImmediate(() => this.writePending());
    let resolve = () => {};
    const written = new Promise<void>((done) => {
      resolve = done;
    });
    return { entries: [], written, resolve };
  }

  /** Grows even when the wall clock steps back; see migration 001. */
  #nextId(nowMs: number): number {
    this.#lastId = Math.max(this.#lastId + 1, nowMs * 1000);
    return this.#lastId;
  }

  #write(entries: readonly Entry[]): void {
    try {
      this.#writer.writeEntries(entries);
    } catch (thrown) {
      this.#report('the database takes no ledger entries; they are kept beside it until it does', thrown);
      this.#keep(entries);
      this.#retryLater();
    }
  }

  #keep(entries: readonly Entry[]): void {
    const wasInMemory = this.#backlog.inMemoryCount > 0;
    const reason = this.#backlog.add(entries.map(rowOf));
    if (reason === undefined || wasInMemory) return;
    this.#report('the spool file takes no ledger entries either; they are in memory only', reason);
  }

  /** Doubles the pause each time. */
  #retryLater(): void {
    this.#retryDelayMs = Math.min((this.#retryDelayMs ?? RETRY_FIRST_MS / 2) * 2, RETRY_LAST_MS);
    this.#cancelRetry();
    this.#cancelRetry = this.#clock.after(this.#retryDelayMs, () => this.#retry());
  }

  /** One piece per turn, so that a long backlog does not hold up requests. */
  #retry(): void {
    if (!this.#drainSome()) return;
    if (this.#backlog.count > 0) this.#cancelRetry = this.#clock.after(0, () => this.#retry());
  }

  #drainAll(): void {
    while (this.#backlog.count > 0) {
      if (!this.#drainSome()) return;
    }
  }

  /** Is the database well? Then some of the backlog is in it, and new entries go there again. */
  #drainSome(): boolean {
    try {
      this.#backlog.drainSome((rows) => this.#writer.writeRows(rows));
    } catch (thrown) {
      if (this.#retryDelayMs === undefined)
        this.#report('the waiting ledger entries cannot be written yet', thrown);
      this.#retryLater();
      return false;
    }
    this.#retryDelayMs = undefined;
    this.#cancelRetry();
    if (this.#backlog.count === 0)
      this.#options.onRecovery?.('all waiting ledger entries are in the database');
    return true;
  }

  #report(sentence: string, cause: unknown): void {
    this.#options.onTrouble?.(sentence, cause);
  }
}
