import { spawn } from 'node:child_process';
import { closeSync, openSync, readSync, statSync } from 'node:fs';

import type { StatusReport } from '../server/admin/admin-api.ts';
import { AdminClient } from './admin-client.ts';
import { CommandFailure } from './exit-code.ts';
import { isWithin } from './wait-until.ts';

/** Starts the daemon as a process of its own and waits until it listens (row 000-89). */
export interface BackgroundOptions {
  /** The flags of the foreground start, without `--detach`. */
  readonly args: readonly string[];
  readonly logPath: string;
  readonly controlSocket: string;
  readonly withinMs: number;
}

export interface BackgroundDaemon {
  readonly pid: number;
  readonly report: StatusReport;
}

export async function startInBackground(options: BackgroundOptions): Promise<BackgroundDaemon> {
  // Opened before anything is detached: a log that cannot be written is a failure somebody still sees.
  const log = openSync(options.logPath, 'a', 0o600);
  const from = statSync(options.logPath).size;
  const child = spawnDaemon(options.args, log);
  closeSync(log);
  try {
    const report = await waitForReport(child, options);
    child.process.unref();
    return { pid: child.process.pid ?? report.pid, report };
  } catch (error) {
    if (child.exitCode() === undefined) child.process.kill('SIGTERM');
    const said = readFrom(options.logPath, from).trim();
    const because = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(said === '' ? because : `${because}\n${said}`, child.exitCode() ?? 1, {
      cause: error,
    });
  }
}

function spawnDaemon(args: readonly string[], log: number) {
  const script = process.argv[1] ?? '';
  const child = spawn(process.execPath, [...process.execArgv, script, 'start', '--foreground', ...args], {
    detached: true,
    // What a start announces is said by us, to somebody who reads it; the log is for what goes wrong.
    stdio: ['ignore', 'ignore', log],
  });
  let exitCode: number | undefined;
  child.once('exit', (code) => {
    exitCode = code ?? 1;
  });
  child.once('error', () => {
    exitCode = 1;
  });
  return { process: child, exitCode: () => exitCode };
}

type Child = ReturnType<typeof spawnDaemon>;

async function waitForReport(child: Child, options: BackgroundOptions): Promise<StatusReport> {
  const client = new AdminClient({ kind: 'socket', path: options.controlSocket }, 1000);
  let report: StatusReport | undefined;
  await isWithin(options.withinMs, async () => {
    report = await client.get<StatusReport>('/admin/api/status').catch(() => undefined);
    return child.exitCode() !== undefined || report?.pid === child.process.pid;
  });
  if (child.exitCode() !== undefined)
    throw new CommandFailure('Sluice ended while it was starting. It said:');
  if (report?.pid !== child.process.pid || report === undefined) {
    throw new CommandFailure(
      `Sluice did not listen within ${options.withinMs / 1000} s (--timeout); it was stopped. It said:`,
    );
  }
  return report;
}

/** What the child added to the log: the reason, if it gave one. The last few thousand characters will do. */
function readFrom(path: string, from: number): string {
  const bytes = Buffer.alloc(4096);
  const file = openSync(path, 'r');
  try {
    const start = Math.max(from, statSync(path).size - bytes.length);
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, start));
  } finally {
    closeSync(file);
  }
}
