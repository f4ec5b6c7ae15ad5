/** Reads the gateway's SQLite ledger from outside, read-only, while it runs or after it was killed. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';

export type LedgerRow = Readonly<Record<string, string | number | bigint | null>>;

interface Database {
  prepare(sql: string): { all(): unknown[] };
  close(): void;
}
type Connect = new (path: string, options: { readOnly: boolean }) => Database;

/** All rows of a table in the order they were written; none if there is no file or no table yet. */
export function ledgerRows(file: string, table = 'requests'): LedgerRow[] {
  if (!existsSync(file)) return [];
  const Connection = sqlite();
  const database = new Connection(file, { readOnly: true });
  try {
    return hasTable(database, table)
      ? (database.prepare(`SELECT * FROM ${table} ORDER BY rowid`).all() as LedgerRow[])
      : [];
  } finally {
    database.close();
  }
}

function hasTable(database: Database, table: string): boolean {
  const tables = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all();
  return tables.some((row) => (row as { name: string }).name === table);
}

function sqlite(): Connect {
  const require = createRequire(import.meta.url);
  try {
    return (require('node:sqlite') as { DatabaseSync: Connect }).DatabaseSync;
  } catch {
    return (require('@photostructure/sqlite') as { DatabaseSync: Connect }).DatabaseSync;
  }
}
