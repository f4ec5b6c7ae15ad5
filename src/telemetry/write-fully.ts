import { write, writeSync } from 'node:fs';
import type { Clock } from '../model/clock.ts';

/** What became of a batch of bytes: how much was written, and why not more. */
export interface Written {
  readonly bytes: number;
  readonly error: Error | undefined;
}

/** A pipe whose reader is slow says EAGAIN; it gets this long before the rest is given up. */
const pauseMs = 20;
const pausesMax = 50;

/** Writes all of it, however many pieces it takes. Never throws. */
export async function writeFully(fd: number, bytes: Uint8Array, clock: Clock): Promise<Written> {
  let done = 0;
  let pauses = 0;
  while (done < bytes.length) {
    const { count, error } = await writePiece(fd, bytes.subarray(done));
    done += count;
    if (error === undefined) continue;
    if (!isBusy(error) || pauses++ >= pausesMax) return { bytes: done, error };
    await new Promise<void>((resolve) => clock.after(pauseMs, resolve));
  }
  return { bytes: done, error: undefined };
}

/** The same for the moment of an exit: nothing can be awaited, so it stands still while a pipe is busy. */
export function writeFullyNow(fd: number, bytes: Uint8Array): Written {
  let done = 0;
  for (let pauses = 0; done < bytes.length; ) {
    try {
      done += writeSync(fd, bytes, done);
    } catch (thrown) {
      const error = asError(thrown);
      if (!isBusy(error) || pauses++ >= pausesMax) return { bytes: done, error };
      standStill(pauseMs);
    }
  }
  return { bytes: done, error: undefined };
}

/** Blocks this thread; the thread pool goes on. Only for the moment of an exit. */
export function standStill(forMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, forMs);
}

function writePiece(fd: number, bytes: Uint8Array): Promise<{ count: number; error: Error | undefined }> {
  return new Promise((resolve) => {
    write(fd, bytes, (error, count) =>
      resolve({ count: error === null ? count : 0, error: error ?? undefined }),
    );
  });
}

function isBusy(error: Error): boolean {
  return 'code' in error && (error.code === 'EAGAIN' || error.code === 'EBUSY');
}

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
