/**
 * The only file that knows which SQLite we run on: Node's own where the runtime has it (22.13 and later),
 * else `@photostructure/sqlite`, which has the same API (ecosystem 0.1, finding 4). It knows no table.
 */
import { createRequire } from 'node:module';
import { StorageError } from './storage-error.ts';

/** What SQLite can hold, as we use it. Whole numbers beyond 2^53 do not come up: money is bounded by then. */
export type SqlValue = string | number | null;

export interface SqlRow {
  readonly [column: string]: SqlValue;
}

/** A prepared statement; parameters are bound by position. */
export interface SqlStatement {
  run(...parameters: SqlValue[]): { readonly changes: number | bigint };
  get(...parameters: SqlValue[]): SqlRow | undefined;
  all(...parameters: SqlValue[]): SqlRow[];
}

export interface SqlConnection {
  exec(sql: string): void;
  prepare(sql: string): SqlStatement;
  close(): void;
}

type Connect = new (path: string, options?: { readOnly: boolean }) => SqlConnection;

let connect: Connect | undefined;

/**
 * A prepared statement of `@photostructure/sqlite` does not keep its connection alive: once the connection is
 * collected, statements fail with "Database connection is closed". So open ones are held here.
 */
const openConnections = new Set<SqlConnection>();

/** Opens a file with whichever SQLite there is. Throws what the driver throws, or StorageError `no-driver`. */
export function openConnection(path: string, { readOnly = false } = {}): SqlConnection {
  connect ??= loadBuiltIn() ?? loadPackage();
  const connection = new connect(path, { readOnly });
  openConnections.add(connection);
  return connection;
}

export function closeConnection(connection: SqlConnection): void {
  connection.close();
  openConnections.delete(connection);
}

/** SQLite's own number for what went wrong (5 busy, 13 full …); undefined if this was no SQLite error. */
export function sqliteCodeOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !('errcode' in thrown)) return undefined;
  // The low byte is the code; the rest only says more about it (https://sqlite.org/rescode.html).
  return typeof thrown.errcode === 'number' ? thrown.errcode & 0xff : undefined;
}

function loadBuiltIn(): Connect | undefined {
  const emitWarning = process.emitWarning;
  process.emitWarning = quietAboutSqlite(emitWarning);
  try {
    const module = process.getBuiltinModule('node:sqlite') as { DatabaseSync?: Connect } | undefined;
    return module?.DatabaseSync;
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** Node 22 calls its SQLite experimental on stderr; it is the one we chose, so users need not read that. */
function quietAboutSqlite(emitWarning: typeof process.emitWarning): typeof process.emitWarning {
  return (warning: string | Error, ...rest: unknown[]) => {
    if (rest[0] === 'ExperimentalWarning' && String(warning).includes('SQLite')) return;
    Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
}

function loadPackage(): Connect {
  try {
    const module = createRequire(import.meta.url)('@photostructure/sqlite') as { DatabaseSync: Connect };
    return module.DatabaseSync;
  } catch (cause) {
    throw new StorageError(
      'no-driver',
      `no SQLite can be loaded: Node ${process.versions.node} has none built in, and the package @photostructure/sqlite is missing or does not fit this machine; use Node 22.13 or later (24 is best), or run "npm install @photostructure/sqlite".`,
      { cause },
    );
  }
}
