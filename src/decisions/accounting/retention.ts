import type { Database } from '../../storage/database.ts';
import type { SqlStatement } from '../../storage/sqlite-driver.ts';
import { LedgerFacts } from './ledger-facts.ts';
import { floorTo } from './usage-window.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Some three milliseconds. */
const ROWS_PER_PIECE = 500;

/**
 * The hour before which rows may go. A budget's running period may begin at any minute, which sums of hours cannot tell, so
 * its rows stay; a period without a beginning is told well enough by sums.
 */
export function retentionCutoff(
  nowMs: number,
  days: number,
  running: readonly { readonly startMs: number }[],
): number {
  const begun = running.map(({ startMs }) => startMs).filter((startMs) => startMs > 0);
  return floorTo(HOUR_MS, Math.max(Math.min(nowMs - days * DAY_MS, ...begun), 0));
}

/** Deletes old rows of the ledger in small pieces. What they add up to stays. */
export class Retention {
  readonly #database: Database;
  readonly #facts: LedgerFacts;
  readonly #isShipping: boolean;
  readonly #oldest: SqlStatement;
  readonly #delete: SqlStatement;

  /** @param isShipping rows go to another database as well, and stay here until they have arrived. */
  constructor(database: Database, isShipping: boolean) {
    this.#database = database;
    this.#facts = new LedgerFacts(database);
    this.#isShipping = isShipping;
    this.#oldest = database.prepare(
      'SELECT min(id) AS id FROM requests WHERE id < ? AND id <= ? AND id NOT IN (SELECT id FROM set_aside)',
    );
    this.#delete = database.prepare(`DELETE FROM requests WHERE id IN (
        SELECT id FROM requests WHERE id < ? AND id <= ? AND id NOT IN (SELECT id FROM set_aside)
        ORDER BY id LIMIT ?)`);
  }

  /** One piece of what is older; false when there is no more. Rows whose id ran ahead of their time stay until it came. */
  deleteSome(beforeMs: number): boolean {
    const bounds = [beforeMs * 1000, this.#lastThatMayGo()] as const;
    if (this.#oldest.get(...bounds)?.['id'] === null) return false;
    return this.#database.transaction(() => {
      if (beforeMs > this.#facts.number('rows_deleted_before')) {
        this.#facts.set('rows_deleted_before', beforeMs);
      }
      return Number(this.#delete.run(...bounds, ROWS_PER_PIECE).changes) === ROWS_PER_PIECE;
    });
  }

  #lastThatMayGo(): number {
    const folded = this.#facts.number('folded_to');
    return this.#isShipping ? Math.min(folded, this.#facts.number('shipped_to')) : folded;
  }
}
