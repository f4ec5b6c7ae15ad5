/** Reports over a real PostgreSQL say what those over the ledger's own file say. */
import { afterAll, beforeAll, describe } from 'vitest';
import { LocalUsage } from '../../src/decisions/accounting/local-usage.ts';
import { Outbox } from '../../src/decisions/accounting/outbox.ts';
import { Reports } from '../../src/decisions/accounting/reports.ts';
import { SharedLedger } from '../../src/decisions/accounting/shared-ledger.ts';
import { PostgresLedger } from '../../src/storage/postgres/postgres-ledger.ts';
import { readHere } from '../../src/storage/sql-reader.ts';
import { type RunningPostgres, startPostgres } from '../support/postgres.ts';
import { placeOf } from '../support/postgres-place.ts';
import { describeReports } from '../support/report-suite.ts';

let postgres: RunningPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

/** Ships in pieces of that size, and leaves the last rows behind; 0 ships nothing. */
describe.each([0, 1, 500])('reports of a ledger shipped by %i rows', (piece) => {
  let store: PostgresLedger | undefined;

  describeReports(
    'of PostgreSQL',
    async ({ database, ledger, clock }) => {
      const reader = readHere(database);
      const outbox = new Outbox(database, reader, () => ledger.waitingCount === 0);
      store ??= new PostgresLedger(placeOf(await postgres.newDatabase(), postgres));
      await shipSome(store, outbox, piece);
      const sinceMs = clock.nowMs();
      const state = () => ({ what: 'well', why: undefined, sinceMs }) as const;
      const shared = new SharedLedger({ store, replica: () => outbox.replica, state, clock });
      return new Reports(new LocalUsage(database, reader), shared);
    },
    async () => {
      await store?.close();
      store = undefined;
    },
  );
});

async function shipSome(store: PostgresLedger, outbox: Outbox, piece: number): Promise<void> {
  const { replica } = outbox;
  outbox.moveMark(await store.register(replica, 'test', outbox.mark));
  for (let batch = outbox.next(piece); batch !== undefined; batch = outbox.next(piece)) {
    if (piece === 1 && batch.upTo === outbox.lastId) return;
    await store.send({ ...batch, replica, holder: 'test', after: outbox.mark });
    outbox.moveMark(batch.upTo);
  }
}
