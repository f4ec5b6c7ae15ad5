import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { timeoutSignal } from '../../model/clock.ts';

export interface ShellJob {
  readonly command: string;
  /** All it gets to know; nothing of our own environment comes with it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly withinMs: number;
}

export interface ShellResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

const SHELL = '/bin/sh';
const OUTPUT_CHARACTERS_MAX = 64 * 1024;
/** What was printed is in the pipe when the shell ends; what it left running may keep the pipe open for ever. */
const LAST_WORDS_MS = 200;

/**
 * Runs a command of the operator's in a shell. It ends when the shell does; what that leaves in the background, a
 * server it started, lives on. Rejects when there is no shell, when it takes too long or is aborted: then the command
 * and all it started are killed.
 */
export async function runInShell(job: ShellJob, signal: AbortSignal): Promise<ShellResult> {
  signal.throwIfAborted();
  // A group of its own, so that a shell that waits for a child can be killed with the child.
  const child = spawn(SHELL, ['-c', job.command], {
    env: { ...job.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const stdout = new Heard(child.stdout);
  const stderr = new Heard(child.stderr);
  const isClosed = once(child, 'close').catch(() => undefined);
  const limit = AbortSignal.any([signal, timeoutSignal(job.withinMs)]);
  const kill = () => killGroup(child.pid);
  limit.addEventListener('abort', kill, { once: true });
  try {
    const [status] = (await once(child, 'exit')) as [number | null];
    if (limit.aborted) throw limit.reason;
    await Promise.race([isClosed, passed(LAST_WORDS_MS)]);
    return { status: status ?? KILLED, stdout: stdout.text, stderr: stderr.text };
  } finally {
    limit.removeEventListener('abort', kill);
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

/** What a shell says of a command that a signal ended. */
const KILLED = 128;

/** The beginning of what a stream says. */
class Heard {
  text = '';

  constructor(stream: Readable) {
    stream.setEncoding('utf8');
    stream.on('data', (piece: string) => {
      if (this.text.length < OUTPUT_CHARACTERS_MAX) this.text += piece;
    });
    stream.on('error', () => undefined);
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is over already.
  }
}

async function passed(ms: number): Promise<void> {
  const signal = timeoutSignal(ms);
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
