import type { SqlConnection } from './sqlite-driver.ts';

/** Runs `work` in one transaction: all of it is in the file when this returns, or nothing if it throws. */
export function inTransaction<T>(connection: SqlConnection, work: () => T): T {
  // IMMEDIATE: a lock that cannot be had is found out here, before any work, never half-way.
  connection.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    connection.exec('COMMIT');
    return result;
  } catch (thrown) {
    rollBack(connection);
    throw thrown;
  }
}

/** After SQLITE_FULL and some I/O errors SQLite has rolled back by itself, and says so with an error. */
function rollBack(connection: SqlConnection): void {
  try {
    connection.exec('ROLLBACK');
  } catch {}
}
