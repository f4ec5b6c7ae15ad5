import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';

import { CommandFailure } from './exit-code.ts';
import { looksLikeSluice, lookUpProcess } from './process-identity.ts';

/** The PID file: one daemon per configuration directory, and the four answers `status` can give (row 000-90). */
export type PidFileState =
  | { readonly kind: 'none' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'running'; readonly pid: number }
  /** `why` completes the sentence "the PID file is stale: …". */
  | { readonly kind: 'stale'; readonly pid: number | undefined; readonly why: string };

export function readPidFile(path: string): PidFileState {
  const text = readText(path);
  if (text === undefined) return { kind: 'none' };
  if (text.trim() === '') return { kind: 'empty' };
  return judgePid(text, path);
}

/** A process that started after the file was written cannot have written it; two seconds are for coarse clocks. */
function judgePid(text: string, path: string): PidFileState {
  const pid = /^\s*(\d{1,9})\s*$/.exec(text)?.[1];
  if (pid === undefined || Number(pid) === 0) {
    return { kind: 'stale', pid: undefined, why: 'it holds no process number' };
  }
  const stale = (why: string): PidFileState => ({ kind: 'stale', pid: Number(pid), why });
  if (Number(pid) === process.pid) return stale(`process ${pid} is this command itself`);
  const facts = lookUpProcess(Number(pid));
  if (facts === undefined) return stale(`no process ${pid} is alive`);
  const { command, startedAtMs } = facts;
  if (command !== undefined && !looksLikeSluice(command))
    return stale(`process ${pid} is something else (${command})`);
  if (startedAtMs !== undefined && startedAtMs > writtenAtMs(path) + 2000) {
    return stale(`process ${pid} is younger than the file`);
  }
  return { kind: 'running', pid: Number(pid) };
}

/** Refuses while another daemon lives; replaces what a dead one left. The answer removes the file again. */
export function takePidFile(path: string): () => void {
  for (let attempt = 1; !tryCreate(path); attempt++) {
    const state = readPidFile(path);
    if (state.kind === 'running') {
      throw new CommandFailure(
        `Sluice is already running with PID ${state.pid} (${path}); \`sluice stop\` ends it.`,
      );
    }
    if (attempt > 3) throw new CommandFailure(`${path} keeps coming back; is another start under way?`);
    if (state.kind !== 'none') removeStale(path);
  }
  return () => releasePidFile(path);
}

/** Written beside and then linked: nobody ever reads half a number, and `link` refuses what exists. */
function tryCreate(path: string): boolean {
  const draft = `${path}.${process.pid}`;
  try {
    writeFileSync(draft, `${process.pid}\n`, { mode: 0o644 });
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new CommandFailure(`The PID file ${path} cannot be written: ${String(error)}`, undefined, {
      cause: error,
    });
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Of two starts that find the same stale file, the slower one must not remove what the faster has just written:
 * the file is moved aside, looked at once more, and put back if it is alive after all.
 */
function removeStale(path: string): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
    if (readPidFile(aside).kind === 'running') linkSync(aside, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function releasePidFile(path: string): void {
  if (readText(path)?.trim() === String(process.pid)) rmSync(path, { force: true });
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function writtenAtMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
}
