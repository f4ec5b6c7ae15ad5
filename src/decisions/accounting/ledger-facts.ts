import type { Database } from '../../storage/database.ts';
import type { SqlStatement, SqlValue } from '../../storage/sqlite-driver.ts';

/**
 * - `folded_to`: the id up to which rows are in the sums
 * - `id_lead_ms`: by how much an id ran ahead of its time at most; ids only grow, and clocks are put back
 * - `rows_deleted_before`: the hour before which only sums are left
 * - `replica`: the name under which rows go to a shared database
 * - `shipped_from`: the id up to which they went under another name
 * - `shipped_to`: the id up to which they have arrived there
 */
export type FactName =
  | 'folded_to'
  | 'id_lead_ms'
  | 'rows_deleted_before'
  | 'replica'
  | 'shipped_from'
  | 'shipped_to';

/** The few things the ledger keeps in mind besides its rows. */
export class LedgerFacts {
  readonly #read: SqlStatement;
  readonly #write: SqlStatement;

  constructor(database: Database) {
    this.#read = database.prepare('SELECT value FROM ledger_facts WHERE name = ?');
    this.#write = database.prepare(
      'INSERT INTO ledger_facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    );
  }

  /** 0 where nothing is known. */
  number(name: FactName): number {
    return Number(this.#value(name) ?? 0);
  }

  text(name: FactName): string | undefined {
    const value = this.#value(name);
    return value === undefined ? undefined : String(value);
  }

  set(name: FactName, value: string | number): void {
    this.#write.run(name, value);
  }

  #value(name: FactName): SqlValue | undefined {
    return this.#read.get(name)?.['value'];
  }
}
