/** What reports must say, wherever they are read from: the same suite for every place that keeps sums. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Entry } from '../../src/decisions/accounting/entry.ts';
import { Ledger } from '../../src/decisions/accounting/ledger.ts';
import type { Reports } from '../../src/decisions/accounting/reports.ts';
import type { GroupBy } from '../../src/decisions/accounting/usage-line.ts';
import { HandMovedClock } from '../../src/model/clock.ts';
import { type Database, openDatabase } from '../../src/storage/database.ts';

const NOON = Date.UTC(2026, 10, 20, 12);
const HOUR = 3_600_000;
const usage = { inputTokens: 10, outputTokens: 5 };

/** A ledger with what is under test put around it. */
export interface ReportStand {
  readonly database: Database;
  readonly ledger: Ledger;
  readonly clock: HandMovedClock;
}

/** Makes the reports of what is in the ledger now; called before each question. */
export type OpenReports = (stand: ReportStand) => Promise<Reports>;

export function describeReports(name: string, open: OpenReports, close = async () => {}): void {
  let directory: string;
  let stand: ReportStand;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'sluice-reports-'));
    const clock = new HandMovedClock(NOON);
    const database = openDatabase(join(directory, 'a.db'));
    stand = { clock, database, ledger: new Ledger(database, { clock }) };
  });
  afterEach(async () => {
    await close();
    await stand.ledger.stop();
    stand.database.close();
    rmSync(directory, { recursive: true });
  });

  const request = (fields: Partial<Entry>): Promise<void> => {
    const entry = stand.ledger.open('r', 'chat');
    Object.assign(entry, {
      appId: 'demo',
      backend: 'b',
      model: 'm',
      status: 200,
      currency: 'usd',
      ...fields,
    });
    return stand.ledger.close(entry);
  };
  type Query = { appId?: string; sinceMs?: number; untilMs?: number };
  const ask = async (groupBy: readonly GroupBy[], query: Query = {}) =>
    (await open(stand)).usage({ groupBy, ...query }, stand.clock.nowMs());
  const lines = async (groupBy: readonly GroupBy[], query: Query = {}) => (await ask(groupBy, query)).lines;

  describe(name, () => {
    beforeEach(async () => {
      await request({ usage, costMicro: 1_500_000, durationMs: 1_500 });
      await request({ usage, costMicro: 250_000, appId: 'other', model: 'n', currency: 'eur' });
      stand.clock.advance(24 * HOUR);
      await request({ usage, costMicro: 1, status: 502, isUnpriced: true });
    });

    it('tell how many answers came from the cache, and what of the tokens was theirs', async () => {
      await request({ usage, isCacheHit: true });
      await request({ usage: undefined, isCacheHit: true });
      const found = await ask(['app']);
      expect(found.lines).toMatchObject([
        {
          app: 'demo',
          requests: 4,
          cacheHits: 2,
          promptTokens: 30,
          hitPromptTokens: 10,
          hitCompletionTokens: 5,
        },
        {
          app: 'other',
          requests: 1,
          cacheHits: 0,
          promptTokens: 10,
          hitPromptTokens: 0,
          hitCompletionTokens: 0,
        },
      ]);
    });

    it('sum by app, with a line for each currency', async () => {
      const found = await ask(['app']);
      expect(found.lines).toMatchObject([
        { app: 'demo', currency: 'usd', requests: 2, cost: 1.500001, costMicro: 1_500_001 },
        { app: 'other', currency: 'eur', requests: 1, cost: 0.25, promptTokens: 10, completionTokens: 5 },
      ]);
      expect(found.lines[0]).toMatchObject({ errors: 1, unpriced: 1, latencyMs: 1_500 });
      expect(found.totals.map(({ currency, requests }) => [currency, requests]).sort()).toEqual([
        ['eur', 1],
        ['usd', 2],
      ]);
    });

    it('what cost nothing stands in the line of what was paid for, if there is one and no other', async () => {
      await request({ usage, currency: undefined, status: 429 });
      await request({ currency: undefined, appId: 'other' });
      await request({ currency: undefined, appId: 'other' });
      expect(await lines(['app'])).toMatchObject([
        { app: 'demo', currency: 'usd', requests: 3, costMicro: 1_500_001, promptTokens: 30, errors: 2 },
        { app: 'other', currency: 'eur', requests: 3, cost: 0.25 },
      ]);

      await request({ costMicro: 1, currency: 'eur' });
      const requests = (await lines(['app']))
        .filter((line) => line.app === 'demo')
        .map((line) => `${line.requests} in ${line.currency}`);
      expect(requests.sort()).toEqual(['1 in eur', '1 in undefined', '2 in usd']);
    });

    it('sum by UTC day, newest first, between two moments and for one app', async () => {
      expect((await lines(['day'], { appId: 'demo' })).map((line) => [line.day, line.requests])).toEqual([
        ['2026-11-21', 1],
        ['2026-11-20', 1],
      ]);
      expect(await lines(['model'], { sinceMs: NOON + 1 })).toMatchObject([{ model: 'm', requests: 1 }]);
      const until = await lines(['backend'], { untilMs: NOON + 1 });
      expect(until.map((line) => [line.backend, line.currency, line.requests]).sort()).toEqual([
        ['b', 'eur', 1],
        ['b', 'usd', 1],
      ]);
    });

    it('sum by several things at once, and by the hour', async () => {
      const found = await lines(['hour', 'app', 'model']);
      expect(found.map(({ hour, app, model, requests }) => [hour, app, model, requests])).toEqual([
        ['2026-11-21T12:00Z', 'demo', 'm', 1],
        ...[
          ['2026-11-20T12:00Z', 'demo', 'm', 1],
          ['2026-11-20T12:00Z', 'other', 'n', 1],
        ],
      ]);
    });

    it('look back 30 days unless told otherwise', async () => {
      stand.clock.advance(40 * 24 * HOUR);
      expect(await lines(['app'])).toEqual([]);
      expect(await lines(['app'], { sinceMs: 0 })).toHaveLength(2);
    });

    it('have a line for what nobody could be charged with', async () => {
      await request({
        appId: undefined,
        model: undefined,
        backend: undefined,
        status: 401,
        currency: undefined,
      });
      const found = await lines(['app', 'model']);
      expect(found.find((line) => line.app === undefined)).toMatchObject({ requests: 1, errors: 1 });
    });

    it('list one number per model for simple dashboards (row 000-81)', async () => {
      const reports = await open(stand);
      const nowMs = stand.clock.nowMs();
      expect(await reports.perModel('requests', {}, nowMs)).toEqual([
        { metric: 'm', value: 2 },
        { metric: 'n', value: 1 },
      ]);
      expect(await reports.perModel('tokens', { appId: 'other' }, nowMs)).toEqual([
        { metric: 'n', value: 15 },
      ]);
      expect((await reports.perModel('time', {}, nowMs))[0]).toEqual({ metric: 'm', value: 1.5 });
    });

    it('bind what they are given', async () => {
      expect(await lines(['app'], { appId: "x' OR 1=1 --" })).toEqual([]);
    });

    it('are exact to the millisecond wherever a stretch begins and ends', async () => {
      const moments: number[] = [NOON, NOON, NOON + 24 * HOUR];
      for (let step = 0; step < 60; step += 1) {
        stand.clock.advance(((step * 7_919) % 211) * 60_000 + 17);
        moments.push(stand.clock.nowMs());
        await request({ costMicro: 1 });
      }
      const bounds = moments.filter((_, at) => at % 5 === 0);
      for (const sinceMs of [0, NOON - 1, ...bounds]) {
        for (const untilMs of [...bounds.map((moment) => moment + 1), Number.MAX_SAFE_INTEGER]) {
          const expected = moments.filter((moment) => moment >= sinceMs && moment < untilMs).length;
          const { totals } = await ask([], { sinceMs, untilMs });
          const counted = totals.reduce((sum, { requests }) => sum + requests, 0);
          expect([sinceMs, untilMs, counted]).toEqual([sinceMs, untilMs, expected]);
        }
      }
    });

    it('lose nothing over a clock that steps back', async () => {
      stand.clock.stepWall(-30 * HOUR);
      await request({ costMicro: 5 });
      stand.clock.stepWall(29 * HOUR);
      await request({ costMicro: 5 });
      await open(stand);
      stand.clock.stepWall(HOUR);
      await request({ costMicro: 5 });
      const found = await lines(['day'], { appId: 'demo' });
      expect(found.map((line) => [line.day, line.requests])).toEqual([
        ['2026-11-21', 3],
        ['2026-11-20', 2],
      ]);
      const early = await lines(['app'], { sinceMs: NOON - 7 * HOUR, untilMs: NOON - 5 * HOUR });
      expect(early).toMatchObject([{ app: 'demo', requests: 1 }]);
    });
  });
}
