// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources planted here are text on purpose.

/** A tiny house for tests that keeps every rule, and uses whatever each room may use. Path below `src` → text. */
export const catalog = {
  'providers/provider.ts': 'export const defineProvider = <T>(one: T): T => one;',
  'providers/catalog/acme-gpu.ts':
    "import { defineProvider } from '../provider.ts';\nexport default defineProvider({ name: 'acme-gpu', aliases: ['acmeold'], surfaces: { chat: { name: 'inner' } } });",
  'providers/catalog/echo.ts':
    "import { defineProvider } from '../provider.ts';\nexport default defineProvider({ name: 'echo', aliases: ['local'] });",
};

export const cleanHouse = {
  ...catalog,
  'model/word.ts':
    "import { inspect } from 'node:util';\nexport interface Word { readonly text: string }\nexport { inspect };",
  'model/clock.ts':
    'export const now = () => Date.now() + performance.now();\nsetTimeout(now, new Date().getTime());',
  'config/load.ts':
    "import { readFileSync } from 'node:fs';\nexport const home = () => process.env['HOME'] ?? readFileSync('x');",
  'dialects/dialect.ts':
    "import type { Word } from '../model/word.ts';\nexport interface Dialect { word: Word }",
  'dialects/all-dialects.ts':
    "export { wire } from './acme-talk/acme-talk.ts';\nexport type { Dialect } from './dialect.ts';",
  'dialects/acme-words-family/word.ts': 'export type Word = string;',
  'dialects/acme-family/word-use.ts':
    "import type { Word } from '../acme-words-family/word.ts';\nexport type Use = Word;",
  'dialects/acme-family/shared.ts':
    "import type { Dialect } from '../dialect.ts';\nexport type Shared = Dialect;",
  'dialects/acme-talk/acme-talk.ts':
    "import type { Shared } from '../acme-family/shared.ts';\nimport type { Dialect } from '../dialect.ts';\nimport { part } from './part.ts';\nexport const wire: Shared & Dialect = part;",
  'dialects/acme-talk/part.ts':
    "import type { Dialect } from '../dialect.ts';\nexport declare const part: Dialect;",
  'storage/database.ts': "import { DatabaseSync } from 'node:sqlite';\nexport const open = DatabaseSync;",
  'storage/migrations/001.ts': 'export const make = (table: string) => `CREATE TABLE ${table} (id)`;',
  'telemetry/logger.ts': "import pino from 'pino';\nexport const log = pino;",
  'upstream/send.ts': "import { request } from 'undici';\nexport const send = request;",
  'decisions/accounting/ledger.ts':
    "import { sql } from 'kysely';\nexport const sums = (app: string) => sql`SELECT x FROM y WHERE app = ${app}`;",
  'decisions/policy/judge.ts':
    "import type { home } from '../../config/load.ts';\nexport type Judge = typeof home;",
  'pipeline/handle-call.ts':
    "import { send } from '../upstream/send.ts';\nimport type { Judge } from '../decisions/policy/judge.ts';\nexport const handle = (judge: Judge) => [send, judge, setImmediate];",
  'server/start.ts':
    "import { createServer, type IncomingMessage } from 'node:http';\nimport { isIP } from 'node:net';\nimport fastify from 'fastify';\nexport const start = [createServer, fastify, isIP] as unknown as IncomingMessage;",
  'server/admin/admin-api.ts': 'export interface Status { readonly pid: number }',
  'cli/main.ts':
    "import type { Status } from '../server/admin/admin-api.ts';\nexport const run = (status: Status) => import('./start.ts').then((one) => [one, status]);",
  'cli/start.ts': "import { start } from '../server/start.ts';\nexport const go = start;",
  'cli/admin-client.ts': "import { request } from 'node:http';\nexport const ask = request;",
  'cli/main.test.ts':
    "import { handle } from '../pipeline/nothing.ts';\nexport const x = [fetch, Date.now(), 'acme-gpu', handle];",
};
