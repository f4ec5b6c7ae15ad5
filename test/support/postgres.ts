/** A real PostgreSQL of a test's own: a cluster in a folder of its own, on a port of its own, under a user without rights. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { Certificate } from './certificate.ts';
import { type ChildProgram, startProgram } from './child-program.ts';
import { needProgram } from './debian-package.ts';
import { freePort } from './free-ports.ts';
import { tempFolder } from './temp-folder.ts';
import { waitFor } from './wait-for.ts';

export interface PostgresWishes {
  readonly tls?: Certificate;
  /** Without TLS nobody is let in. */
  readonly tlsOnly?: boolean;
  /** A folder that is there, to put everything into. */
  readonly root?: string;
}

export interface RunningPostgres {
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** A database of its own for each test; tells its URL. */
  newDatabase(): Promise<TestDatabase>;
  /** To the server and all its children, so that SIGSTOP really stops it. */
  signal(signal: NodeJS.Signals): void;
  kill9(): Promise<void>;
  startAgain(): Promise<void>;
  stop(): Promise<void>;
}

export interface TestDatabase {
  readonly name: string;
  readonly url: string;
  query(sql: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
}

const username = 'sluice';
const password = 'of-a-test';

export async function startPostgres(wishes: PostgresWishes = {}): Promise<RunningPostgres> {
  const programs = programsFolder();
  const root = wishes.root ?? tempFolder('sluice-pg-');
  const data = join(root, 'data');
  makeCluster(programs, root, data, wishes);
  const port = await freePort();
  const start = async (): Promise<ChildProgram> => {
    const [command = '', ...args] = asNobody(join(programs, 'postgres'), [
      ...[
        '-D',
        data,
        '-p',
        `${port}`,
        '-c',
        'listen_addresses=127.0.0.1',
        '-c',
        `unix_socket_directories=${root}`,
      ],
      ...['-c', 'fsync=off', '-c', 'max_connections=60', '-c', 'shared_buffers=32MB'],
      ...(wishes.tls ? ['-c', 'ssl=on'] : []),
    ]);
    const started = startProgram(command, args, { cwd: root });
    await waitFor('PostgreSQL to answer', () => ask(port, 'postgres', 'SELECT 1'), { everyMs: 50 });
    return started;
  };
  let program = await start();
  let databases = 0;
  const family = () => [program.pid, ...childrenOf(program.pid)];
  return {
    ...{ port, username, password },
    newDatabase: async () => {
      databases += 1;
      const name = `test_${databases}`;
      await ask(port, 'postgres', `CREATE DATABASE ${name}`);
      return {
        name,
        url: `postgres://${username}:${password}@127.0.0.1:${port}/${name}`,
        query: (sql, values) => ask(port, name, sql, values),
      };
    },
    signal: (signal) => {
      for (const pid of family()) signalTo(pid, signal);
    },
    kill9: async () => {
      for (const pid of family().reverse()) signalTo(pid, 'SIGKILL');
      await program.ended;
    },
    startAgain: async () => {
      program = await start();
    },
    stop: async () => {
      for (const pid of family()) signalTo(pid, 'SIGCONT');
      program.signal('SIGQUIT');
      await program.ended;
    },
  };
}

function programsFolder(): string {
  const root = '/usr/lib/postgresql';
  const newest = () => readdirSync(root).sort((a, b) => Number(b) - Number(a))[0];
  try {
    return join(root, newest() ?? '', 'bin');
  } catch {
    needProgram(root, 'postgresql');
    return join(root, newest() ?? '', 'bin');
  }
}

function makeCluster(programs: string, root: string, data: string, { tls, tlsOnly }: PostgresWishes): void {
  chmodSync(root, 0o755);
  const words = join(root, 'password');
  writeFileSync(words, password);
  mkdirSync(data, { mode: 0o700 });
  for (const path of [root, data, words]) giveAway(path);
  const [command = '', ...args] = asNobody(join(programs, 'initdb'), [
    ...['-D', data, '-U', username, '--pwfile', words, '--auth=scram-sha-256', '--no-sync', '-E', 'UTF8'],
    '--locale=C',
  ]);
  execFileSync(command, args, { cwd: root, stdio: 'pipe', timeout: 60_000 });
  if (tlsOnly) writeFileSync(join(data, 'pg_hba.conf'), 'hostssl all all 127.0.0.1/32 scram-sha-256\n');
  if (tls === undefined) return;
  for (const [from, name] of [
    [tls.certFile, 'server.crt'],
    [tls.keyFile, 'server.key'],
  ] as const) {
    copyFileSync(from, join(data, name));
    chmodSync(join(data, name), 0o600);
    giveAway(join(data, name));
  }
}

/** PostgreSQL does not run as root. `setpriv` becomes the program, so that signals reach it. */
function asNobody(program: string, args: readonly string[]): string[] {
  if (process.getuid?.() !== 0) return [program, ...args];
  return ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', program, ...args];
}

function giveAway(path: string): void {
  if (process.getuid?.() !== 0) return;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  chownSync(path, id('-u'), id('-g'));
}

function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has just ended.
  }
}

async function ask(
  port: number,
  database: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({
    ...{ host: '127.0.0.1', port, database, user: username, password },
    ...{ connectionTimeoutMillis: 2_000, query_timeout: 20_000 },
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query(sql, [...values]);
    return rows as Record<string, unknown>[];
  } finally {
    await client.end().catch(() => undefined);
  }
}
