import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isOlder, openDatabase } from './database.ts';
import { explainOpenFailure } from './explain-open-failure.ts';
import { StorageError } from './storage-error.ts';

/** A program of its own: opens the file and keeps it. */
const holder = `
  const { openDatabase } = await import(${JSON.stringify(new URL('./database.ts', import.meta.url).href)});
  const database = openDatabase(process.argv[1]);
  setInterval(() => database.prepare('SELECT 1').get(), 1000);
  console.log('open');
`;

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sluice-storage-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function refusal(path: string): StorageError {
  try {
    openDatabase(path).close();
  } catch (thrown) {
    if (thrown instanceof StorageError) return thrown;
    throw thrown;
  }
  throw new Error(`${path} was opened`);
}

describe('opening', () => {
  it('makes the directory and the file for the owner alone', () => {
    const path = join(directory, 'state', 'sluice', 'sluice.db');
    openDatabase(path).close();
    expect(statSync(join(directory, 'state', 'sluice')).mode & 0o777).toBe(0o700);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(`${path}.lock`).mode & 0o777).toBe(0o600);
  });

  it('keeps a write-ahead log and does not wait for the disk at each commit', () => {
    const database = openDatabase(join(directory, 'a.db'));
    expect(database.prepare('PRAGMA journal_mode').get()).toMatchObject({ journal_mode: 'wal' });
    expect(database.prepare('PRAGMA synchronous').get()).toMatchObject({ synchronous: 1 });
    expect(database.prepare('PRAGMA foreign_keys').get()).toMatchObject({ foreign_keys: 1 });
    database.close();
    database.close();
    expect(statSync(join(directory, 'a.db-wal'), { throwIfNoEntry: false })?.size ?? 0).toBe(0);
  });

  it('leaves nothing of a transaction that throws', () => {
    const database = openDatabase(join(directory, 'a.db'));
    database.exec('CREATE TABLE t (n INTEGER)');
    expect(() =>
      database.transaction(() => {
        database.exec('INSERT INTO t VALUES (1)');
        throw new Error('no');
      }),
    ).toThrow('no');
    database.transaction(() => database.exec('INSERT INTO t VALUES (2)'));
    expect(database.prepare('SELECT n FROM t').all()).toMatchObject([{ n: 2 }]);
    database.close();
  });

  it('prepares statements that outlive every other mention of the database', async () => {
    const statement = openDatabase(join(directory, 'a.db')).prepare('SELECT 1 AS one');
    for (let i = 0; i < 20; i += 1) await new Promise((done) => setImmediate(done, new Array(1e5).fill(i)));
    expect(statement.get()).toMatchObject({ one: 1 });
  });
});

describe('refusing', () => {
  it('a second opener, until the first lets go', () => {
    const path = join(directory, 'a.db');
    const first = openDatabase(path);
    expect(refusal(path)).toMatchObject({ trouble: 'in-use' });
    expect(refusal(path).message).toMatch(/a\.db is in use by another Sluice.*database\.path/);
    first.close();
    openDatabase(path).close();
  });

  it('a second process, until the first is killed', async () => {
    const path = join(directory, 'a.db');
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', holder, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    expect(refusal(path).trouble).toBe('in-use');
    child.kill('SIGKILL');
    await once(child, 'exit');
    openDatabase(path).close();
  });

  it('a file that is no database, and leaves it as it was', () => {
    const path = join(directory, 'notes.txt');
    const notes = 'Dear diary, this is no database at all. '.repeat(40);
    writeFileSync(path, notes);
    expect(refusal(path).trouble).toBe('not-a-database');
    expect(refusal(path).message).toContain(path);
    expect(statSync(path).size).toBe(notes.length);
  });

  it('a place where nothing can be written', () => {
    mkdirSync(join(directory, 'folder.db'));
    writeFileSync(join(directory, 'file'), '');
    for (const path of [join(directory, 'folder.db'), join(directory, 'file', 'a.db'), '/proc/sluice/a.db']) {
      expect(refusal(path)).toMatchObject({ trouble: 'not-writable' });
      expect(refusal(path).message).toContain(path);
    }
  });

  it.each([
    [8, 'not-writable', /writable for user/],
    [13, 'not-writable', /disk .* is full/],
    [5, 'in-use', /locked by another program/],
    [11, 'not-a-database', /damaged/],
    [1, 'unusable', /cannot be opened/],
  ])('with a remedy for what SQLite calls %i', (errcode, trouble, message) => {
    const error = explainOpenFailure('/x.db', Object.assign(new Error('said'), { errcode }));
    expect(error.trouble).toBe(trouble);
    expect(error.message).toMatch(message);
    expect(error.message).toContain('/x.db');
  });
});

it('knows which SQLite is older', () => {
  expect(isOlder('3.46.1', [3, 51, 3])).toBe(true);
  expect(isOlder('3.51.2', [3, 51, 3])).toBe(true);
  expect(isOlder('3.51.3', [3, 51, 3])).toBe(false);
  expect(isOlder('3.53.0', [3, 51, 3])).toBe(false);
  expect(isOlder('4.0.0', [3, 51, 3])).toBe(false);
});
