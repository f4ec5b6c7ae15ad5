/** A real Redis of a test's own, on a port of its own, that keeps nothing. */
import { connect } from 'node:net';
import { type ChildProgram, startProgram } from './child-program.ts';
import { needProgram } from './debian-package.ts';
import { freePort } from './free-ports.ts';
import { tempFolder } from './temp-folder.ts';
import { waitFor } from './wait-for.ts';

export interface RunningRedis {
  readonly url: string;
  signal(signal: NodeJS.Signals): void;
  /** Nothing of it is left. */
  stop(): Promise<unknown>;
  /** After `stop`: once more, empty, at the same place. */
  startAgain(): Promise<void>;
}

export async function startRedis(): Promise<RunningRedis> {
  const executable = needProgram('/usr/bin/redis-server', 'redis-server');
  const port = await freePort();
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const start = async (): Promise<ChildProgram> => {
    const started = startProgram(executable, args, { cwd: tempFolder('sluice-redis-') });
    await waitFor('Redis to listen', () => answers(port), { everyMs: 25 });
    return started;
  };
  let program = await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    signal: (signal) => program.signal(signal),
    stop: () => program.kill9(),
    startAgain: async () => {
      program = await start();
    },
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', (bytes) => {
      socket.destroy();
      resolve(bytes.toString().startsWith('+PONG'));
    });
    socket.once('error', () => resolve(false));
  });
}
