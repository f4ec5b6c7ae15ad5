import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Is the process with this number one of ours, or has the number been given to somebody else since (faults O7)?
 * Numbers are never signalled on their own word.
 */
export interface ProcessFacts {
  /** The command line, words separated by spaces; undefined = the system would not say. */
  readonly command: string | undefined;
  /** When it started, in wall time; undefined = the system would not say. */
  readonly startedAtMs: number | undefined;
}

/** undefined = no such process. */
export function lookUpProcess(pid: number): ProcessFacts | undefined {
  if (!isAlive(pid)) return undefined;
  return { command: readCommand(pid), startedAtMs: readStart(pid) };
}

/** Is one word of it our script: `…/bin/sluice`, `…/cli/main.js`? A folder of that name proves nothing. */
export function looksLikeSluice(command: string): boolean {
  return command.split(/\s+/).some((word) => /(^|[/\\])(sluice|cli[/\\]main\.[jt]s)$/.test(word));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    // It exists, but belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** In a container without an init nobody reaps our dead; they hold a number and nothing else. */
function isZombie(pid: number): boolean {
  return statFields(pid)?.[0] === 'Z';
}

function readCommand(pid: number): string | undefined {
  const fromProc = read(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ').trim();
  if (fromProc !== undefined && fromProc !== '') return fromProc;
  try {
    const options: ExecFileSyncOptionsWithStringEncoding = {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 2000,
    };
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], options).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Field 22 of /proc/PID/stat counts clock ticks since boot; every Linux we run on has 100 of them a second. */
function readStart(pid: number): number | undefined {
  const ticks = Number(statFields(pid)?.[19]);
  const bootedAtS = Number(/^btime (\d+)$/m.exec(read('/proc/stat') ?? '')?.[1]);
  return Number.isFinite(ticks) && Number.isFinite(bootedAtS) ? bootedAtS * 1000 + ticks * 10 : undefined;
}

/** From the third field on; the second, the name, may itself hold blanks and brackets. */
function statFields(pid: number): string[] | undefined {
  const stat = read(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
