import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HandMovedClock } from '../../model/clock.ts';
import { type Database, openDatabase } from '../../storage/database.ts';
import { readHere } from '../../storage/sql-reader.ts';
import { HadBefore } from './had-before.ts';
import { Ledger } from './ledger.ts';
import { LedgerFacts } from './ledger-facts.ts';
import { LocalUsage } from './local-usage.ts';
import { Reports } from './reports.ts';
import { Retention, retentionCutoff } from './retention.ts';
import { Rollup } from './rollup.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOON = Date.UTC(2026, 10, 20, 12);

let directory: string;
let clock: HandMovedClock;
let database: Database;
let ledger: Ledger;
let facts: LedgerFacts;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sluice-retention-'));
  clock = new HandMovedClock(NOON);
  database = openDatabase(join(directory, 'a.db'));
  ledger = new Ledger(database, { clock });
  facts = new LedgerFacts(database);
});
afterEach(async () => {
  await ledger.stop();
  database.close();
  rmSync(directory, { recursive: true });
});

describe('the hour before which rows may go', () => {
  it('is so many days back', () => {
    expect(retentionCutoff(NOON + 17, 3, [])).toBe(NOON - 3 * DAY);
  });

  it('is not after a budget’s running period has begun, for its rows are counted', () => {
    const halfPast = NOON - 20 * DAY + HOUR / 2;
    expect(retentionCutoff(NOON, 3, [{ startMs: NOON - DAY }, { startMs: halfPast }])).toBe(
      halfPast - HOUR / 2,
    );
  });

  it('does not wait for a period that has no beginning', () => {
    expect(retentionCutoff(NOON, 3, [{ startMs: 0 }])).toBe(NOON - 3 * DAY);
  });
});

/** One row an hour, 1200 in all; tells the end. */
async function fillLedger(): Promise<number> {
  for (let hour = 0; hour < 1_200; hour += 1) {
    const entry = ledger.open(`r${hour}`, 'chat');
    Object.assign(entry, {
      appId: 'demo',
      model: `m${hour % 3}`,
      costMicro: 1,
      currency: 'usd',
      status: 200,
    });
    void ledger.close(entry);
    ledger.writePending();
    clock.advance(HOUR);
  }
  return clock.nowMs();
}

const countRows = () => Number(database.prepare('SELECT count(*) AS count FROM requests').get()?.['count']);

describe('old rows', () => {
  it('go in small pieces; what they add up to stays', async () => {
    const nowMs = await fillLedger();
    const rollup = new Rollup(database, () => true);
    while (rollup.fold());
    const reports = new Reports(new LocalUsage(database, readHere(database)));
    const look = async () => [
      await reports.usage({ groupBy: ['model', 'day'], sinceMs: 0 }, nowMs),
      await reports.usage({ groupBy: ['hour'], sinceMs: nowMs - 20 * DAY }, nowMs),
      new HadBefore(database, () => undefined).sums('demo', { startMs: 0, endMs: Number.MAX_SAFE_INTEGER }),
    ];
    const before = await look();

    const retention = new Retention(database, false);
    const cutoff = retentionCutoff(nowMs, 10, []);
    expect(retention.deleteSome(cutoff)).toBe(true);
    expect(countRows()).toBe(700);
    expect(retention.deleteSome(cutoff)).toBe(false);
    expect(countRows()).toBe(240);
    expect(retention.deleteSome(cutoff)).toBe(false);
    expect(await look()).toEqual(before);
  });

  it('stay while they are not in the sums, or have not arrived elsewhere, or nobody wants them there', async () => {
    const nowMs = await fillLedger();
    const all = new Retention(database, false);
    all.deleteSome(nowMs);
    expect(countRows()).toBe(1_200);
    const rollup = new Rollup(database, () => true);
    while (rollup.fold());
    const shipped = new Retention(database, true);
    shipped.deleteSome(nowMs);
    expect(countRows()).toBe(1_200);
    const [third, fifth] = database.prepare('SELECT id FROM requests ORDER BY id LIMIT 3 OFFSET 2').all();
    facts.set('shipped_to', Number(fifth?.['id']));
    database.prepare('INSERT INTO set_aside (id, why) VALUES (?, ?)').run(Number(third?.['id']), 'a reason');
    shipped.deleteSome(nowMs);
    expect(countRows()).toBe(1_197);
    expect(database.prepare('SELECT min(id) AS id FROM requests').get()?.['id']).toBe(third?.['id']);
  });
});
