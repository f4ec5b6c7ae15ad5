import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HandMovedClock } from '../../model/clock.ts';
import { type Database, openDatabase } from '../../storage/database.ts';
import { closeConnection, openConnection } from '../../storage/sqlite-driver.ts';
import type { Entry } from './entry.ts';
import { Ledger } from './ledger.ts';

let directory: string;
let database: Database;
let clock: HandMovedClock;
let ledger: Ledger;
let troubles: string[];
let recoveries: string[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sluice-ledger-'));
  clock = new HandMovedClock();
  troubles = [];
  recoveries = [];
  start();
});
afterEach(async () => {
  await stop();
  rmSync(directory, { recursive: true });
});

const path = () => join(directory, 'ledger.db');
const spoolPath = () => `${path()}.spool.jsonl`;

function start(): void {
  database = openDatabase(path());
  ledger = new Ledger(database, {
    clock,
    onTrouble: (sentence) => troubles.push(sentence),
    onRecovery: (sentence) => recoveries.push(sentence),
  });
}

async function stop(): Promise<void> {
  await ledger.stop();
  database.close();
}

function opened(requestId: string): Entry {
  const entry = ledger.open(requestId, 'chat');
  entry.appId = 'demo';
  return entry;
}

const closeAll = (...requestIds: string[]) => Promise.all(requestIds.map((id) => ledger.close(opened(id))));
const rows = () => database.prepare('SELECT * FROM requests ORDER BY id').all();
const requestIds = () => rows().map((row) => row['request_id']);

/** From here SQLite says SQLITE_FULL, as on a full disk. */
function fillDisk(): void {
  const pages = Number(database.prepare('PRAGMA page_count').get()?.['page_count']);
  database.exec(`PRAGMA max_page_count = ${pages}`);
}
const makeSpace = () => database.exec('PRAGMA max_page_count = 1000000');
/** Enough to need new pages. */
const manyIds = (prefix: string, count = 400) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

function countTransactions(): () => number {
  const original = database.transaction.bind(database);
  let count = 0;
  database.transaction = (work) => {
    count += 1;
    return original(work);
  };
  return () => count;
}

describe('a closed entry', () => {
  it('is one row with what is known; unknown is NULL and never 0', async () => {
    const entry = opened('r1');
    Object.assign(entry, { model: 'm', backend: 'b', status: 200, outcome: 'complete', durationMs: 12.6 });
    Object.assign(entry, {
      usage: { inputTokens: 3, outputTokens: 4 },
      costMicro: 1_500_000,
      currency: 'usd',
      keyName: 'laptop',
      isCacheHit: true,
    });
    await ledger.close(entry);
    await ledger.close(opened('r2'));
    const [known, unknown] = rows();
    expect(known).toMatchObject({ app_id: 'demo', model: 'm', operation: 'chat', latency_ms: 13, cost: 1.5 });
    expect(known).toMatchObject({
      prompt_tokens: 3,
      completion_tokens: 4,
      total_tokens: 7,
      outcome: 'complete',
    });
    expect(known).toMatchObject({ cache_hit: 1, key_name: 'laptop' });
    expect(unknown).toMatchObject({ prompt_tokens: null, total_tokens: null, ttft_ms: null, cost: 0 });
    expect(unknown).toMatchObject({ cache_hit: 0, key_name: null });
  });

  it('shares one transaction with all others of its turn', async () => {
    const transactions = countTransactions();
    await closeAll(...manyIds('a', 50));
    expect(transactions()).toBe(1);
    await closeAll('b');
    expect(transactions()).toBe(2);
    expect(rows()).toHaveLength(51);
  });

  it('is in the file when `close` resolves, not before', async () => {
    const written = ledger.close(opened('r1'));
    expect(rows()).toHaveLength(0);
    await written;
    expect(rows()).toHaveLength(1);
  });

  it('is written once however often it is closed', async () => {
    const entry = opened('r1');
    await Promise.all([ledger.close(entry), ledger.close(entry)]);
    await ledger.close(entry);
    expect(requestIds()).toEqual(['r1']);
  });

  it('gets a number that grows even when the clock steps back, here and after a restart', async () => {
    await closeAll('r1');
    clock.stepWall(-3_600_000);
    await closeAll('r2');
    await stop();
    start();
    await closeAll('r3');
    expect(requestIds()).toEqual(['r1', 'r2', 'r3']);
    expect(rows()[0]?.['id']).toBe(1_700_000_000_000_000);
  });

  it('cannot fill the disk with a name of megabytes', async () => {
    const entry = opened('r1');
    entry.askedModel = 'm'.repeat(1e6);
    await ledger.close(entry);
    expect(rows()[0]?.['asked_model']).toHaveLength(256);
  });
});

describe('a disk in trouble', () => {
  it('holds no request up: rows wait in a file and are written when there is space again', async () => {
    fillDisk();
    await closeAll(...manyIds('a'));
    expect(requestIds()).toEqual([]);
    expect(ledger.waitingCount).toBe(400);
    expect(existsSync(spoolPath())).toBe(true);
    expect(troubles).toEqual(['the database takes no ledger entries; they are kept beside it until it does']);
    makeSpace();
    clock.advance(250);
    expect(requestIds()).toEqual(manyIds('a'));
    expect(ledger.waitingCount).toBe(0);
    expect(recoveries).toHaveLength(1);
    expect(existsSync(spoolPath())).toBe(false);
    await closeAll('b');
    expect(rows()).toHaveLength(401);
  });

  it('is tried less and less often, and reported once', async () => {
    fillDisk();
    await closeAll(...manyIds('a'));
    const transactions = countTransactions();
    await closeAll('b');
    clock.advance(60_000);
    expect(transactions()).toBeLessThan(20);
    expect(transactions()).toBeGreaterThan(15);
    expect(troubles).toHaveLength(1);
    makeSpace();
    clock.advance(4_000);
    expect(rows()).toHaveLength(401);
  });

  it('does not lose the waiting rows at a restart, nor write any twice', async () => {
    fillDisk();
    await closeAll(...manyIds('a'));
    await stop();
    start();
    expect(requestIds()).toEqual(manyIds('a'));
    expect(existsSync(spoolPath())).toBe(false);
  });

  it('numbers new rows after those that wait, whatever the clock says', async () => {
    fillDisk();
    await closeAll(...manyIds('a'));
    await stop();
    clock.stepWall(-86_400_000);
    start();
    await closeAll('b');
    expect(requestIds()).toEqual([...manyIds('a'), 'b']);
  });

  it('keeps rows in memory when the spool cannot be written either', async () => {
    mkdirSync(spoolPath());
    fillDisk();
    await closeAll(...manyIds('a'));
    await closeAll('b');
    expect(ledger.waitingCount).toBe(401);
    expect(troubles).toHaveLength(2);
    expect(troubles[1]).toContain('in memory only');
    rmSync(spoolPath(), { recursive: true });
    makeSpace();
    clock.advance(1_000);
    expect(requestIds()).toEqual([...manyIds('a'), 'b']);
  });

  it('says so if rows are lost at shutdown', async () => {
    mkdirSync(spoolPath());
    fillDisk();
    await closeAll(...manyIds('a'));
    await ledger.stop();
    expect(troubles.at(-1)).toContain('400 ledger entries are lost');
    rmSync(spoolPath(), { recursive: true });
  });

  it('waits out a program that holds the database', async () => {
    const foreigner = openConnection(path());
    foreigner.exec('BEGIN IMMEDIATE');
    await closeAll('r1');
    expect(ledger.waitingCount).toBe(1);
    foreigner.exec('ROLLBACK');
    closeConnection(foreigner);
    clock.advance(250);
    expect(requestIds()).toEqual(['r1']);
  });

  it.each([
    ['the first release', []],
    ['the one that knew no cache', ['[{"backend":"b"}]']],
    ['this one', ['[{"backend":"b"}]', 1, 'laptop']],
  ])('takes what waits in the spool of %s', async (_release, later) => {
    await stop();
    const first = [
      7,
      7,
      'old',
      'demo',
      'chat',
      null,
      'm',
      'b',
      0,
      200,
      'complete',
      null,
      3,
      4,
      7,
      null,
      0,
      0,
    ];
    const line = [...first, 5, 'usd', 0, null, 2, 9, 6, '127.0.0.1', ...later];
    appendFileSync(spoolPath(), `${JSON.stringify(line)}\n`);
    start();
    expect(rows()).toMatchObject([
      { request_id: 'old', cost_micro: 5, client_ip: '127.0.0.1', route: later[0] ?? null },
    ]);
    expect(rows()).toMatchObject([{ cache_hit: later[1] ?? 0, key_name: later[2] ?? null }]);
    expect(troubles).toEqual([]);
  });

  it('takes the good lines of a damaged spool and keeps the evidence', async () => {
    fillDisk();
    await closeAll(...manyIds('a'));
    await stop();
    appendFileSync(spoolPath(), '{"no":"row"}\n[1,2]\n\u0000\u0000\n[17000');
    start();
    expect(rows()).toHaveLength(400);
    expect(troubles.at(-1)).toContain('spool.jsonl.damaged');
    expect(existsSync(`${spoolPath()}.damaged`)).toBe(true);
  });
});

it('sets one bad row aside and writes the others', async () => {
  const bad = opened('bad');
  bad.durationMs = Number.NaN;
  await Promise.all([ledger.close(opened('r1')), ledger.close(bad), ledger.close(opened('r2'))]);
  expect(requestIds()).toEqual(['r1', 'r2']);
  expect(troubles).toEqual(['the ledger cannot keep the entry of request bad']);
  expect(ledger.waitingCount).toBe(0);
});

it('writes what is pending at `writePending`, and tells those who wait', async () => {
  const written = ledger.close(opened('r1'));
  ledger.writePending();
  expect(requestIds()).toEqual(['r1']);
  await written;
});
