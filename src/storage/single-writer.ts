import { FileLock } from './file-lock.ts';
import { StorageError } from './storage-error.ts';

/**
 * One daemon per database file: takes the lock beside it, or throws StorageError `in-use`. (Two writers on one file
 * would also run into SQLite's WAL-reset bug, faults D11.)
 */
export function takeLock(path: string): FileLock {
  const lock = FileLock.take(`${path}.lock`);
  if (lock === undefined) throw inUse(path);
  return lock;
}

function inUse(path: string): StorageError {
  return new StorageError(
    'in-use',
    `${path} is in use by another Sluice process: stop that one ("sluice stop"), or give this one its own file with the key "database.path".`,
  );
}
