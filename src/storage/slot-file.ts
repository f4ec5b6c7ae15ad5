import { closeSync, constants, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';

/** One line of text fits, its end included; less than a page, so that no kill can tear it. */
export const SLOT_BYTES = 1_024;

/**
 * What is under way just now, in a file: a slot each, written over again and again, so that it stays as small as the
 * most that was ever under way at once. A line is in the kernel's hands when `put` returns, and survives `kill -9`.
 */
export class SlotFile {
  readonly #file: number;
  /** What an earlier process left, slot by slot. */
  readonly left: readonly string[];
  /** Slots that nobody has, the one to be taken next last. */
  readonly #free: number[] = [];
  /** Of each slot: does something stand in it that is over? */
  readonly #isStale: boolean[] = [];

  /** Takes over the file, which is empty afterwards. Throws what the file system throws. */
  constructor(path: string) {
    this.#file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    this.left = linesOf(readFileSync(this.#file));
    ftruncateSync(this.#file, 0);
  }

  /** A slot for one that begins. */
  take(): number {
    const slot = this.#free.pop() ?? this.#isStale.length;
    this.#isStale[slot] = false;
    return slot;
  }

  /** Throws what the file system throws, and RangeError on a line that does not fit. */
  put(slot: number, line: string): void {
    const text = `${line}\n`;
    if (Buffer.byteLength(text) > SLOT_BYTES) throw new RangeError('the line is longer than a slot');
    writeSync(this.#file, text, slot * SLOT_BYTES, 'utf8');
  }

  /** It is over. What stands in its slot is only taken away by `clear`, or by the next that has the slot. */
  give(slot: number): void {
    this.#free.push(slot);
    this.#isStale[slot] = true;
  }

  /** Takes away what stands in slots that nobody has. */
  clear(): void {
    if (this.#free.length === this.#isStale.length) {
      if (this.#isStale.length > 0) ftruncateSync(this.#file, 0);
      this.#free.length = 0;
      this.#isStale.length = 0;
      return;
    }
    for (const [slot, isStale] of this.#isStale.entries()) {
      if (isStale) writeSync(this.#file, '\n', slot * SLOT_BYTES, 'utf8');
      this.#isStale[slot] = false;
    }
  }

  close(): void {
    this.clear();
    closeSync(this.#file);
  }
}

function linesOf(bytes: Buffer): string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += SLOT_BYTES) {
    const end = bytes.indexOf('\n', at);
    if (end > at && end < at + SLOT_BYTES) lines.push(bytes.toString('utf8', at, end));
  }
  return lines;
}
