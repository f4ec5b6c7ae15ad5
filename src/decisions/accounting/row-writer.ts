import type { Database } from '../../storage/database.ts';
import { type SqlStatement, type SqlValue, sqliteCodeOf } from '../../storage/sqlite-driver.ts';
import type { Entry } from './entry.ts';
import { insertSql, type LedgerRow, requestIdOf, withColumns } from './ledger-row.ts';

/** SQLite's words for "this row, not the disk": too big, against a rule of the table, of the wrong type. */
const ROW_FAULTS: readonly (number | undefined)[] = [18, 19, 20];

/** Writes many rows in one transaction. A row that can never be written is set aside so that it harms no other. */
export class RowWriter {
  readonly #database: Database;
  readonly #onBadRow: (requestId: string, thrown: unknown) => void;
  readonly #insert: SqlStatement;
  readonly #runInsert: (...values: SqlValue[]) => unknown;

  constructor(database: Database, onBadRow: (requestId: string, thrown: unknown) => void) {
    this.#database = database;
    this.#onBadRow = onBadRow;
    this.#insert = database.prepare(insertSql);
    this.#runInsert = this.#insert.run.bind(this.#insert);
  }

  /** Throws only what is the database's fault; then none of the entries were written. */
  writeEntries(entries: readonly Entry[]): void {
    this.#write(
      entries,
      (entry) => withColumns(entry, this.#runInsert),
      (entry) => entry.requestId,
    );
  }

  writeRows(rows: readonly LedgerRow[]): void {
    this.#write(rows, (row) => this.#runInsert(...row), requestIdOf);
  }

  #write<T>(items: readonly T[], write: (item: T) => unknown, requestId: (item: T) => string): void {
    try {
      this.#database.transaction(() => {
        for (const item of items) write(item);
      });
    } catch (thrown) {
      if (!isFaultOfRow(thrown)) throw thrown;
      this.#writeWithoutBad(items, write, requestId, thrown);
    }
  }

  /** One of them is bad: each for itself, which finds it. */
  #writeWithoutBad<T>(
    items: readonly T[],
    write: (item: T) => unknown,
    requestId: (item: T) => string,
    thrown: unknown,
  ): void {
    const [first] = items;
    if (items.length === 1 && first !== undefined) this.#onBadRow(requestId(first), thrown);
    else for (const item of items) this.#write([item], write, requestId);
  }
}

function isFaultOfRow(thrown: unknown): boolean {
  return thrown instanceof TypeError || ROW_FAULTS.includes(sqliteCodeOf(thrown));
}
