import type { Database } from '../../storage/database.ts';
import type { SqlStatement } from '../../storage/sqlite-driver.ts';

/** When an app was here last, by what this daemon's ledger still has. */
export class LastSeen {
  readonly #latest: SqlStatement;

  constructor(database: Database) {
    // The index by app and time has it at its end.
    this.#latest = database.prepare('SELECT max(created_at) AS at FROM requests WHERE app_id = ?');
  }

  /** Wall time at which its latest request was over; undefined: none is known. */
  of(appId: string): number | undefined {
    const at = this.#latest.get(appId)?.['at'];
    return at === null || at === undefined ? undefined : Number(at);
  }
}
