import { Secret } from '../../src/model/secret.ts';
import type { PostgresPlace } from '../../src/storage/postgres/postgres-place.ts';
import type { RunningPostgres, TestDatabase } from './postgres.ts';

/** How the gateway's own code is told of a test's PostgreSQL. */
export function placeOf(
  { name }: TestDatabase,
  { port, username, password }: RunningPostgres,
  more: Partial<PostgresPlace> = {},
): PostgresPlace {
  return {
    ...{ host: '127.0.0.1', port, database: name, username, password: new Secret(password) },
    ...{ sslMode: 'prefer', sslCert: undefined, sslKey: undefined, sslCa: undefined },
    ...{ poolSize: 4, queriesMax: 50_000, idleMs: 60_000, connectTimeoutMs: 2_000, commandTimeoutMs: 5_000 },
    ...more,
  };
}
