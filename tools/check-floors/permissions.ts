/**
 * The one list of who may touch which built-in, package or global. `who` holds rooms (`storage`), folders
 * (`decisions/accounting/`) and files (`model/clock.ts`), relative to `src`.
 */
export interface Permission {
  /** Packages and built-ins, as imported; a trailing `/*` covers everything below. */
  readonly packages?: readonly string[];
  /** Globals and members of globals, as written: `fetch`, `Date.now`, `process.env`. */
  readonly globals?: readonly string[];
  readonly who: readonly string[];
  /** Names of these packages that anybody may import: pure helpers that open nothing. */
  readonly pureNames?: readonly string[];
  readonly instead: string;
}

export const permissions: readonly Permission[] = [
  {
    packages: ['undici', 'undici/*', 'node:http2'],
    globals: ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest'],
    who: ['upstream'],
    instead: 'only src/upstream calls out: deadlines, keys and proxies live in one place',
  },
  {
    packages: ['node:http', 'node:https'],
    who: ['upstream', 'server', 'cli/admin-client.ts'],
    instead: 'HTTP in belongs to src/server, HTTP out to src/upstream; take what you need as values',
  },
  {
    packages: ['node:net', 'node:tls', 'node:dgram', 'node:dns', 'node:dns/promises'],
    who: ['upstream', 'server', 'cli/admin-client.ts', 'cli/stale-socket.ts'],
    pureNames: ['isIP', 'isIPv4', 'isIPv6', 'BlockList', 'SocketAddress'],
    instead: 'sockets belong to src/server and src/upstream; take what you need as values',
  },
  {
    packages: ['fastify', 'fastify-plugin', '@fastify/*', 'light-my-request'],
    who: ['server'],
    instead: 'only src/server knows the web framework: the pipeline runs in tests without sockets',
  },
  {
    packages: ['node:sqlite', '@photostructure/sqlite', 'better-sqlite3', 'libsql', 'pg', 'ioredis'],
    who: ['storage'],
    instead: 'open the database through src/storage: it owns the engine',
  },
  {
    packages: ['kysely'],
    who: ['storage', 'decisions/accounting'],
    instead: 'ask the owner of the table; only src/storage and decisions/accounting speak SQL',
  },
  {
    globals: ['process.env'],
    packages: ['dotenv'],
    who: ['config'],
    instead: 'add the setting to Config: what can be configured is visible in one type',
  },
  {
    packages: ['node:process'],
    who: [],
    instead: 'use the global `process`, which this check can follow',
  },
  {
    packages: ['yaml', 'jsonc-parser'],
    who: ['config'],
    instead: 'only src/config reads configuration files',
  },
  {
    globals: [
      'Date.now',
      'new Date()',
      'Date()',
      'setTimeout',
      'setInterval',
      'performance.now',
      'performance.timeOrigin',
      'process.hrtime',
      'AbortSignal.timeout',
    ],
    packages: ['node:timers', 'node:timers/promises', 'node:perf_hooks'],
    who: ['model/clock.ts'],
    instead: 'take a Clock (src/model/clock.ts) as a parameter: tests own time',
  },
  {
    packages: ['pino', 'prom-client', '@opentelemetry/*'],
    who: ['telemetry'],
    instead: 'take the Logger or Metrics of src/telemetry as a parameter',
  },
  {
    packages: ['commander'],
    who: ['cli'],
    instead: 'only src/cli reads the command line',
  },
  {
    packages: ['node:fs', 'node:fs/promises'],
    who: ['config', 'storage', 'telemetry', 'upstream', 'server', 'cli', 'providers/load-catalog.ts'],
    instead: 'take the content as a parameter; files are read where the house meets the machine',
  },
  {
    packages: ['node:child_process', 'node:worker_threads', 'node:cluster'],
    who: ['storage', 'upstream', 'server', 'cli'],
    instead: 'processes and threads are started where the house meets the machine',
  },
];

/** Built-ins that a room may use besides nothing at all; rooms not named here may use what `permissions` leaves. */
export const builtInsOf: Readonly<Record<string, readonly string[]>> = {
  // `Secret` must mask itself in the inspector, and that hook has no other home.
  model: ['node:util', 'node:buffer'],
  // A provider is described, not run; only the loader touches the machine.
  providers: [],
};

/** Files excused from `builtInsOf`. */
export const builtInUsers: readonly string[] = ['providers/load-catalog.ts'];

/** Members of `node:http` and `node:https` that call out: not even `server` may have them. */
export const clientNames: readonly string[] = ['request', 'get', 'ClientRequest', 'Agent', 'globalAgent'];

/** Who may have `clientNames`. */
export const clientUsers: readonly string[] = ['upstream', 'cli/admin-client.ts'];

/** Does one of the entries cover this file? */
export function isAmong(path: string, who: readonly string[]): boolean {
  return who.some((entry) => path === entry || path.startsWith(entry.endsWith('/') ? entry : `${entry}/`));
}
