import { Spool } from '../../storage/spool.ts';
import { idOf, type LedgerRow, readRow } from './ledger-row.ts';

/** About 150 MB of spool file, an hour of 140 requests per second. */
const ON_DISK_MAX = 500_000;
const IN_MEMORY_MAX = 100_000;
const ROWS_PER_DRAIN = 500;

/**
 * Rows waiting for the database: in the spool file if that can be written, else in memory. Bounded: past the
 * bounds the oldest in memory are given up and counted, because traffic goes on (faults D7). A row may come out
 * twice after a crash; its id makes that harmless.
 */
export class Backlog {
  readonly #spool: Spool;
  #inMemory: LedgerRow[] = [];
  #lostCount = 0;
  /** The greatest id an earlier process left waiting; 0 = none. */
  readonly lastId: number;
  /** Where the spool file as it was found is kept, if some of its lines could not be read (faults D5). */
  readonly damagedCopy: string | undefined;

  constructor(spoolPath: string) {
    this.#spool = new Spool(spoolPath);
    const { lastId, damagedCount } = inspect(this.#spool);
    this.lastId = lastId;
    this.damagedCopy = damagedCount > 0 ? this.#spool.keepEvidence() : undefined;
  }

  /** Rows waiting, wherever they are. */
  get count(): number {
    return this.#spool.count + this.#inMemory.length;
  }

  /** Rows that exist nowhere else and would not survive this process. */
  get inMemoryCount(): number {
    return this.#inMemory.length;
  }

  /** Rows given up. */
  get lostCount(): number {
    return this.#lostCount;
  }

  /** Keeps rows, on disk if at all possible. Returns why they are only in memory, or undefined. */
  add(rows: readonly LedgerRow[]): unknown {
    for (const row of rows) this.#inMemory.push(row);
    const reason = this.#moveToDisk();
    const excess = Math.max(this.#inMemory.length - IN_MEMORY_MAX, 0);
    this.#inMemory.splice(0, excess);
    this.#lostCount += excess;
    return reason;
  }

  /** Gives the next rows to `write` and forgets them; if that throws they stay. */
  drainSome(write: (rows: readonly LedgerRow[]) => void): void {
    if (this.#spool.count > 0) {
      const chunk = this.#spool.peek();
      write(readRows(chunk.lines));
      this.#spool.drop(chunk);
    } else {
      write(this.#inMemory.slice(0, ROWS_PER_DRAIN));
      this.#inMemory.splice(0, ROWS_PER_DRAIN);
    }
  }

  /** Saves what can be saved and lets go of the file. */
  close(): void {
    this.#moveToDisk();
    this.#spool.close();
  }

  #moveToDisk(): unknown {
    if (this.#inMemory.length === 0) return undefined;
    if (this.#spool.count + this.#inMemory.length > ON_DISK_MAX) return new Error('the spool file is full');
    try {
      this.#spool.append(this.#inMemory.map((row) => JSON.stringify(row)));
      this.#inMemory = [];
      return undefined;
    } catch (thrown) {
      return thrown;
    }
  }
}

function inspect(spool: Spool): { lastId: number; damagedCount: number } {
  let lastId = 0;
  let damagedCount = 0;
  for (const { lines } of spool.chunks()) {
    const rows = readRows(lines);
    damagedCount += lines.length - rows.length;
    for (const row of rows) lastId = Math.max(lastId, idOf(row));
  }
  return { lastId, damagedCount };
}

function readRows(lines: readonly string[]): LedgerRow[] {
  return lines.map(readRow).filter((row) => row !== undefined);
}
