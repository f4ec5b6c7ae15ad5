import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { HandMovedClock } from '../../model/clock.ts';
import { type Database, openDatabase } from '../../storage/database.ts';
import { SLOT_BYTES } from '../../storage/slot-file.ts';
import type { Entry } from './entry.ts';
import { Ledger } from './ledger.ts';
import { UnderWay } from './under-way.ts';

let directory: string;
let file: string;
let clock: HandMovedClock;
let database: Database;
let ledger: Ledger;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sluice-under-way-'));
  file = join(directory, 'a.db.under-way');
  clock = new HandMovedClock(Date.UTC(2026, 10, 20, 12));
  database = openDatabase(join(directory, 'a.db'));
  ledger = new Ledger(database, { clock });
});
afterEach(async () => {
  await ledger.stop();
  database.close();
  rmSync(directory, { recursive: true });
});

function begin(underWay: UnderWay, requestId: string, setAside = 0): Entry {
  const entry = ledger.open(requestId, 'chat');
  Object.assign(entry, { appId: 'demo', model: 'm', backend: 'b', currency: 'usd' });
  underWay.note(entry, setAside);
  return entry;
}

function linesIn(path: string): string[] {
  const bytes = readFileSync(path);
  const slots = Array.from({ length: Math.ceil(bytes.length / SLOT_BYTES) }, (_, nth) => nth * SLOT_BYTES);
  return slots.map((at) => bytes.toString('utf8', at).split('\n')[0] ?? '').filter((line) => line !== '');
}

const rows = () => database.prepare('SELECT request_id, outcome, cost_micro FROM requests ORDER BY id').all();

it('what was under way when the process died gets its row, and is charged what was set aside', async () => {
  const dying = new UnderWay(database, ledger);
  begin(dying, 'lost', 70);
  const over = begin(dying, 'over', 5);
  await ledger.close(over);
  dying.over(over);
  const closedButNotNoted = begin(dying, 'closed');
  await ledger.close(closedButNotNoted);

  new UnderWay(database, ledger);
  expect(rows()).toEqual([
    { request_id: 'over', outcome: 'failed', cost_micro: 0 },
    { request_id: 'closed', outcome: 'failed', cost_micro: 0 },
    { request_id: 'lost', outcome: 'interrupted', cost_micro: 70 },
  ]);
  new UnderWay(database, ledger);
  expect(rows()).toHaveLength(3);
});

it('a client that uses one id twice has a row for each', () => {
  const dying = new UnderWay(database, ledger);
  begin(dying, 'same');
  clock.advance(1);
  begin(dying, 'same');
  new UnderWay(database, ledger);
  expect(rows()).toHaveLength(2);
});

it('the file is as large as the most that was under way at once, and empty when nothing is', async () => {
  const underWay = new UnderWay(database, ledger);
  for (let round = 0; round < 50; round += 1) {
    const entries = Array.from({ length: 4 }, (_, nth) => begin(underWay, `${round}-${nth}`));
    for (const entry of entries) underWay.over(entry);
  }
  expect(statSync(file).size).toBeLessThanOrEqual(4 * SLOT_BYTES);
  const last = begin(underWay, 'last');
  underWay.sweep();
  expect(linesIn(file)).toEqual([expect.stringContaining('"id":"last"')]);
  underWay.over(last);
  underWay.sweep();
  expect(statSync(file).size).toBe(0);
});

it('a torn or foreign line is passed over, and a name of any length fits', () => {
  const dying = new UnderWay(database, ledger);
  const entry = ledger.open('long', 'chat');
  Object.assign(entry, { appId: 'a'.repeat(64), model: '\u{1F600}'.repeat(128), backend: 'b'.repeat(500) });
  dying.note(entry, 0);
  begin(dying, 'torn');
  truncateSync(file, SLOT_BYTES + 20);
  new UnderWay(database, ledger);
  expect(rows()).toMatchObject([{ request_id: 'long' }]);
});

it('a place where nothing can be written costs no request', () => {
  const told: string[] = [];
  const nowhere = { path: join(directory, 'not-there', 'a.db') } as Database;
  const underWay = new UnderWay(nowhere, ledger, { onTrouble: (sentence) => told.push(sentence) });
  underWay.over(begin(underWay, 'r'));
  underWay.sweep();
  underWay.close();
  expect(told).toHaveLength(1);
});
