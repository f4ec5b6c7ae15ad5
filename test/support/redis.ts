/** A real Redis of a test's own, on a port of its own, that keeps nothing. */
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import type { Certificate } from './certificate.ts';
import { type ChildProgram, startProgram } from './child-program.ts';
import { needProgram } from './debian-package.ts';
import { freePort } from './free-ports.ts';
import { tempFolder } from './temp-folder.ts';
import { waitFor } from './wait-for.ts';

export interface RedisWishes {
  /** More of its own command line. */
  readonly args?: readonly string[];
  /** It speaks TLS alone, and shows this. */
  readonly certificate?: Certificate;
  /** It is a Sentinel, and watches the primary of this name. */
  readonly sentinelFor?: { readonly name: string; readonly port: number };
}

export interface RunningRedis {
  /** Without user and password. */
  readonly url: string;
  readonly port: number;
  signal(signal: NodeJS.Signals): void;
  /** Nothing of it is left. */
  stop(): Promise<unknown>;
  /** After `stop`: once more, empty, at the same place. */
  startAgain(): Promise<void>;
}

export async function startRedis(wishes: RedisWishes = {}): Promise<RunningRedis> {
  const executable = needProgram('/usr/bin/redis-server', 'redis-server');
  const port = await freePort();
  const args = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', ...portArgs(port, wishes)];
  const start = async (): Promise<ChildProgram> => {
    const cwd = tempFolder('sluice-redis-');
    const started = startProgram(executable, [...sentinelArgs(cwd, wishes), ...args], { cwd });
    await waitFor('Redis to listen', () => answers(port, wishes.certificate), { everyMs: 25 });
    return started;
  };
  let program = await start();
  return {
    url: `${wishes.certificate === undefined ? 'redis' : 'rediss'}://127.0.0.1:${port}`,
    port,
    signal: (signal) => program.signal(signal),
    stop: () => program.kill9(),
    startAgain: async () => {
      program = await start();
    },
  };
}

function portArgs(port: number, { args = [], certificate }: RedisWishes): string[] {
  if (certificate === undefined) return ['--port', `${port}`, ...args];
  const files = ['--tls-cert-file', certificate.certFile, '--tls-key-file', certificate.keyFile];
  return ['--port', '0', '--tls-port', `${port}`, ...files, '--tls-auth-clients', 'no', ...args];
}

/** A Sentinel writes what it learns into its configuration, so it must have one. */
function sentinelArgs(folder: string, { sentinelFor }: RedisWishes): string[] {
  if (sentinelFor === undefined) return [];
  const { name, port } = sentinelFor;
  const file = join(folder, 'sentinel.conf');
  const lines = [
    `sentinel monitor ${name} 127.0.0.1 ${port} 1`,
    `sentinel down-after-milliseconds ${name} 500`,
    `sentinel failover-timeout ${name} 2000`,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return [file, '--sentinel'];
}

/** One that wants a password says so, which is an answer as well. */
function answers(port: number, certificate: Certificate | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const socket =
      certificate === undefined
        ? connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
        : connectTls({ port, host: '127.0.0.1', ca: certificate.cert }, () => socket.write('PING\r\n'));
    socket.once('data', (bytes: Buffer) => {
      socket.destroy();
      resolve(/^(\+PONG|-NOAUTH)/.test(bytes.toString()));
    });
    socket.once('error', () => resolve(false));
  });
}
