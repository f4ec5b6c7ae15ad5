import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * So much of a form stays in memory: a minute of speech or a small picture does, and never touches a disk. With the
 * default of 64 requests at a backend, forms that wait for it hold as much as two of `limits.max_body_mb`.
 */
const MEMORY_BYTES_MAX = 1024 * 1024;

/** What is read back at once; undici asks for more when the backend has taken it. */
const READ_BYTES = 64 * 1024;

/**
 * A form between its client and its backend. What is more than `MEMORY_BYTES_MAX` lies in a file that had its name taken
 * away as soon as it was open: nobody else can read it, and it is gone with the process, however that ends.
 */
export class FormSpool {
  #pieces: Buffer[] = [];
  #length = 0;
  #file: FileHandle | undefined;
  #isClosed = false;

  get length(): number {
    return this.#length;
  }

  /** Undefined: it is kept. A promise: wait for it before the next. */
  append(piece: Buffer): Promise<void> | undefined {
    const at = this.#length;
    this.#length += piece.length;
    if (this.#file !== undefined) return writeWhole(this.#file, [piece], at);
    this.#pieces.push(piece);
    return this.#length > MEMORY_BYTES_MAX ? this.#moveToFile() : undefined;
  }

  /** The bytes from `start` to `end`, read as they are wanted. */
  async *read(start: number, end: number): AsyncGenerator<Buffer> {
    if (this.#file === undefined) yield* partsOf(this.#pieces, start, end);
    else yield* piecesIn(this.#file, start, end);
  }

  /** Safe to call twice, and while something is still written or read. */
  close(): void {
    this.#isClosed = true;
    this.#pieces = [];
    this.#file?.close().catch(() => undefined);
    this.#file = undefined;
  }

  async #moveToFile(): Promise<void> {
    const file = await openNameless();
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#file = file;
    if (this.#isClosed) this.close();
    else await writeWhole(file, pieces, 0);
  }
}

async function openNameless(): Promise<FileHandle> {
  const path = join(tmpdir(), `sluice-form-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  return file;
}

async function writeWhole(file: FileHandle, pieces: readonly Buffer[], from: number): Promise<void> {
  let at = from;
  for (const piece of pieces) {
    for (let done = 0; done < piece.length; ) {
      const { bytesWritten } = await file.write(piece, done, piece.length - done, at);
      done += bytesWritten;
      at += bytesWritten;
    }
  }
}

function* partsOf(pieces: readonly Buffer[], start: number, end: number): Generator<Buffer> {
  let at = 0;
  for (const piece of pieces) {
    const part = piece.subarray(Math.max(start - at, 0), Math.max(end - at, 0));
    at += piece.length;
    if (part.length > 0) yield part;
  }
}

async function* piecesIn(file: FileHandle, start: number, end: number): AsyncGenerator<Buffer> {
  for (let at = start; at < end; ) {
    const piece = Buffer.allocUnsafeSlow(Math.min(READ_BYTES, end - at));
    const { bytesRead } = await file.read(piece, 0, piece.length, at);
    if (bytesRead === 0) throw new RangeError('a form on disk is shorter than what was written');
    at += bytesRead;
    yield piece.subarray(0, bytesRead);
  }
}
