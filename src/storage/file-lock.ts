import { closeSync, constants, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { closeConnection, openConnection, type SqlConnection, sqliteCodeOf } from './sqlite-driver.ts';

/** alone: nobody else may have it in any way. together: with others that take it so, and with nobody who wants it alone. */
export type LockManner = 'alone' | 'together';

const BUSY = 5;

const begin: Readonly<Record<LockManner, string>> = {
  alone: 'BEGIN EXCLUSIVE',
  together: 'BEGIN; SELECT count(*) FROM sqlite_schema',
};

/**
 * A lock that the kernel drops with the process, so `kill -9` leaves nothing to clean up, and no pid is guessed: an
 * empty SQLite file in an open transaction, for Node itself has no `flock`. Held until it is closed.
 */
export class FileLock {
  readonly #connection: SqlConnection;

  private constructor(connection: SqlConnection) {
    this.#connection = connection;
  }

  /** Undefined if somebody has it. Throws what the file system or SQLite throws when there can be no such file. */
  static take(path: string, manner: LockManner = 'alone'): FileLock | undefined {
    const connection = openConnection(path);
    try {
      connection.exec(begin[manner]);
      return new FileLock(connection);
    } catch (thrown) {
      closeConnection(connection);
      if (sqliteCodeOf(thrown) === BUSY) return undefined;
      throw thrown;
    }
  }

  release(): void {
    this.#connection.exec('ROLLBACK');
    closeConnection(this.#connection);
  }
}

/**
 * Makes or overwrites a file that processes of different users are to find, in a folder that any of them may have made.
 * A link in its place is not followed. Throws what the file system throws.
 */
export function writeSharedFile(path: string, content: string): void {
  const mask = process.umask(0);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o1777 });
    const { O_CREAT, O_RDWR, O_NOFOLLOW } = constants;
    const file = openSync(path, O_CREAT | O_RDWR | O_NOFOLLOW, 0o666);
    try {
      ftruncateSync(file);
      writeSync(file, content);
    } finally {
      closeSync(file);
    }
  } finally {
    process.umask(mask);
  }
}
