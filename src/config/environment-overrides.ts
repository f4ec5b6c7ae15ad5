import { checkShape } from './check-shape.ts';
import type { ComplaintBook, Spot } from './complaint-book.ts';
import type { ConfigSection } from './config-section.ts';
import { commaList, type Environment, given } from './environment.ts';
import { readSchema, schemaAt } from './read-schema.ts';
import type { DaemonFile } from './schema/daemon-schema.ts';

/** What the command line may say about the daemon. */
export interface Flags {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly unixSocket?: string | undefined;
  readonly logLevel?: string | undefined;
  /** Take a changed file up by itself. */
  readonly reload?: boolean | undefined;
}

type Override = readonly [name: string, path: readonly string[], value: unknown];

/**
 * Flag over environment over file, for the keys of the daemon that have a variable or a flag. An address that is
 * given replaces the addresses of the file (but not its socket); `--unix-socket` replaces all of them.
 *
 * API_HOST API_PORT PORT LOG_LEVEL LOG_JSON LOG_PROMPTS REQUEST_TIMEOUT_S CONNECT_TIMEOUT_S METRICS_ENABLED
 * CORS_ORIGINS CORS_ALLOW_CREDENTIALS RATE_LIMIT_ENABLED RATE_LIMIT_RPM RATE_LIMIT_BURST
 */
export function applyOverrides(
  daemon: ConfigSection,
  env: Environment,
  flags: Flags,
  book: ComplaintBook,
): void {
  for (const override of environmentOverrides(env)) apply(daemon, override, 'environment', book);
  for (const override of flagOverrides(flags)) apply(daemon, override, 'command line', book);
  if (given(flags.unixSocket) === undefined) askForTcp(daemon, env, flags, book);
}

/**
 * A port that is given asks for TCP, also where the file has nothing but a socket. Not `PORT`: it may have been set
 * for somebody else, and must open no door that the file keeps shut.
 */
function askForTcp(daemon: ConfigSection, env: Environment, flags: Flags, book: ComplaintBook): void {
  const { listen } = (daemon.value ?? {}) as DaemonFile;
  if (given(listen?.host_v4 ?? '') !== undefined || given(listen?.host_v6 ?? '') !== undefined) return;
  const host: Override[1] = ['listen', 'host_v4'];
  if (flags.port !== undefined) apply(daemon, ['--port', host, '127.0.0.1'], 'command line', book);
  else if (given(env.API_PORT) !== undefined)
    apply(daemon, ['API_PORT', host, '127.0.0.1'], 'environment', book);
}

function environmentOverrides(env: Environment): Override[] {
  const plain: Override[] = [
    ...hostOverrides('API_HOST', given(env.API_HOST)),
    // What platforms for containers set; the later one wins.
    ['PORT', ['listen', 'port'], env.PORT],
    ['API_PORT', ['listen', 'port'], env.API_PORT],
    ['LOG_LEVEL', ['logging', 'level'], env.LOG_LEVEL],
    ['LOG_JSON', ['logging', 'format'], oneOf(env.LOG_JSON, 'json', 'text')],
    ['LOG_PROMPTS', ['logging', 'redact_prompts'], oneOf(env.LOG_PROMPTS, 'false', 'true')],
    ['REQUEST_TIMEOUT_S', ['timeouts', 'default_read_s'], env.REQUEST_TIMEOUT_S],
    ['CONNECT_TIMEOUT_S', ['timeouts', 'default_connect_s'], env.CONNECT_TIMEOUT_S],
    ['METRICS_ENABLED', ['metrics', 'enabled'], env.METRICS_ENABLED],
    ['CORS_ALLOW_CREDENTIALS', ['cors', 'credentials'], env.CORS_ALLOW_CREDENTIALS],
  ];
  const origins = commaList(env.CORS_ORIGINS);
  if (origins.length > 0) plain.push(['CORS_ORIGINS', ['cors', 'origins'], origins]);
  if (oneOf(env.RATE_LIMIT_ENABLED, 'yes', 'no') === 'yes') plain.push(rateLimit(env));
  return plain.filter(([, , value]) => value !== undefined && value !== '');
}

const rateLimit = (env: Environment): Override => [
  'RATE_LIMIT_ENABLED',
  ['rate_limit'],
  { per_minute: given(env.RATE_LIMIT_RPM) ?? '120', burst: given(env.RATE_LIMIT_BURST) ?? '30' },
];

function flagOverrides(flags: Flags): Override[] {
  const all: Override[] = [
    ...hostOverrides('--host', given(flags.host)),
    ['--port', ['listen', 'port'], flags.port],
    ['--log-level', ['logging', 'level'], flags.logLevel],
    ['--reload', ['reload', 'watch'], flags.reload],
  ];
  if (given(flags.unixSocket) !== undefined) {
    all.push(['--unix-socket', ['listen', 'host_v4'], null], ['--unix-socket', ['listen', 'host_v6'], null]);
    all.push(['--unix-socket', ['listen', 'unix_socket'], flags.unixSocket]);
  }
  return all.filter(([, , value]) => value !== undefined);
}

/** A host replaces the file's hosts of both families. */
function hostOverrides(name: string, host: string | undefined): Override[] {
  if (host === undefined) return [];
  const isV6 = host.includes(':');
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  return [
    [name, ['listen', 'host_v4'], isV6 ? null : bare],
    [name, ['listen', 'host_v6'], isV6 ? bare : null],
  ];
}

/** A switch in the spellings people use; anything else is passed on, so that the schema complains of it. */
function oneOf(text: string | undefined, whenTrue: string, whenFalse: string): string | undefined {
  if (given(text) === undefined) return undefined;
  if (/^\s*(true|1|yes|on)\s*$/i.test(text ?? '')) return whenTrue;
  return /^\s*(false|0|no|off)\s*$/i.test(text ?? '') ? whenFalse : text;
}

function apply(
  daemon: ConfigSection,
  [name, path, value]: Override,
  file: string,
  book: ComplaintBook,
): void {
  const spot: Spot = { file, place: undefined, key: name };
  const shape = checkShape(schemaAt(readSchema('daemon'), path), value, path, () => true);
  for (const { severity, message } of shape.findings) book.add(severity, spot, message);
  if (shape.findings.some(({ severity }) => severity === 'error')) return;
  daemon.value = withMember(daemon.value, path, shape.value);
  daemon.override(path, spot);
}

function withMember(object: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const members = typeof object === 'object' && object !== null ? (object as Record<string, unknown>) : {};
  return { ...members, [key]: withMember(members[key], rest, value) };
}
