import type { Clock } from '../model/clock.ts';
import { AppendFile } from './append-file.ts';
import { GrowingBytes } from './growing-bytes.ts';
import { Losses, type OnTrouble } from './losses.ts';
import { asError, standStill, type Written, writeFully, writeFullyNow } from './write-fully.ts';

export interface LineFileOptions {
  /** Undefined = standard error. */
  readonly path: string | undefined;
  readonly clock: Clock;
  /** Where lines go that the file does not take: a log must be read somewhere, a trace must not leak. */
  readonly fallback: 'stderr' | 'drop';
  /** Called about trouble with the file, at most once a minute. */
  readonly onTrouble?: OnTrouble | undefined;
  /** Lines waiting to be written beyond this are dropped and counted. */
  readonly pendingCharsMax?: number | undefined;
}

const stderrFd = 2;
const pendingCharsMaxDefault = 16 * 1024 * 1024;
/** Lines of this long are written together; more than `batchChars` does not wait. */
const gatherMs = 50;
const batchChars = 256 * 1024;
/** How long an exit waits for a batch that the thread pool already has. */
const exitPatienceMs = 20;
const newline = 0x0a;

/**
 * Whole lines, in order, into one file, without ever making a request wait or fail. One batch is under way at
 * a time, which is the lock. A disk that is full or a folder that is gone costs lines, never the process: they
 * go to standard error or are dropped and counted, and the file is taken up again as soon as it works.
 *
 * Not sonic-boom (pino's): its `flushSync` tries a full disk again for ever, so that a daemon could not stop.
 */
export class LineFile {
  readonly #options: LineFileOptions;
  readonly #file: AppendFile | undefined;
  readonly #pendingCharsMax: number;
  readonly #losses: Losses;
  readonly #pending = new GrowingBytes();
  /** The batch that is under way, until the operating system has it. */
  #batch: Buffer | undefined;
  #isWriting = false;
  #isGathering = false;
  #wantsReopen = false;
  /** The file ends in the middle of a line. */
  #isTorn = false;
  #draining: Promise<void> | undefined;

  constructor(options: LineFileOptions) {
    this.#options = options;
    this.#file = options.path === undefined ? undefined : new AppendFile(options.path, options.clock);
    this.#pendingCharsMax = options.pendingCharsMax ?? pendingCharsMaxDefault;
    this.#losses = new Losses(options.clock, options.onTrouble);
  }

  /** Lines that are in no file. */
  get linesDropped(): number {
    return this.#losses.count;
  }

  /** Takes one line, with its newline. Returns at once. */
  write(line: string): void {
    if (this.#pending.length + line.length > this.#pendingCharsMax) {
      this.#losses.add(1, new Error('more lines wait to be written than may wait'));
      return;
    }
    this.#pending.append(line);
    if (this.#pending.length >= batchChars) void this.#start();
    else this.#gather();
  }

  /** After a rotation: what was written goes on into a new file of the same name. */
  reopen(): void {
    this.#wantsReopen = true;
    void this.#start();
  }

  /** Comes back when everything that was written before is in the file, or dropped. */
  async flush(): Promise<void> {
    while (this.#pending.length > 0 || this.#draining !== undefined) await this.#start();
  }

  async close(): Promise<void> {
    await this.flush();
    await this.#file?.letGo();
  }

  /** For the exit of the process: everything is written before it returns, as far as the disk allows. */
  flushSync(): void {
    // The thread pool has a batch; it goes on while this thread stands still, and order is kept.
    if (this.#isWriting) standStill(exitPatienceMs);
    const bytes = this.#mended(Buffer.concat([this.#takeBatch(), this.#pending.take()]));
    if (bytes.length === 0) return;
    const written = this.#writeNow(bytes);
    this.#noteEnd(bytes, written);
    if (written.error === undefined) return;
    const rest = bytes.subarray(written.bytes);
    const isRescued = this.#isRescuing && writeFullyNow(stderrFd, rest).error === undefined;
    this.#losses.add(isRescued ? 0 : linesIn(rest), written.error);
  }

  #gather(): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    this.#options.clock.after(gatherMs, () => {
      this.#isGathering = false;
      void this.#start();
    });
  }

  #start(): Promise<void> {
    this.#draining ??= this.#drain();
    return this.#draining;
  }

  async #drain(): Promise<void> {
    // Never done before `#start` has noted that it began.
    await Promise.resolve();
    while (this.#pending.length > 0 || this.#wantsReopen) {
      if (this.#wantsReopen) {
        this.#wantsReopen = false;
        await this.#file?.letGo();
      }
      if (this.#pending.length > 0) await this.#deliver();
    }
    this.#draining = undefined;
  }

  async #deliver(): Promise<void> {
    this.#batch = this.#pending.take();
    const fd = await this.#descriptor();
    // An exit may have taken the batch while the file was being opened.
    if (this.#batch === undefined) return;
    const bytes = this.#mended(this.#batch);
    this.#isWriting = true;
    const written =
      fd instanceof Error ? { bytes: 0, error: fd } : await writeFully(fd, bytes, this.#options.clock);
    this.#noteEnd(bytes, written);
    if (written.error !== undefined) await this.#rescue(bytes.subarray(written.bytes), written.error);
    this.#isWriting = false;
    this.#batch = undefined;
  }

  async #rescue(rest: Buffer, error: Error): Promise<void> {
    const { clock } = this.#options;
    const isRescued = this.#isRescuing && (await writeFully(stderrFd, rest, clock)).error === undefined;
    this.#losses.add(isRescued ? 0 : linesIn(rest), error);
  }

  /** Do lines go to standard error that the file does not take? */
  get #isRescuing(): boolean {
    return this.#options.fallback === 'stderr' && this.#file !== undefined;
  }

  /** The batch under way, if nobody is writing it yet. */
  #takeBatch(): Buffer {
    const batch = this.#isWriting ? undefined : this.#batch;
    if (batch !== undefined) this.#batch = undefined;
    return batch ?? Buffer.alloc(0);
  }

  async #descriptor(): Promise<number | Error> {
    try {
      return this.#file === undefined ? stderrFd : await this.#file.descriptor();
    } catch (thrown) {
      return asError(thrown);
    }
  }

  #writeNow(bytes: Buffer): Written {
    try {
      return writeFullyNow(this.#file?.descriptorNow() ?? stderrFd, bytes);
    } catch (thrown) {
      return { bytes: 0, error: asError(thrown) };
    }
  }

  /** A torn line is ended first, so that it spoils no other. */
  #mended(bytes: Buffer): Buffer {
    return this.#isTorn && bytes.length > 0 ? Buffer.concat([Buffer.from([newline]), bytes]) : bytes;
  }

  #noteEnd(bytes: Buffer, written: Written): void {
    if (written.bytes > 0) this.#isTorn = bytes[written.bytes - 1] !== newline;
  }
}

function linesIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) count += 1;
  return count;
}
