import {
  deleteSomeSql,
  holderSql,
  moveRetentionSql,
  registerSql,
  retentionLockSql,
  rowsDeletedBeforeSql,
  shipSql,
  sumsSql,
} from './ledger-sql.ts';
import { migratePostgres } from './migrate-postgres.ts';
import type { PostgresPlace } from './postgres-place.ts';
import { PostgresPool, type PostgresRow, type RunQuery } from './postgres-pool.ts';
import { sendableJson } from './sendable-json.ts';

/** "sluice" in ASCII, and one more: another lock than that of the migrations. */
const RETENTION_LOCK = 0x73_6c_75_69_63_66;

/** The end of the year 9999: PostgreSQL's time ends somewhat before the largest number. */
const LATEST_MS = 253_402_300_799_999;

/** Rows of one replica, in order, and the marks before and after them. */
export interface SentRows {
  readonly replica: string;
  readonly holder: string;
  readonly after: number;
  readonly upTo: number;
  readonly rows: readonly object[];
}

/** `holder` and `shippedTo` are those of whoever has the name now; undefined: nobody has. */
export type SendAnswer =
  | { readonly isTaken: true }
  | { readonly isTaken: false; readonly holder: string | undefined; readonly shippedTo: number };

export interface SumsWanted {
  /** Six moments between which rows, hours, days, hours and rows are read, given the hour before which rows are gone. */
  readonly momentsMs: (rowsDeletedBeforeMs: number) => readonly number[];
  readonly appId: string | undefined;
  readonly exceptReplica: string | undefined;
  /** Lines are wanted for each of these: by app, backend, model, day, hour? */
  readonly groupings: readonly (readonly boolean[])[];
  readonly linesMax: number;
}

export interface SumsFound {
  /** How far the ledger of the replica that asks has arrived. */
  readonly shippedTo: number;
  /** Per grouping, its lines. */
  readonly lines: readonly (readonly PostgresRow[])[];
}

/** The ledger's tables in PostgreSQL. Whatever fails, fails as a `StoreFailure`. */
export class PostgresLedger {
  readonly #pool: PostgresPool;

  constructor(place: PostgresPlace) {
    this.#pool = new PostgresPool(place);
  }

  /**
   * Makes sure of the tables, and takes up a replica's name for `holder` alone. Tells up to which row it has arrived; a
   * name that is new begins at `from`.
   */
  async register(replica: string, holder: string, from: number): Promise<number> {
    await migratePostgres(this.#pool);
    const [row] = await this.#pool.use((query) => query(registerSql, [replica, holder, from]));
    return Number(row?.['shipped_to']);
  }

  async send({ replica, holder, after, upTo, rows }: SentRows): Promise<SendAnswer> {
    return this.#pool.use(async (query) => {
      const done = await query(shipSql, [sendableJson(rows), replica, holder, after, upTo]);
      if (done.length > 0) return { isTaken: true };
      const [now] = await query(holderSql, [replica]);
      const holderNow = now === undefined ? undefined : String(now['holder']);
      return { isTaken: false, holder: holderNow, shippedTo: Number(now?.['shipped_to'] ?? 0) };
    });
  }

  /** Everything as of one moment. */
  async sums(replica: string, wanted: SumsWanted): Promise<SumsFound> {
    return this.#pool.transaction('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', async (query) => {
      const [mark] = await query(holderSql, [replica]);
      const moments = wanted.momentsMs(await rowsDeletedBefore(query)).map((ms) => Math.min(ms, LATEST_MS));
      const lines: (readonly PostgresRow[])[] = [];
      for (const grouping of wanted.groupings) {
        const { appId = null, exceptReplica = null, linesMax } = wanted;
        lines.push(await query(sumsSql, [...moments, appId, exceptReplica, ...grouping, linesMax]));
      }
      return { shippedTo: Number(mark?.['shipped_to'] ?? 0), lines };
    });
  }

  /** Deletes some rows older than that, if no other replica is at it; tells how many. Their sums stay. */
  async deleteSome(beforeMs: number, rowsMax: number): Promise<number> {
    return this.#pool.transaction('BEGIN', async (query) => {
      const [lock] = await query(retentionLockSql, [RETENTION_LOCK]);
      if (lock?.['is_ours'] !== true) return 0;
      await query(moveRetentionSql, [beforeMs]);
      return (await query(deleteSomeSql, [beforeMs, rowsMax])).length;
    });
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}

async function rowsDeletedBefore(query: RunQuery): Promise<number> {
  const [row] = await query(rowsDeletedBeforeSql);
  return Number(row?.['ms'] ?? 0);
}
