/**
 * One daemon per database file. The lock is a tiny database beside it, held in an open exclusive transaction:
 * the kernel drops that lock with the process, so `kill -9` leaves nothing to clean up, and no pid is guessed.
 * (Two writers on one file would also run into SQLite's WAL-reset bug, faults D11.)
 */
import { closeConnection, openConnection, type SqlConnection, sqliteCodeOf } from './sqlite-driver.ts';
import { StorageError } from './storage-error.ts';

const BUSY = 5;

/** Takes the lock for `path`; throws StorageError `in-use` if somebody has it. Let go with `releaseLock`. */
export function takeLock(path: string): SqlConnection {
  const connection = openConnection(`${path}.lock`);
  try {
    connection.exec('BEGIN EXCLUSIVE');
    return connection;
  } catch (thrown) {
    closeConnection(connection);
    throw sqliteCodeOf(thrown) === BUSY ? inUse(path) : thrown;
  }
}

export function releaseLock(lock: SqlConnection): void {
  lock.exec('ROLLBACK');
  closeConnection(lock);
}

function inUse(path: string): StorageError {
  return new StorageError(
    'in-use',
    `${path} is in use by another Sluice process: stop that one ("sluice stop"), or give this one its own file with the key "database.path".`,
  );
}
