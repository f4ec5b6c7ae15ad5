import type { PostgresConfig } from './config.ts';
import type { ConfigSection } from './config-section.ts';
import type { KeyPath } from './key-path.ts';

/** What a URL or keys say of a PostgreSQL server; undefined = they do not say. */
export interface PostgresAddress {
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly database: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly sslMode: PostgresConfig['sslMode'] | undefined;
  readonly sslCert: string | undefined;
  readonly sslKey: string | undefined;
  readonly sslCa: string | undefined;
}

/**
 * `postgres://user:password@host:5432/database`, with `sslmode` and its like behind a `?`, as PostgreSQL's own programs
 * read it. Read here rather than by the driver, whose reading of `sslmode` is another. Complaints never show it.
 */
export function readPostgresUrl(
  section: ConfigSection,
  path: KeyPath,
  text: string,
): PostgresAddress | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol)) {
    section.error(path, 'is no address of a PostgreSQL server; write postgres://user:password@host/database');
    return undefined;
  }
  for (const name of url.searchParams.keys()) {
    if (parameters.includes(name)) continue;
    section.error(path, `has a parameter that is not known; known are ${parameters.join(', ')}`);
  }
  const parameter = (name: string) => nonEmpty(url.searchParams.get(name) ?? '');
  return {
    host: nonEmpty(decoded(url.hostname).replace(/^\[(.*)\]$/, '$1')) ?? parameter('host') ?? 'localhost',
    port: url.port === '' ? undefined : Number(url.port),
    database: nonEmpty(decoded(url.pathname.slice(1))),
    username: nonEmpty(decoded(url.username)),
    password: nonEmpty(decoded(url.password)),
    sslMode: sslModeOf(section, path, parameter('sslmode')),
    sslCert: parameter('sslcert'),
    sslKey: parameter('sslkey'),
    sslCa: parameter('sslrootcert'),
  };
}

const parameters: readonly string[] = ['host', 'sslmode', 'sslcert', 'sslkey', 'sslrootcert'];
const modes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;

function sslModeOf(
  section: ConfigSection,
  path: KeyPath,
  word: string | undefined,
): PostgresConfig['sslMode'] | undefined {
  const mode = modes.find((known) => known === word);
  if (word !== undefined && mode === undefined) {
    section.error(path, `has an sslmode that is not known; write one of ${modes.join(', ')}`);
  }
  return mode;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function nonEmpty(text: string): string | undefined {
  return text === '' ? undefined : text;
}
