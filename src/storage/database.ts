/**
 * Opens the one database file: safe modes, one writer, the schema of this release. It refuses to know what any
 * table means; the rooms that own tables prepare their own statements on it.
 */
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { explainOpenFailure } from './explain-open-failure.ts';
import type { FileLock } from './file-lock.ts';
import { migrate } from './migrate.ts';
import { takeLock } from './single-writer.ts';
import { closeConnection, openConnection, type SqlConnection, type SqlStatement } from './sqlite-driver.ts';
import { inTransaction } from './transaction.ts';

/** How long to wait for a foreign reader or writer (a backup, the sqlite3 shell) while nobody is served yet. */
const BUSY_AT_START_MS = 5_000;
/** The same while serving: waiting blocks every request, so trouble is rather reported and tried again later. */
const BUSY_WHILE_SERVING_MS = 20;

/** The first release without the WAL-reset bug, which can corrupt a file two processes write to. */
const SAFE_SQLITE = [3, 51, 3] as const;

export interface DatabaseOptions {
  /** Hears what is worth a warning in the log but no reason not to start. */
  readonly onWarning?: ((sentence: string) => void) | undefined;
}

export class Database {
  readonly path: string;
  readonly #connection: SqlConnection;
  readonly #lock: FileLock;
  #isOpen = true;

  constructor(path: string, connection: SqlConnection, lock: FileLock) {
    this.path = path;
    this.#connection = connection;
    this.#lock = lock;
  }

  /** For SQL that is written in the source; values always come in as parameters of `prepare`. */
  exec(sql: string): void {
    this.#connection.exec(sql);
  }

  prepare(sql: string): SqlStatement {
    return this.#connection.prepare(sql);
  }

  /** Runs `work` in one transaction: all of it is in the file when this returns, or nothing if it throws. */
  transaction<T>(work: () => T): T {
    return inTransaction(this.#connection, work);
  }

  /** Folds the write-ahead log into the file and lets go of both. May be called twice. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    foldLog(this.#connection);
    closeConnection(this.#connection);
    this.#lock.release();
  }
}

/**
 * Opens `path` for this process alone, making the file (0600) and its directory (0700) where missing, and
 * brings its tables up to this release. Throws StorageError with a sentence that names the path and the remedy.
 */
export function openDatabase(path: string, options: DatabaseOptions = {}): Database {
  const file = resolve(path);
  try {
    return openOrThrow(file, options.onWarning ?? (() => {}));
  } catch (thrown) {
    throw explainOpenFailure(file, thrown);
  }
}

function openOrThrow(file: string, warn: (sentence: string) => void): Database {
  makeDirectory(dirname(file));
  createPrivately(`${file}.lock`);
  const lock = takeLock(file);
  try {
    createPrivately(file);
    return new Database(file, openMain(file, warn), lock);
  } catch (thrown) {
    lock.release();
    throw thrown;
  }
}

/** Not `recursive: true`: where the system answers ENOENT for good, as below /proc, Node's own loops for ever. */
function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  if (dirname(directory) !== directory) makeDirectory(dirname(directory));
  mkdirSync(directory, { mode: 0o700 });
}

/**
 * SQLite would create files 0644. An existing file is left alone: its mode is the operator's choice, and closing
 * another handle on it would drop the locks this process already holds (POSIX locks belong to the process).
 */
function createPrivately(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
  }
}

function openMain(file: string, warn: (sentence: string) => void): SqlConnection {
  const connection = openConnection(file);
  try {
    prepareConnection(connection, file, warn);
    migrate(connection, file);
    connection.exec(`PRAGMA busy_timeout = ${BUSY_WHILE_SERVING_MS}`);
    return connection;
  } catch (thrown) {
    closeConnection(connection);
    throw thrown;
  }
}

/**
 * `synchronous = NORMAL` in WAL mode: what is committed has left the process, so it survives `kill -9` (promise
 * 4) without waiting for the disk on every commit. Only a power failure may take the last transactions; the file
 * stays sound even then.
 */
function prepareConnection(connection: SqlConnection, file: string, warn: (sentence: string) => void): void {
  connection.exec(`PRAGMA busy_timeout = ${BUSY_AT_START_MS}`);
  const mode = connection.prepare('PRAGMA journal_mode = WAL').get()?.['journal_mode'];
  if (mode !== 'wal')
    warn(`${file} cannot keep a write-ahead log (is it on a network disk?); expect slow writes.`);
  connection.exec('PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON');
  warnOfOldSqlite(connection, warn);
}

function warnOfOldSqlite(connection: SqlConnection, warn: (sentence: string) => void): void {
  const version = String(connection.prepare('SELECT sqlite_version() AS version').get()?.['version']);
  if (!isOlder(version, SAFE_SQLITE)) return;
  warn(
    `SQLite ${version} can damage a file that two processes write to (fixed in ${SAFE_SQLITE.join('.')}); Sluice keeps a second daemon out, but do not write to the file with other tools, or use a newer Node.`,
  );
}

/** Is version "3.46.1" before the given one? */
export function isOlder(version: string, than: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  const at = than.findIndex((number, index) => (parts[index] ?? 0) !== number);
  return at >= 0 && (parts[at] ?? 0) < (than[at] ?? 0);
}

/**
 * Closing would do the same, but not while prepared statements wait to be collected. On a full disk it cannot be
 * done, which costs nothing: the log is read again at the next start.
 */
function foldLog(connection: SqlConnection): void {
  try {
    connection.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch {}
}
