import { mkdirSync, openSync } from 'node:fs';
import { type FileHandle, mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../model/clock.ts';

/** Readable by its owner alone: logs name tenants, traces may hold their words. */
const fileMode = 0o600;
const folderMode = 0o700;

/** How often a file is looked at by its name, and how long a failed opening is not repeated. */
const lookEveryMs = 1000;

/**
 * A file that is only ever appended to, and that survives its name: rotated, deleted or moved away, it is
 * opened anew within a second without being told (row 000-21), or at once after `reopen`.
 */
export class AppendFile {
  readonly path: string;
  readonly #clock: Clock;
  #handle: FileHandle | undefined;
  #lookedAtMs = 0;
  #failure: { readonly error: unknown; readonly atMs: number } | undefined;

  constructor(path: string, clock: Clock) {
    this.path = path;
    this.#clock = clock;
  }

  /** The descriptor to append to now. Throws what the file system said; asking again soon throws it again. */
  async descriptor(): Promise<number> {
    const nowMs = this.#clock.monotonicMs();
    if (this.#failure !== undefined && nowMs - this.#failure.atMs < lookEveryMs) throw this.#failure.error;
    if (this.#handle !== undefined && nowMs - this.#lookedAtMs >= lookEveryMs) await this.#look(nowMs);
    this.#handle ??= await this.#open(nowMs);
    return this.#handle.fd;
  }

  /** The same for the moment of an exit, when nothing can be awaited. Throws too. */
  descriptorNow(): number {
    if (this.#handle !== undefined) return this.#handle.fd;
    mkdirSync(dirname(this.path), { recursive: true, mode: folderMode });
    return openSync(this.path, 'a', fileMode);
  }

  /** Lets go of the file; the next `descriptor` opens it by its name again. */
  async letGo(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    this.#failure = undefined;
    // A failing close (a full network disk) has nothing left to save.
    await handle?.close().catch(() => undefined);
  }

  async #open(nowMs: number): Promise<FileHandle> {
    try {
      await mkdir(dirname(this.path), { recursive: true, mode: folderMode });
      const handle = await open(this.path, 'a', fileMode);
      this.#lookedAtMs = nowMs;
      this.#failure = undefined;
      return handle;
    } catch (error) {
      this.#failure = { error, atMs: nowMs };
      throw error;
    }
  }

  /** Is the name still that of the open file? */
  async #look(nowMs: number): Promise<void> {
    this.#lookedAtMs = nowMs;
    const named = await stat(this.path).catch(() => undefined);
    const held = await this.#handle?.stat().catch(() => undefined);
    if (named === undefined || named.ino !== held?.ino || named.dev !== held.dev) await this.letGo();
  }
}
