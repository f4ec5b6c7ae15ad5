/**
 * Lines that the database would not take, in a file beside it, until it does. They survive `kill -9`; there is no
 * fsync, as in the database: only power loss may take the tail. It knows nothing of what the lines say.
 *
 * A line may be read again after it was dealt with (killed between that and `drop`), so the owner must recognise it.
 */
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  unlinkSync,
  writeSync,
} from 'node:fs';

const CHUNK_BYTES = 256 * 1024;
const LINE_END = 10;

export interface SpoolChunk {
  readonly lines: readonly string[];
  /** Length in the file, for `drop`. */
  readonly bytes: number;
}

export class Spool {
  readonly #path: string;
  #file: number | undefined;
  /** What waits is between these two offsets. */
  #start = 0;
  #end = 0;
  #count = 0;

  /** Takes over what an earlier process left. Throws if the file is there but cannot be read. */
  constructor(path: string) {
    this.#path = path;
    if (existsSync(path)) this.#takeOver();
  }

  /** Lines waiting. */
  get count(): number {
    return this.#count;
  }

  /** All of the lines are in the file when this returns, or none if it throws. A line has no line end in it. */
  append(lines: readonly string[]): void {
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    this.#file ??= openSync(this.#path, constants.O_RDWR | constants.O_CREAT, 0o600);
    try {
      writeFully(this.#file, bytes, this.#end);
    } catch (thrown) {
      this.#cutTornTail(this.#file);
      throw thrown;
    }
    this.#end += bytes.length;
    this.#count += lines.length;
  }

  /** The next lines, oldest first; they stay in the file until `drop`. */
  peek(): SpoolChunk {
    return this.#readAt(this.#start);
  }

  drop(chunk: SpoolChunk): void {
    this.#start += chunk.bytes;
    this.#count -= chunk.lines.length;
    // No bytes where lines should be: somebody cut the file short.
    if (this.#start >= this.#end || chunk.bytes === 0) this.#remove();
  }

  /** Everything that waits, in pieces, without dropping it. */
  *chunks(): Generator<SpoolChunk> {
    let at = this.#start;
    for (let chunk = this.#readAt(at); chunk.bytes > 0; chunk = this.#readAt(at)) {
      yield chunk;
      at += chunk.bytes;
    }
  }

  /** Copies the file aside, for whoever wants to know what damaged it; returns where to. */
  keepEvidence(): string {
    const copy = `${this.#path}.damaged`;
    copyFileSync(this.#path, copy);
    return copy;
  }

  /** Lets go of the file; what waits in it is for the next process. */
  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #takeOver(): void {
    this.#file = openSync(this.#path, 'r+');
    this.#end = fstatSync(this.#file).size;
    let bytes = 0;
    for (const chunk of this.chunks()) {
      bytes += chunk.bytes;
      this.#count += chunk.lines.length;
    }
    // What follows the last line end was being written when the process died: nobody was told it is safe.
    this.#end = bytes;
    if (bytes === 0) this.#remove();
  }

  #readAt(offset: number): SpoolChunk {
    const length = Math.min(CHUNK_BYTES, this.#end - offset);
    if (this.#file === undefined || length <= 0) return { lines: [], bytes: 0 };
    const buffer = Buffer.alloc(length);
    const read = buffer.subarray(0, readSync(this.#file, buffer, 0, length, offset));
    const bytes = read.lastIndexOf(LINE_END) + 1;
    return { lines: read.toString('utf8', 0, bytes).split('\n').slice(0, -1), bytes };
  }

  #cutTornTail(file: number): void {
    try {
      ftruncateSync(file, this.#end);
    } catch {}
  }

  #remove(): void {
    this.close();
    unlinkSync(this.#path);
    this.#start = 0;
    this.#end = 0;
    this.#count = 0;
  }
}

/** A nearly full disk takes the first part of a write without complaint, and only refuses the next. */
function writeFully(file: number, bytes: Buffer, position: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(file, bytes, done, bytes.length - done, position + done);
  }
}
