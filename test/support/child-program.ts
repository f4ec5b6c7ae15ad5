/** A program started for a test: its lines are kept, its end is awaited within bounds, and it never outlives the test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { killAfterUs, spare } from './janitor.ts';

export interface ProgramOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ChildProgram {
  readonly pid: number;
  readonly stdoutLines: readonly string[];
  readonly stderrLines: readonly string[];
  readonly hasEnded: boolean;
  readonly ended: Promise<Ended>;
  signal(signal: NodeJS.Signals): void;
  /** SIGTERM, and SIGKILL if that does not end it in time. */
  stop(withinMs?: number): Promise<Ended>;
  kill9(): Promise<Ended>;
}

export function startProgram(
  command: string,
  args: readonly string[],
  options: ProgramOptions = {},
): ChildProgram {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.env ? { env: options.env as NodeJS.ProcessEnv } : {}),
    ...(options.cwd ? { cwd: options.cwd } : {}),
  });
  if (child.pid) killAfterUs(child.pid);
  let hasEnded = false;
  const ended = new Promise<Ended>((resolve) => {
    const end = (code: number | null, signal: NodeJS.Signals | null): void => {
      hasEnded = true;
      if (child.pid) spare(child.pid);
      resolve({ code, signal });
    };
    child.once('exit', end);
    child.once('error', () => end(null, null));
  });
  const kill9 = (): Promise<Ended> => {
    child.kill('SIGKILL');
    return ended;
  };
  return {
    pid: child.pid ?? 0,
    stdoutLines: linesOf(child.stdout),
    stderrLines: linesOf(child.stderr),
    get hasEnded() {
      return hasEnded;
    },
    ended,
    signal: (signal) => void child.kill(signal),
    stop: (withinMs = 10_000) => stop(child, ended, kill9, withinMs),
    kill9,
  };
}

async function stop(
  child: ChildProcess,
  ended: Promise<Ended>,
  kill9: () => Promise<Ended>,
  withinMs: number,
): Promise<Ended> {
  child.kill('SIGTERM');
  const patience = new AbortController();
  const late = sleep(withinMs, 'late' as const, { signal: patience.signal }).catch(() => 'late' as const);
  const first = await Promise.race([ended, late]);
  patience.abort();
  return first === 'late' ? kill9() : first;
}

function linesOf(stream: Readable): string[] {
  const lines: string[] = [];
  createInterface({ input: stream }).on('line', (line) => lines.push(line));
  return lines;
}
