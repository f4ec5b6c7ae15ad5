import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HandMovedClock } from '../../model/clock.ts';
import { type Database, openDatabase } from '../../storage/database.ts';
import type { Entry } from './entry.ts';
import { HadBefore } from './had-before.ts';
import { Ledger } from './ledger.ts';
import { Reports } from './reports.ts';
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

  it('does not count who was refused, nor tokens that were only counted', async () => {
    await request({ outcome: 'refused' });
    const counted = ledger.open('counted', 'count_tokens');
    await ledger.close(Object.assign(counted, { appId: 'demo', outcome: 'complete' }));
    expect(had(NOON, NOON + HOUR).requests).toBe(0);
  });
});

describe('reports', () => {
  beforeEach(async () => {
    await request({ usage, costMicro: 1_500_000, durationMs: 1_500 });
    await request({ usage, costMicro: 250_000, appId: 'other', model: 'n', currency: 'eur' });
    clock.advance(24 * HOUR);
    await request({ usage, costMicro: 1, status: 502, isUnpriced: true });
  });
  const reports = () => new Reports(database);

  it('sum by app, with a line for each currency', async () => {
    const rows = await reports().usage({ groupBy: 'app' }, clock.nowMs());
    expect(rows).toMatchObject([
      {
        name: 'demo',
        currency: 'usd',
        requests: 2,
        cost: 1.500001,
        costMicro: 1_500_001,
        errors: 1,
        unpriced: 1,
      },
      { name: 'other', currency: 'eur', requests: 1, cost: 0.25, promptTokens: 10, completionTokens: 5 },
    ]);
  });

  it('what cost nothing stands in the line of what was paid for, if there is one and no other', async () => {
    await request({ usage, currency: undefined, status: 429 });
    await request({ currency: undefined, appId: 'other' });
    await request({ currency: undefined, appId: 'other' });
    const rows = await reports().usage({ groupBy: 'app' }, clock.nowMs());
    expect(rows).toMatchObject([
      { name: 'demo', currency: 'usd', requests: 3, costMicro: 1_500_001, promptTokens: 30, errors: 2 },
      { name: 'other', currency: 'eur', requests: 3, cost: 0.25 },
    ]);

    await request({ costMicro: 1, currency: 'eur' });
    const requests = (await reports().usage({ groupBy: 'app' }, clock.nowMs()))
      .filter((row) => row.name === 'demo')
      .map((row) => `${row.requests} in ${row.currency}`);
    expect(requests.sort()).toEqual(['1 in eur', '1 in undefined', '2 in usd']);
  });

  it('sum by UTC day, newest first, between two moments and for one app', async () => {
    const days = await reports().usage({ groupBy: 'day', appId: 'demo' }, clock.nowMs());
    expect(days.map((row) => [row.name, row.requests])).toEqual([
      ['2026-11-21', 1],
      ['2026-11-20', 1],
    ]);
    const since = await reports().usage({ groupBy: 'model', sinceMs: NOON + 1 }, clock.nowMs());
    expect(since).toMatchObject([{ name: 'm', requests: 1 }]);
    const until = await reports().usage({ groupBy: 'backend', untilMs: NOON + 1 }, clock.nowMs());
    expect(until.map((row) => [row.name, row.currency, row.requests]).sort()).toEqual([
      ['b', 'eur', 1],
      ['b', 'usd', 1],
    ]);
  });

  it('look back 30 days unless told otherwise', async () => {
    clock.advance(40 * 24 * HOUR);
    expect(await reports().usage({ groupBy: 'app' }, clock.nowMs())).toEqual([]);
    expect(await reports().usage({ groupBy: 'app', sinceMs: 0 }, clock.nowMs())).toHaveLength(2);
  });

  it('list one number per model for simple dashboards (row 000-81)', async () => {
    expect(await reports().perModel('requests', {}, clock.nowMs())).toEqual([
      { metric: 'm', value: 2 },
      { metric: 'n', value: 1 },
    ]);
    expect(await reports().perModel('tokens', { appId: 'other' }, clock.nowMs())).toEqual([
      { metric: 'n', value: 15 },
    ]);
    expect((await reports().perModel('time', {}, clock.nowMs()))[0]).toEqual({ metric: 'm', value: 1.5 });
  });

  it('bind what they are given', async () => {
    expect(await reports().usage({ groupBy: 'app', appId: "x' OR 1=1 --" }, clock.nowMs())).toEqual([]);
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
