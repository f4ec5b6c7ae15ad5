/**
 * How long from starting the process to its first accepted connection, and how much memory it holds when it has
 * done nothing for a while.
 *
 *   npm run build && npx tsx bench/start-and-idle.ts [RUNS]
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const RUNS = Number(process.argv[2] ?? 10);
const PORT = 19_310;
const IDLE_MS = 5_000;

const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));

function writeConfig(): void {
  const write = (name: string, value: unknown) =>
    writeFileSync(join(folder, name), JSON.stringify(value), { mode: 0o600 });
  write('daemon.json', {
    listen: { host_v4: '127.0.0.1', port: PORT },
    admin: { bind: ['127.0.0.1:19311'] },
    database: { path: join(folder, 'ledger.db') },
  });
  write('apps.json', { apps: [{ app_id: 'bench', api_keys: [`sha256:${'a'.repeat(64)}`] }] });
  write('backends.json', { backends: [{ type: 'echo', name: 'echo' }] });
}

function accepts(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(PORT, '127.0.0.1');
    socket.once('connect', () => resolve(socket.destroy() !== undefined));
    socket.once('error', () => resolve(false));
  });
}

async function start(): Promise<{ child: ChildProcess; tookMs: number }> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['dist/cli/main.js', 'start', '--config', folder], {
    stdio: 'ignore',
  });
  while (!(await accepts())) {
    if (child.exitCode !== null || performance.now() - startedAt > 15_000)
      throw new Error('it did not start');
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
  return { child, tookMs: performance.now() - startedAt };
}

async function stop(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  await new Promise((resolve) => child.once('exit', resolve));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

try {
  writeConfig();
  const took: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const { child, tookMs } = await start();
    took.push(tookMs);
    await stop(child);
  }
  const { child } = await start();
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  const rss = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024;
  await stop(child);
  console.log(`node ${process.version}`);
  console.log(
    `start to listening: median ${median(took).toFixed(0)} ms, fastest ${Math.min(...took).toFixed(0)} ms, of ${RUNS}`,
  );
  console.log(`idle memory (RSS) after ${IDLE_MS / 1000} s: ${rss.toFixed(0)} MB`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
