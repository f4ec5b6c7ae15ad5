import { sqliteCodeOf } from './sqlite-driver.ts';
import { StorageError, type StorageTrouble } from './storage-error.ts';

const BUSY = 5;
const READONLY = 8;
const IO_ERROR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANNOT_OPEN = 14;
const NOT_A_DATABASE = 26;

/** Turns what SQLite or the file system said into a sentence that names the path and the remedy. */
export function explainOpenFailure(path: string, thrown: unknown): StorageError {
  if (thrown instanceof StorageError) return thrown;
  const [trouble, sentence] = explain(path, thrown);
  const said = thrown instanceof Error ? ` (${thrown.message})` : '';
  return new StorageError(trouble, `${sentence}${said}`, { cause: thrown });
}

function explain(path: string, thrown: unknown): [StorageTrouble, string] {
  switch (sqliteCodeOf(thrown)) {
    case NOT_A_DATABASE:
    case CORRUPT:
      return [
        'not-a-database',
        `${path} is not a SQLite database or is damaged: move it away (a new one is made) or restore a backup, or name another file with the key "database.path"`,
      ];
    case BUSY:
      return [
        'in-use',
        `${path} is locked by another program: close what has it open (a backup, the sqlite3 shell) and start again`,
      ];
    case FULL:
      return ['not-writable', `the disk of ${path} is full: make space and start again`];
    case READONLY:
    case IO_ERROR:
    case CANNOT_OPEN:
      return ['not-writable', notWritable(path)];
    case undefined:
      return isFileSystemError(thrown)
        ? ['not-writable', notWritable(path)]
        : ['unusable', `${path} cannot be opened`];
    default:
      return ['unusable', `${path} cannot be opened`];
  }
}

function notWritable(path: string): string {
  return `${path} cannot be written: make the file and its directory writable for user ${process.geteuid?.() ?? 'running Sluice'}, or name another file with the key "database.path"`;
}

function isFileSystemError(thrown: unknown): boolean {
  return thrown instanceof Error && 'syscall' in thrown;
}
