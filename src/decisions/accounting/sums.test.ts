import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeReports } from '../../../test/support/report-suite.ts';
import { HandMovedClock } from '../../model/clock.ts';
import { type Database, openDatabase } from '../../storage/database.ts';
import { readHere } from '../../storage/sql-reader.ts';
import type { Entry } from './entry.ts';
import { Ledger } from './ledger.ts';
import { LedgerFacts } from './ledger-facts.ts';
import { LocalUsage } from './local-usage.ts';
import { Reports } from './reports.ts';
import { Rollup } from './rollup.ts';
import { Spend } from './spend.ts';
import { Totals } from './totals.ts';

const NOON = Date.UTC(2026, 10, 20, 12);
const HOUR = 3_600_000;

let directory: string;
let clock: HandMovedClock;
let database: Database;
let ledger: Ledger;
let totals: Totals;
let spend: Spend;

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
  spend = new Spend(database, () => ledger.writePending());
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
  if (entry.appId !== undefined) spend.add(entry.appId, entry.costMicro, entry.closedAtMs);
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

describe('spending', () => {
  const spent = (period: 'hour' | 'day' | 'total' = 'day', zone = 'UTC') =>
    spend.spent('demo', period, zone, clock.nowMs());

  it('counts what was closed before anybody asked, even in this very turn', async () => {
    void request({ costMicro: 7 });
    expect(spent()).toBe(7);
    void request({ costMicro: 5 });
    expect(spent()).toBe(12);
    await ledger.flush();
    expect(spent()).toBe(12);
  });

  it('is kept over a restart', async () => {
    await request({ costMicro: 7 });
    await request({ costMicro: 100, appId: 'other' });
    await restart();
    expect(spent()).toBe(7);
    expect(spent('total')).toBe(7);
  });

  it('begins anew with the period, by the calendar of its zone', async () => {
    spent('day', 'Asia/Tokyo');
    await request({ costMicro: 7 });
    expect(spent('day', 'Asia/Tokyo')).toBe(7);
    clock.advance(3 * HOUR - 1);
    expect(spent('day', 'Asia/Tokyo')).toBe(7);
    clock.advance(1);
    expect(spent('day', 'Asia/Tokyo')).toBe(0);
    expect(spent('day', 'UTC')).toBe(7);
    expect(spent('total', 'UTC')).toBe(7);
  });

  it('is not reset twice, nor lost, by a clock that steps back and forth', async () => {
    spent();
    await request({ costMicro: 7 });
    clock.stepWall(13 * HOUR);
    expect(spent()).toBe(0);
    await request({ costMicro: 5 });
    clock.stepWall(-13 * HOUR);
    expect(spent()).toBe(7);
    clock.stepWall(13 * HOUR);
    expect(spent()).toBe(5);
    clock.stepWall(10 * 366 * 24 * HOUR);
    expect(spent()).toBe(0);
    clock.stepWall(-10 * 366 * 24 * HOUR - 72 * HOUR);
    expect(spent()).toBe(0);
    clock.stepWall(72 * HOUR);
    expect(spent()).toBe(5);
  });

  it('agrees with the ledger after many steps of the clock', async () => {
    for (let step = 0; step < 60; step += 1) {
      clock.stepWall(((step * 37) % 11) * HOUR - 4 * HOUR);
      spent('hour');
      await request({ costMicro: step });
      const kept = spent('hour');
      const fresh = new Spend(database, () => {}).spent('demo', 'hour', 'UTC', clock.nowMs());
      expect(kept).toBe(fresh);
    }
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
    expect(spend.spent('demo', 'day', 'UTC', clock.nowMs())).toBe(13);
    expect(spend.spent('demo', 'total', 'UTC', clock.nowMs())).toBe(13);
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
