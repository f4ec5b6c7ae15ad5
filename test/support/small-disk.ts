/**
 * A disk of a test's own that is soon full: a file system in memory with a bound. Who may not mount gets one in a mount
 * namespace of their own, which others reach through the process that holds it; where neither is allowed the test fails
 * and says so, for a full disk that was not tried proves nothing.
 */
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { killAfterUs, spare, unmountAfterUs } from './janitor.ts';
import { tempFolder } from './temp-folder.ts';
import { waitFor } from './wait-for.ts';

export interface SmallDisk {
  /** The top folder of it. */
  readonly folder: string;
  /** Until not one byte more can be written. */
  fill(): void;
  /** Whatever `fill` has taken is free again. */
  makeRoom(): void;
  remove(): Promise<void>;
}

export async function smallDisk(mebibytes: number): Promise<SmallDisk> {
  const place = tempFolder('sluice-disk-');
  const mounted = mountHere(place, mebibytes) ?? (await mountElsewhere(place, mebibytes));
  const filler = join(mounted.folder, 'filler');
  return {
    folder: mounted.folder,
    fill: () => fill(filler),
    makeRoom: () => rmSync(filler, { force: true }),
    remove: mounted.remove,
  };
}

interface Mounted {
  readonly folder: string;
  remove(): Promise<void>;
}

const mountOf = (folder: string, mebibytes: number): string[] => [
  ...['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=755`, 'sluice-test', folder],
];

function mountHere(folder: string, mebibytes: number): Mounted | undefined {
  try {
    execFileSync('mount', mountOf(folder, mebibytes), { stdio: 'pipe' });
  } catch {
    return undefined;
  }
  unmountAfterUs(folder);
  // Lazily: what a test has left running must not keep it.
  return { folder, remove: async () => void execFileSync('umount', ['-l', folder], { stdio: 'pipe' }) };
}

async function mountElsewhere(place: string, mebibytes: number): Promise<Mounted> {
  const words = `mount ${mountOf(place, mebibytes).join(' ')} && touch ${place}/ready && exec sleep 600`;
  const holder = spawn('unshare', ['--user', '--map-root-user', '--mount', 'sh', '-c', words], {
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => {
    holder.once('exit', () => resolve());
    holder.once('error', () => resolve());
  });
  const pid = holder.pid ?? 0;
  if (pid > 0) killAfterUs(pid);
  const folder = `/proc/${pid}/root${place}`;
  try {
    await waitFor('a disk of our own', () => existsSync(join(folder, 'ready')), { timeoutMs: 5_000 });
  } catch (cause) {
    holder.kill('SIGKILL');
    throw new Error('this test needs to mount a small disk: run it as root, or allow user namespaces', {
      cause,
    });
  }
  return {
    folder,
    remove: async () => {
      holder.kill('SIGKILL');
      await ended;
      spare(pid);
    },
  };
}

/** By ever smaller pieces, so that no piece of it is left. */
function fill(path: string): void {
  const file = openSync(path, 'a');
  try {
    for (const bytes of [1 << 20, 1 << 16, 1 << 12, 1]) writeUntilFull(file, Buffer.alloc(bytes, 1));
  } finally {
    closeSync(file);
  }
}

function writeUntilFull(file: number, piece: Buffer): void {
  try {
    for (;;) writeSync(file, piece);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOSPC') throw thrown;
  }
}
