import { randomBytes } from 'node:crypto';
import type { Database } from '../../storage/database.ts';
import type { SqlReader } from '../../storage/sql-reader.ts';
import type { SqlRow, SqlStatement } from '../../storage/sqlite-driver.ts';
import { LedgerFacts } from './ledger-facts.ts';

/** Rows that go together, oldest first. */
export interface OutgoingRows {
  readonly rows: readonly SqlRow[];
  /** The id of the last. */
  readonly upTo: number;
}

const nextSql = `SELECT id, created_at, request_id, app_id, operation, asked_model, model, backend, is_stream, status,
    outcome, error_code, prompt_tokens, completion_tokens, total_tokens, cached_tokens, is_usage_estimated, images,
    cost_micro, currency, is_unpriced, queue_ms, ttft_ms, latency_ms, started_at, client_ip, route,
    cache_hit, key_name
  FROM requests WHERE id > ? ORDER BY id LIMIT ?`;

const setAsideSql = `SELECT id, created_at, request_id, app_id, operation, asked_model, model, backend, is_stream, status,
    outcome, error_code, prompt_tokens, completion_tokens, total_tokens, cached_tokens, is_usage_estimated, images,
    cost_micro, currency, is_unpriced, queue_ms, ttft_ms, latency_ms, started_at, client_ip, route,
    cache_hit, key_name
  FROM requests WHERE id IN (SELECT id FROM set_aside) ORDER BY id LIMIT ?`;

const countSql = 'SELECT count(*) AS count FROM requests WHERE id > ?';

/**
 * The ledger as something to be shipped: its rows in the order of their ids, and a mark up to which they have arrived. No
 * list of its own is kept, so a request costs nothing more for being shipped, and what was there before is shipped too.
 */
export class Outbox {
  readonly #database: Database;
  readonly #reader: SqlReader;
  readonly #facts: LedgerFacts;
  readonly #next: SqlStatement;
  readonly #isWhole: () => boolean;

  /** @param isWhole false while rows wait beside the database: they would come in below the mark, and be missed. */
  constructor(database: Database, reader: SqlReader, isWhole: () => boolean) {
    this.#database = database;
    this.#reader = reader;
    this.#facts = new LedgerFacts(database);
    this.#next = database.prepare(nextSql);
    this.#isWhole = isWhole;
  }

  /** The name under which these rows are known elsewhere; random, for hosts of containers have any name. */
  get replica(): string {
    return this.#facts.text('replica') ?? this.rename(0);
  }

  /** From the row after this one on they go under another name. */
  rename(from: number): string {
    const name = randomBytes(8).toString('hex');
    this.#facts.set('replica', name);
    this.#facts.set('shipped_from', from);
    return name;
  }

  /** Where to begin with a database that does not know the name: with everything there is. */
  get from(): number {
    return this.#facts.number('shipped_from');
  }

  get mark(): number {
    return this.#facts.number('shipped_to');
  }

  /** Back as well: whoever was restored from a backup knows less than it did. */
  moveMark(id: number): void {
    this.#facts.set('shipped_to', id);
  }

  get lastId(): number {
    return Number(this.#database.prepare('SELECT max(id) AS id FROM requests').get()?.['id'] ?? 0);
  }

  next(rowsMax: number): OutgoingRows | undefined {
    if (!this.#isWhole()) return undefined;
    const rows = this.#next.all(this.mark, rowsMax);
    const last = rows.at(-1);
    return last === undefined ? undefined : { rows, upTo: Number(last['id']) };
  }

  async countWaiting(): Promise<number> {
    const [rows] = await this.#reader.read([{ sql: countSql, values: [this.mark] }]);
    return Number(rows?.[0]?.['count'] ?? 0);
  }

  /** Remembers that nobody wants this row. */
  setAside(id: number, why: string): void {
    this.#database
      .prepare(
        'INSERT INTO set_aside (id, why) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET why = excluded.why',
      )
      .run(id, why);
  }

  setAsideRows(rowsMax: number): SqlRow[] {
    return this.#database.prepare(setAsideSql).all(rowsMax);
  }

  takeBack(id: number): void {
    this.#database.prepare('DELETE FROM set_aside WHERE id = ?').run(id);
  }
}
