/** The ledger's tables in a real PostgreSQL: whose they are, what arrives in them, and how often. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Migration } from '../../src/storage/migrations/migration.ts';
import { migratePostgres } from '../../src/storage/postgres/migrate-postgres.ts';
import { allMigrations } from '../../src/storage/postgres/migrations/all-migrations.ts';
import { PostgresLedger } from '../../src/storage/postgres/postgres-ledger.ts';
import { PostgresPool } from '../../src/storage/postgres/postgres-pool.ts';
import { type RunningPostgres, startPostgres, type TestDatabase } from '../support/postgres.ts';
import { placeOf } from '../support/postgres-place.ts';

let postgres: RunningPostgres;
let database: TestDatabase;
let open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  database = await postgres.newDatabase();
});
afterEach(async () => {
  await Promise.all(open.map((one) => one.close()));
  open = [];
});

function ledger(): PostgresLedger {
  const made = new PostgresLedger(placeOf(database, postgres));
  open.push(made);
  return made;
}

function pool(): PostgresPool {
  const made = new PostgresPool(placeOf(database, postgres));
  open.push(made);
  return made;
}

const AT = Date.UTC(2026, 10, 20, 12, 30);

function row(id: number, fields: object = {}): object {
  return {
    ...{ id, created_at: AT, request_id: `r${id}`, app_id: 'demo', operation: 'chat', asked_model: null },
    ...{ model: 'm', backend: 'b', is_stream: 1, status: 200, outcome: 'complete', error_code: null },
    ...{ prompt_tokens: 10, completion_tokens: 5, total_tokens: 15, cached_tokens: null },
    ...{ is_usage_estimated: 0, images: 0, cost_micro: 1_250_000, currency: 'usd', is_unpriced: 0 },
    ...{ queue_ms: null, ttft_ms: 3, latency_ms: 20, started_at: AT - 20, client_ip: null, route: null },
    ...{ cache_hit: 0, key_name: null },
    ...fields,
  };
}

const count = async (table = 'requests') =>
  Number((await database.query(`SELECT count(*) AS count FROM ${table}`))[0]?.['count']);
const sumOfHours = async () =>
  Number((await database.query('SELECT sum(requests) AS sum FROM usage_by_hour'))[0]?.['sum']);

describe('the schema', () => {
  it('is made once, however many replicas start at the same moment', async () => {
    const marks = await Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map((name) => ledger().register(name, 'x:1', 0)),
    );
    expect(marks).toEqual([0, 0, 0, 0, 0]);
    expect(await count('sluice_migrations')).toBe(allMigrations.length);
    expect(await count('sluice_replicas')).toBe(5);
  });

  it('is not made where a table of that name is somebody else’s, and nothing is touched', async () => {
    await database.query('CREATE TABLE requests (mine text)');
    await database.query("INSERT INTO requests VALUES ('precious')");
    await expect(ledger().register('a', 'x:1', 0)).rejects.toMatchObject({
      trouble: 'refused',
      message: expect.stringMatching(/table "requests" that Sluice did not make: name an empty database/),
    });
    const tables = await database.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
    expect(tables).toEqual([{ tablename: 'requests' }]);
    expect(await database.query('SELECT * FROM requests')).toEqual([{ mine: 'precious' }]);
  });

  it('of a later release is left alone', async () => {
    await ledger().register('a', 'x:1', 0);
    await database.query("INSERT INTO sluice_migrations (id) VALUES ('999-later')");
    await expect(ledger().register('a', 'x:2', 0)).rejects.toMatchObject({
      trouble: 'refused',
      message: expect.stringContaining('newer release of Sluice (it has 999-later)'),
    });
    expect((await database.query('SELECT holder FROM sluice_replicas'))[0]?.['holder']).toBe('x:1');
  });

  it('of an earlier release gets what it lacks, and replicas of that release go on sending', async () => {
    const { ledger: first } = await import('../../src/storage/postgres/migrations/001-ledger.ts');
    await migratePostgres(pool(), [first]);
    await database.query("INSERT INTO sluice_replicas VALUES ('old', 'x:1', 0, now())");
    const sendAsBefore = (id: number) =>
      database.query(`WITH fresh AS (
          INSERT INTO requests (replica, entry, request_id, app_id, operation, is_stream, status, outcome, cost,
            cost_micro, is_unpriced, prompt_tokens, is_usage_estimated, images, latency_ms, started_at, created_at)
          VALUES ('old', ${id}, 'r', 'demo', 'chat', false, 200, 'complete', 0, 0, false, 10, false, 0, 1, now(), now())
          RETURNING *)
        INSERT INTO usage_by_hour AS known (starts_at, replica, app_id, backend, model, currency, requests, errors,
          unpriced, images, cost_micro, prompt_tokens, completion_tokens, total_tokens, latency_ms)
        SELECT date_trunc('hour', created_at), 'old', 'demo', '', '', '', 1, 0, 0, 0, 0, 10, 0, 10, 1 FROM fresh
        ON CONFLICT (starts_at, replica, app_id, backend, model, currency)
        DO UPDATE SET requests = known.requests + 1, prompt_tokens = known.prompt_tokens + 10`);
    await sendAsBefore(1);
    await ledger().register('new', 'y:1', 0);
    await sendAsBefore(2);
    expect(await database.query('SELECT cache_hit, key_name FROM requests')).toEqual([
      { cache_hit: false, key_name: null },
      { cache_hit: false, key_name: null },
    ]);
    const sums = await database.query('SELECT requests, prompt_tokens, hit_prompt_tokens FROM usage_by_hour');
    expect(sums).toEqual([{ requests: '2', prompt_tokens: '20', hit_prompt_tokens: '0' }]);
    await expect(migratePostgres(pool(), [first])).rejects.toMatchObject({
      trouble: 'refused',
      message: expect.stringContaining('newer release of Sluice (it has 002-cache-hits-and-key-names'),
    });
  });

  it('that fails half-way leaves nothing, and is completed the next time', async () => {
    const good: Migration = { id: '900-more', sql: 'CREATE TABLE more (x integer)' };
    const bad: Migration = { id: '900-more', sql: 'CREATE TABLE more (x integer); SELECT 1 / 0' };
    await expect(migratePostgres(pool(), [...allMigrations, bad])).rejects.toThrow();
    expect(await count("pg_tables WHERE schemaname = 'public'")).toBe(0);
    await migratePostgres(pool(), allMigrations);
    await migratePostgres(pool(), [...allMigrations, good]);
    expect(await database.query('SELECT id FROM sluice_migrations ORDER BY id')).toEqual([
      ...allMigrations.map(({ id }) => ({ id })),
      { id: '900-more' },
    ]);
  });

  it('says what is missing where the user may not make tables', async () => {
    await database.query("CREATE ROLE weak LOGIN PASSWORD 'weak'").catch(() => undefined);
    const { Secret } = await import('../../src/model/secret.ts');
    const weak = new PostgresLedger(
      placeOf(database, postgres, { username: 'weak', password: new Secret('weak') }),
    );
    open.push(weak);
    await expect(weak.register('a', 'x:1', 0)).rejects.toMatchObject({
      trouble: 'refused',
      message: expect.stringMatching(/may not do that; make it the owner of the database/),
    });
  });
});

describe('rows', () => {
  it('arrive with what row 000-70 names, exactly', async () => {
    const store = ledger();
    await store.register('a', 'x:1', 0);
    const sent = { replica: 'a', holder: 'x:1', after: 0, upTo: 7, rows: [row(7)] };
    expect(await store.send(sent)).toEqual({ isTaken: true });
    const [found] = await database.query('SELECT *, extract(epoch FROM created_at) AS epoch FROM requests');
    expect(found).toMatchObject({
      ...{ id: '1', replica: 'a', entry: '7', request_id: 'r7', app_id: 'demo', backend: 'b', model: 'm' },
      ...{ operation: 'chat', cost: '1.250000', prompt_tokens: '10', completion_tokens: '5' },
      ...{ total_tokens: '15', cached_tokens: null, latency_ms: 20, is_stream: true, is_unpriced: false },
    });
    expect(Number(found?.['epoch']) * 1000).toBe(AT);
    expect(await database.query('SELECT requests, cost_micro FROM usage_by_day')).toEqual([
      { requests: '1', cost_micro: '1250000' },
    ]);
  });

  it('tell which answers came from the cache, and by the name of which key they were asked for', async () => {
    const store = ledger();
    await store.register('a', 'x:1', 0);
    const rows = [row(1, { key_name: 'laptop' }), row(2, { cache_hit: 1 }), row(3, { cache_hit: 1 })];
    await store.send({ replica: 'a', holder: 'x:1', after: 0, upTo: 3, rows });
    expect(await database.query('SELECT cache_hit, key_name FROM requests ORDER BY id LIMIT 2')).toEqual([
      { cache_hit: false, key_name: 'laptop' },
      { cache_hit: true, key_name: null },
    ]);
    for (const table of ['usage_by_hour', 'usage_by_day']) {
      const sums = await database.query(
        `SELECT prompt_tokens, cache_hits, hit_prompt_tokens, hit_completion_tokens FROM ${table}`,
      );
      expect(sums).toEqual([
        { prompt_tokens: '30', cache_hits: '2', hit_prompt_tokens: '20', hit_completion_tokens: '10' },
      ]);
    }
  });

  it('sent twice are there once, and so are their sums', async () => {
    const store = ledger();
    await store.register('a', 'x:1', 0);
    const sent = { replica: 'a', holder: 'x:1', after: 0, upTo: 2, rows: [row(1), row(2)] };
    await store.send(sent);
    // As after an answer that was lost: the mark over there has moved on.
    expect(await store.send(sent)).toEqual({ isTaken: false, holder: 'x:1', shippedTo: 2 });
    // And as if even the mark had been forgotten.
    await database.query('UPDATE sluice_replicas SET shipped_to = 0');
    expect(await store.send({ ...sent, upTo: 3, rows: [row(1), row(2), row(3)] })).toEqual({ isTaken: true });
    expect([await count(), await sumOfHours()]).toEqual([3, 3]);
  });

  it('of a holder who has been succeeded are not taken, not even late', async () => {
    const store = ledger();
    await store.register('a', 'x:1', 0);
    await store.register('a', 'x:2', 0);
    const sent = { replica: 'a', holder: 'x:1', after: 0, upTo: 1, rows: [row(1)] };
    expect(await store.send(sent)).toEqual({ isTaken: false, holder: 'x:2', shippedTo: 0 });
    expect(await count()).toBe(0);
  });

  it('of several replicas with the same request ids and entries stand beside one another', async () => {
    const store = ledger();
    for (const replica of ['a', 'b']) {
      await store.register(replica, 'x:1', 0);
      await store.send({ replica, holder: 'x:1', after: 0, upTo: 1, rows: [row(1)] });
    }
    expect([await count(), await sumOfHours()]).toEqual([2, 2]);
  });

  it('with characters that PostgreSQL does not have lose those alone', async () => {
    const store = ledger();
    await store.register('a', 'x:1', 0);
    const rows = [row(1, { asked_model: 'm\u0000x', request_id: '\ud800' }), row(2, { model: '\\u0000 😀' })];
    expect(await store.send({ replica: 'a', holder: 'x:1', after: 0, upTo: 2, rows })).toEqual({
      isTaken: true,
    });
    expect(
      await database.query('SELECT asked_model, request_id, model FROM requests ORDER BY entry'),
    ).toEqual([
      { asked_model: 'm\ufffdx', request_id: '\ufffd', model: 'm' },
      { asked_model: null, request_id: 'r2', model: '\\u0000 😀' },
    ]);
  });

  it('among which one is bad are refused together, and it is said that it is a row’s fault', async () => {
    const store = ledger();
    await store.register('a', 'x:1', 0);
    const rows = [row(1), row(2, { request_id: null })];
    const sent = { replica: 'a', holder: 'x:1', after: 0, upTo: 2, rows };
    await expect(store.send(sent)).rejects.toMatchObject({ trouble: 'row' });
    expect([
      await count(),
      (await database.query('SELECT * FROM sluice_replicas'))[0]?.['shipped_to'],
    ]).toEqual([0, '0']);
  });
});

describe('old rows', () => {
  it('are deleted in pieces, by one at a time, and their sums stay', async () => {
    const store = ledger();
    await store.register('a', 'x:1', 0);
    const rows = [1, 2, 3, 4, 5].map((id) => row(id, { created_at: AT + id * 3_600_000 }));
    await store.send({ replica: 'a', holder: 'x:1', after: 0, upTo: 5, rows });
    const before = Date.UTC(2026, 10, 20, 16);
    expect(await store.deleteSome(before, 2)).toBe(2);
    expect(await store.deleteSome(before, 2)).toBe(1);
    expect(await store.deleteSome(before, 2)).toBe(0);
    expect([await count(), await sumOfHours()]).toEqual([2, 5]);
    const found = await store.sums('a', {
      momentsMs: (rowsDeletedBeforeMs) => {
        expect(rowsDeletedBeforeMs).toBe(before);
        return [0, 0, 0, Date.UTC(2027, 0), Date.UTC(2027, 0), Number.MAX_SAFE_INTEGER];
      },
      ...{ appId: undefined, exceptReplica: undefined, linesMax: 10 },
      groupings: [[false, false, false, false, false]],
    });
    expect(found).toMatchObject({ shippedTo: 5, lines: [[{ requests: '5' }]] });
  });
});
