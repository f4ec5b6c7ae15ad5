// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources planted here are text on purpose.

type Planted = readonly [what: string, files: Readonly<Record<string, string>>, expected: string];

/** One broken rule each, for the tests: what it is, the sources, and the one complaint it must cause. */
export const plantedViolations: readonly Planted[] = [
  ['an import upwards', { 'upstream/a.ts': "import { b } from '../pipeline/b.ts';" }, 'floor pipeline/b.ts'],
  [
    'a type import upwards',
    { 'upstream/a.ts': "import type { b } from '../pipeline/b.ts';" },
    'floor pipeline/b.ts',
  ],
  [
    'an import type upwards',
    { 'upstream/a.ts': "export type A = import('../pipeline/b.ts').B;" },
    'floor pipeline/b.ts',
  ],
  [
    'a dynamic import upwards',
    { 'upstream/a.ts': "export const a = () => import('../pipeline/b.ts');" },
    'floor pipeline/b.ts',
  ],
  ['a re-export upwards', { 'upstream/a.ts': "export * from '../pipeline/b.ts';" }, 'floor pipeline/b.ts'],
  [
    'a sibling on one floor',
    { 'telemetry/a.ts': "import type { Config } from '../config/b.ts';" },
    'floor config/b.ts',
  ],
  [
    'a sibling decision',
    { 'decisions/policy/a.ts': "import { b } from '../routing/b.ts';" },
    'floor decisions/routing/b.ts',
  ],
  ['a file in no room', { 'helpers/a.ts': '' }, 'room helpers/a.ts'],
  ['a file beside the decisions', { 'decisions/a.ts': '' }, 'room decisions/a.ts'],
  [
    'an import from outside',
    { 'server/a.ts': "import { b } from '../../tools/b.ts';" },
    'room ../tools/b.ts',
  ],
  [
    'an import nobody can read',
    { 'server/a.ts': 'export const a = (path: string) => import(path);' },
    'unreadable-import import()',
  ],
  ['an imported test', { 'server/a.ts': "import { b } from './b.test.ts';" }, 'test-import server/b.test.ts'],
  [
    'a decision that sends',
    { 'decisions/routing/a.ts': "import type { b } from '../../upstream/send.ts';" },
    'wall upstream/send.ts',
  ],
  [
    'an admin page that sends',
    { 'server/admin/a.ts': "import { b } from '../../upstream/send.ts';" },
    'wall upstream/send.ts',
  ],
  [
    'an admin page that translates',
    { 'server/admin/a.ts': "import { b } from '../../dialects/all-dialects.ts';" },
    'wall dialects/all-dialects.ts',
  ],
  [
    'a command that builds the house',
    { 'cli/usage.ts': "import { b } from '../server/b.ts';" },
    'wall server/b.ts',
  ],
  [
    'a command that takes a value where types are shared',
    { 'cli/usage.ts': "import { b } from '../server/admin/admin-api.ts';" },
    'wall server/admin/admin-api.ts',
  ],
  [
    'a dialect that knows another',
    { 'dialects/x/a.ts': "import { b } from '../y/b.ts';" },
    'dialect dialects/y/b.ts',
  ],
  [
    'a family that knows a dialect',
    { 'dialects/x-family/a.ts': "import { b } from '../y/b.ts';" },
    'dialect dialects/y/b.ts',
  ],
  [
    'a dialect that knows the list',
    { 'dialects/x/a.ts': "import { b } from '../all-dialects.ts';" },
    'dialect dialects/all-dialects.ts',
  ],
  [
    'a dialect that uses node',
    { 'dialects/x/a.ts': "import { b } from 'node:crypto';" },
    'dialect node:crypto',
  ],
  [
    'a dialect that uses a package',
    { 'dialects/x/a.ts': "import { b } from 'left-pad';" },
    'dialect left-pad',
  ],
  [
    'a pipeline that picks a dialect',
    { 'pipeline/a.ts': "import { b } from '../dialects/x/b.ts';" },
    'dialect dialects/x/b.ts',
  ],
  ['fetch', { 'pipeline/a.ts': "export const a = fetch('http://x');" }, 'permission fetch'],
  ['globalThis.fetch', { 'pipeline/a.ts': 'export const a = globalThis.fetch;' }, 'permission fetch'],
  ['fetch handed on', { 'pipeline/a.ts': 'export const a = { fetch };' }, 'permission fetch'],
  ['undici', { 'decisions/routing/a.ts': "import type { Dispatcher } from 'undici';" }, 'permission undici'],
  ['a socket', { 'pipeline/a.ts': "import { connect } from 'node:net';" }, 'permission node:net'],
  [
    'node:http above upstream',
    { 'pipeline/a.ts': "import type { IncomingMessage } from 'node:http';" },
    'permission node:http',
  ],
  [
    'an HTTP client in the server',
    { 'server/a.ts': "import { request } from 'node:http';" },
    'permission node:http',
  ],
  [
    'an HTTP client in another command',
    { 'cli/usage.ts': "import { get } from 'http';" },
    'permission node:http',
  ],
  ['fastify', { 'pipeline/a.ts': "import type { FastifyRequest } from 'fastify';" }, 'permission fastify'],
  [
    'a fastify plugin',
    { 'pipeline/a.ts': "import swagger from '@fastify/swagger';" },
    'permission @fastify/swagger',
  ],
  [
    'the SQLite driver',
    { 'decisions/accounting/a.ts': "export const a = () => import('node:sqlite');" },
    'permission node:sqlite',
  ],
  [
    'the packaged SQLite driver',
    { 'server/a.ts': "export const a = () => require('@photostructure/sqlite');" },
    'permission @photostructure/sqlite',
  ],
  ['kysely', { 'decisions/policy/a.ts': "import { sql } from 'kysely';" }, 'permission kysely'],
  ['process.env', { 'server/a.ts': "export const a = process.env['X'];" }, 'permission process.env'],
  ['process["env"]', { 'server/a.ts': "export const a = process['env'];" }, 'permission process.env'],
  [
    'globalThis.process.env',
    { 'server/a.ts': 'export const a = globalThis.process.env;' },
    'permission process.env',
  ],
  [
    'env out of process',
    { 'server/a.ts': 'const { env } = process;\nexport const a = env;' },
    'permission process.env',
  ],
  [
    'env from node:process',
    { 'server/a.ts': "import { env } from 'node:process';" },
    'permission node:process',
  ],
  ['Date.now', { 'server/a.ts': 'export const a = Date.now();' }, 'permission Date.now'],
  ['new Date()', { 'server/a.ts': 'export const a = new Date();' }, 'permission new Date()'],
  ['setTimeout', { 'server/a.ts': 'export const a = setTimeout(() => 1, 1);' }, 'permission setTimeout'],
  [
    'setInterval by another name',
    { 'server/a.ts': 'export const every = setInterval;' },
    'permission setInterval',
  ],
  [
    'performance.now',
    { 'telemetry/a.ts': 'export const a = performance.now();' },
    'permission performance.now',
  ],
  [
    'AbortSignal.timeout',
    { 'pipeline/a.ts': 'export const a = AbortSignal.timeout(1);' },
    'permission AbortSignal.timeout',
  ],
  [
    'timers as promises',
    { 'pipeline/a.ts': "import { setTimeout } from 'node:timers/promises';" },
    'permission node:timers/promises',
  ],
  ['pino', { 'server/a.ts': "import type { Logger } from 'pino';" }, 'permission pino'],
  ['prom-client', { 'pipeline/a.ts': "import { Counter } from 'prom-client';" }, 'permission prom-client'],
  [
    'files in a decision',
    { 'decisions/accounting/a.ts': "import { appendFile } from 'node:fs/promises';" },
    'permission node:fs/promises',
  ],
  ['files in the pipeline', { 'pipeline/a.ts': "import fs from 'fs';" }, 'permission node:fs'],
  [
    'a built-in in the model',
    { 'model/a.ts': "import { createHash } from 'node:crypto';" },
    'permission node:crypto',
  ],
  [
    'a built-in in a provider',
    { 'providers/catalog/x.ts': "import os from 'node:os';" },
    'permission node:os',
  ],
  [
    'the command line parser',
    { 'server/a.ts': "import { Command } from 'commander';" },
    'permission commander',
  ],
  [
    'a template of SQL',
    { 'decisions/accounting/a.ts': 'export const a = (b: string) => `SELECT x FROM y WHERE z = ${b}`;' },
    'sql template',
  ],
  [
    'a sum of SQL',
    { 'storage/a.ts': "export const a = (b: string) => 'DELETE FROM y ' + 'WHERE z = ' + b;" },
    'sql template',
  ],
  [
    'the lenient parser',
    { 'server/a.ts': 'export const a = { insecureHTTPParser: true };' },
    'parser insecureHTTPParser',
  ],
  [
    'the lenient parser as a flag',
    { 'cli/a.ts': "export const a = ['--insecure-http-parser'];" },
    'parser insecureHTTPParser',
  ],
  [
    'a built-in by the back door',
    { 'server/a.ts': "export const a = process.getBuiltinModule('node:sqlite');" },
    'permission node:sqlite',
  ],
  [
    'a require by another name',
    {
      'server/a.ts':
        "import { createRequire } from 'node:module';\nexport const load = createRequire(import.meta.url);",
    },
    'unreadable-import import()',
  ],
  [
    'a require made and used at once',
    {
      'server/a.ts':
        "import { createRequire } from 'node:module';\nexport const a = createRequire(import.meta.url)('undici');",
    },
    'permission undici',
  ],
];
