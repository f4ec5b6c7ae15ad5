import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeReports } from '../../../test/support/report-suite.ts';
import { HandMovedClock } from '../../model/clock.ts';
import { type Database, openDatabase } from '../../storage/database.ts';
import { readHere } from '../../storage/sql-reader.ts';
import type { Entry } from './entry.ts';
import { HadBefore } from './had-before.ts';
import { Ledger } from './ledger.ts';
import { LedgerFacts } from './ledger-facts.ts';
import { LocalUsage } from './local-usage.ts';
import { Reports } from './reports.ts';
import { Rollup } from './rollup.ts';
import { Totals } from './totals.ts';

const NOON = Date.UTC(2026, 10, 20, 12);
const HOUR = 3_600_000;

let directory: string;
let clock: HandMovedClock;
let database: Database;
let ledger: Ledger;
let totals: Totals;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sluice-sums-'));
  clock = new HandMovedClock(NOON);
  start();
});
afterEach(async () => {
  await stop();
  rmSync(directory, { recursive: true });
});

function start(): void {
  database = openDatabase(join(directory, 'a.db'));
  ledger = new Ledger(database, { clock });
  totals = new Totals(clock.nowMs());
  totals.restore(database);
}

async function stop(): Promise<void> {
  await ledger.stop();
  database.close();
}

async function restart(): Promise<void> {
  await stop();
  start();
}

/** As the pipeline does at the end of a request. */
function request(fields: Partial<Entry>): Promise<void> {
  const entry = ledger.open('r', 'chat');
  Object.assign(entry, { appId: 'demo', backend: 'b', model: 'm', status: 200, currency: 'usd', ...fields });
  const written = ledger.close(entry);
  totals.add(entry);
  return written;
}

const usage = { inputTokens: 10, outputTokens: 5 };

describe('totals', () => {
  it('are per app and per backend and model, and the same after a restart', async () => {
    await request({ usage, costMicro: 7, durationMs: 100 });
    await request({ usage, costMicro: 3, durationMs: 50, model: 'n', isUnpriced: true });
    await request({ appId: 'other', images: 2 });
    await request({ appId: undefined, backend: undefined, model: undefined, status: 401 });
    const check = () => {
      expect([...totals.byApp(clock.nowMs()).keys()].sort()).toEqual(['demo', 'other']);
      expect(totals.byApp(clock.nowMs()).get('demo')).toEqual({
        ...{ requests: 2, costMicro: 10, promptTokens: 20, completionTokens: 10, totalTokens: 30 },
        ...{ latencyMs: 150, images: 0, unpriced: 1 },
      });
      const models = totals
        .byModel(clock.nowMs())
        .map(({ backend, model, tally }) => [backend, model, tally.requests]);
      expect(models.sort()).toEqual([
        ['b', 'm', 2],
        ['b', 'n', 1],
      ]);
    };
    check();
    await restart();
    check();
  });

  it('begin anew at midnight UTC, with and without a restart, and once only', async () => {
    await request({ costMicro: 7 });
    clock.advance(12 * HOUR);
    expect(totals.byApp(clock.nowMs()).size).toBe(0);
    await request({ costMicro: 5 });
    clock.stepWall(-HOUR);
    await request({ costMicro: 5 });
    clock.stepWall(HOUR);
    expect(totals.byApp(clock.nowMs()).get('demo')?.requests).toBe(2);
    await restart();
    expect(totals.byApp(clock.nowMs()).get('demo')?.costMicro).toBe(5);
  });

  it('do not grow with names that clients make up', async () => {
    for (let index = 0; index < 1_500; index += 1) void request({ model: `m${index}` });
    const models = totals.byModel(clock.nowMs());
    expect(models).toHaveLength(1_001);
    expect(models.find(({ model }) => model === 'other')?.tally.requests).toBe(500);
    await ledger.flush();
  });
});

describe('what an app had', () => {
  const had = (startMs: number, endMs: number) =>
    new HadBefore(database, () => ledger.writePending()).sums('demo', { startMs, endMs });

  it('counts what was closed before anybody asked, even in this very turn', async () => {
    void request({ costMicro: 7, usage });
    expect(had(NOON, NOON + 1)).toEqual({ requests: 1, inputTokens: 10, outputTokens: 5, costMicro: 7 });
    await ledger.flush();
  });

  it('is kept over a restart, and each app has its own', async () => {
    await request({ costMicro: 7 });
    await request({ costMicro: 100, appId: 'other' });
    await restart();
    expect(had(0, Number.MAX_SAFE_INTEGER).costMicro).toBe(7);
  });

  it('belongs to the time when its request began, however long that took', async () => {
    const entry = ledger.open('slow', 'chat');
    clock.advance(3 * HOUR);
    await ledger.close(Object.assign(entry, { appId: 'demo', costMicro: 7 }));
    expect(had(NOON, NOON + HOUR).costMicro).toBe(7);
    expect(had(NOON + HOUR, NOON + 9 * HOUR).costMicro).toBe(0);
  });

  it('is not what was given again out of the cache, whether rows or sums tell', async () => {
    await request({ usage, costMicro: 7 });
    await request({ usage, isCacheHit: true });
    const expected = { requests: 2, inputTokens: 10, outputTokens: 5, costMicro: 7 };
    expect(had(NOON - HOUR, NOON + HOUR)).toEqual(expected);
    expect(had(0, Number.MAX_SAFE_INTEGER)).toEqual(expected);
    new Rollup(database, () => true).fold();
    expect(had(0, Number.MAX_SAFE_INTEGER)).toEqual(expected);
    await request({ usage, isCacheHit: true });
    await request({ usage, isCacheHit: true, appId: 'other' });
    await restart();
    new LedgerFacts(database).set('rows_deleted_before', NOON + HOUR);
    expect(had(NOON - 12 * HOUR, NOON + 12 * HOUR)).toEqual({ ...expected, requests: 3 });
    new Rollup(database, () => true).fold();
    database.exec('DELETE FROM requests');
    expect(had(NOON - 12 * HOUR, NOON + 12 * HOUR)).toEqual({ ...expected, requests: 3 });
  });

  it('does not count who was refused, nor tokens that were only counted', async () => {
    await request({ outcome: 'refused' });
    const counted = ledger.open('counted', 'count_tokens');
    await ledger.close(Object.assign(counted, { appId: 'demo', outcome: 'complete' }));
    expect(had(NOON, NOON + HOUR).requests).toBe(0);
  });
});

describe.each([0, 1, 500])('reports of a ledger with %i rows in its sums at a time', (piece) => {
  describeReports('of its own file', async ({ database, ledger }) => {
    const rollup = new Rollup(database, () => ledger.waitingCount === 0, piece);
    if (piece > 0) while (rollup.fold());
    return new Reports(new LocalUsage(database, readHere(database)));
  });
});

describe('sums', () => {
  it('carry totals and spending when the rows are gone', async () => {
    await request({ usage, costMicro: 7 });
    clock.advance(3 * HOUR);
    await request({ usage, costMicro: 5 });
    new Rollup(database, () => true).fold();
    await request({ costMicro: 1 });
    new LedgerFacts(database).set('rows_deleted_before', NOON + 2 * HOUR);
    database.exec('DELETE FROM requests WHERE cost_micro = 7');
    await restart();
    const had = new HadBefore(database, () => ledger.writePending());
    const day = { startMs: NOON - 12 * HOUR, endMs: NOON + 12 * HOUR };
    expect(had.sums('demo', day)).toMatchObject({ costMicro: 13, inputTokens: 20, outputTokens: 10 });
    expect(had.sums('demo', { startMs: 0, endMs: Number.MAX_SAFE_INTEGER }).costMicro).toBe(13);
    expect(totals.byApp(clock.nowMs()).get('demo')).toMatchObject({ requests: 3, costMicro: 13 });
    const reports = new Reports(new LocalUsage(database, readHere(database)));
    const { lines } = await reports.usage({ groupBy: ['app'], sinceMs: NOON + 1 }, clock.nowMs());
    expect(lines).toMatchObject([{ app: 'demo', requests: 3 }]);
  });

  it('are not made while rows wait beside the database, for those would be missed', async () => {
    await request({ costMicro: 7 });
    let isWhole = false;
    const rollup = new Rollup(database, () => isWhole);
    rollup.fold();
    expect(new LedgerFacts(database).number('folded_to')).toBe(0);
    isWhole = true;
    rollup.fold();
    expect(new LedgerFacts(database).number('folded_to')).toBeGreaterThan(0);
  });

  it('agree with the rows, whatever happens in between', async () => {
    const rollup = new Rollup(database, () => ledger.waitingCount === 0, 3);
    for (let step = 0; step < 80; step += 1) {
      clock.stepWall((((step * 37) % 11) - 4) * HOUR);
      await request({ costMicro: step, appId: `app-${step % 3}` });
      if (step % 4 === 0) rollup.fold();
      const from = clock.nowMs() - 40 * HOUR;
      const [row] = database
        .prepare('SELECT total(cost_micro) AS cost FROM requests WHERE created_at >= ?')
        .all(from);
      const reports = new Reports(new LocalUsage(database, readHere(database)));
      const { totals: sums } = await reports.usage({ groupBy: [], sinceMs: from }, clock.nowMs());
      expect(sums[0]?.costMicro).toBe(row?.['cost']);
    }
  });

  it('find one app by its index, and a stretch of time by the primary key', () => {
    const plan = (sql: string) => JSON.stringify(database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all());
    expect(plan('SELECT total(cost_micro) FROM requests WHERE app_id = 1 AND created_at >= 2')).toContain(
      'COVERING INDEX requests_by_app',
    );
    expect(plan('SELECT count(*) FROM requests WHERE id >= 1 AND created_at >= 2')).toContain(
      'INTEGER PRIMARY KEY',
    );
  });
});
