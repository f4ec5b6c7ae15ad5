import { Secret } from '../model/secret.ts';
import { checkReadable } from './check-values.ts';
import type { DatabaseConfig, PostgresConfig } from './config.ts';
import type { ConfigSection } from './config-section.ts';
import { databasePath, expandPath } from './paths.ts';
import { type PostgresAddress, readPostgresUrl } from './postgres-url.ts';
import type { DaemonFile } from './schema/daemon-schema.ts';
import { toMs } from './seconds.ts';
import type { Surroundings } from './surroundings.ts';

type DatabaseFile = NonNullable<DaemonFile['database']>;

/** The SQLite file, and the PostgreSQL server if one is named. */
export function normaliseDatabase(
  section: ConfigSection,
  file: DatabaseFile,
  around: Surroundings,
): DatabaseConfig {
  return {
    path: pathOf(file.path, around) ?? databasePath(around.env),
    postgres: normalisePostgres(section, file, around),
    retentionDays: file.retention_days,
  };
}

function normalisePostgres(
  section: ConfigSection,
  file: DatabaseFile,
  around: Surroundings,
): PostgresConfig | undefined {
  const address = addressOf(section, file);
  if (address === undefined) return undefined;
  const { host, username } = address;
  if (host === undefined || username === undefined) {
    section.error(['database'], 'names no user for PostgreSQL; give `username`, or write it into `url`');
    return undefined;
  }
  return {
    host,
    port: address.port ?? 5432,
    database: address.database ?? username,
    username,
    password: address.password === undefined ? undefined : new Secret(address.password),
    ...tlsOf(section, address, around),
    poolSize: file.pool_size ?? 4,
    queriesMax: file.max_queries ?? 50_000,
    idleMs: toMs(file.max_inactive_time ?? 300),
    connectTimeoutMs: toMs(file.connect_timeout ?? 10),
    commandTimeoutMs: toMs(file.command_timeout ?? 60),
  };
}

/** What the keys say and what the URL says, of which each may be said once. Undefined: no PostgreSQL. */
function addressOf(section: ConfigSection, file: DatabaseFile): PostgresAddress | undefined {
  const keys = keysOf(file);
  if (file.url === undefined) {
    if (keys.host === undefined) warnOfIdleKeys(section, keys);
    return keys.host === undefined ? undefined : keys;
  }
  const url = readPostgresUrl(section, ['database', 'url'], file.url);
  if (url === undefined) return undefined;
  if (url.password !== undefined) section.keepSecret(url.password);
  for (const key of addressKeys) {
    if (keys[key] === undefined || url[key] === undefined) continue;
    section.error(['database', names[key]], 'is told by `url` as well; keep one of them');
  }
  return { ...url, ...given(keys) };
}

const names = {
  host: 'host',
  port: 'port',
  database: 'database',
  username: 'username',
  password: 'password',
  sslMode: 'ssl_mode',
  sslCert: 'ssl_cert',
  sslKey: 'ssl_key',
  sslCa: 'ssl_ca',
} as const satisfies Record<keyof PostgresAddress, keyof DatabaseFile>;

const addressKeys = Object.keys(names) as (keyof PostgresAddress)[];

function keysOf(file: DatabaseFile): PostgresAddress {
  return {
    host: file.host,
    port: file.port,
    database: file.database,
    username: file.username,
    password: file.password ?? undefined,
    sslMode: file.ssl_mode ?? undefined,
    sslCert: file.ssl_cert ?? undefined,
    sslKey: file.ssl_key ?? undefined,
    sslCa: file.ssl_ca ?? undefined,
  };
}

function given(keys: PostgresAddress): Partial<PostgresAddress> {
  return Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== undefined));
}

function warnOfIdleKeys(section: ConfigSection, keys: PostgresAddress): void {
  const idle = addressKeys.find((key) => keys[key] !== undefined);
  if (idle === undefined) return;
  section.warn(
    ['database', names[idle]],
    'has no effect: no PostgreSQL server is named, and entries stay in the SQLite file; give `host` or `url`',
  );
}

type Tls = Pick<PostgresConfig, 'sslMode' | 'sslCert' | 'sslKey' | 'sslCa'>;

function tlsOf(section: ConfigSection, address: PostgresAddress, around: Surroundings): Tls {
  const file = (key: 'sslCert' | 'sslKey' | 'sslCa') => {
    const path = pathOf(address[key], around);
    if (path !== undefined) checkReadable(section, ['database', names[key]], path);
    return path;
  };
  const tls = { sslCert: file('sslCert'), sslKey: file('sslKey'), sslCa: file('sslCa') };
  if ((tls.sslCert === undefined) !== (tls.sslKey === undefined)) {
    section.error(['database', 'ssl_cert'], 'and `ssl_key` go together; give both or neither');
  }
  return { sslMode: address.sslMode ?? 'prefer', ...tls };
}

function pathOf(path: string | null | undefined, around: Surroundings): string | undefined {
  return path === undefined || path === null ? undefined : expandPath(path, around.env, around.directory);
}
