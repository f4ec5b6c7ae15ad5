/** A text of n characters is never more than 3n bytes of UTF-8. */
const BYTES_PER_CHARACTER = 3;
const FIRST_BYTES = 16 * 1024;

/**
 * Text gathered as bytes, for a file. Joining strings would be simpler, and is what was here before: but a
 * joined string keeps all its pieces until somebody reads it, so that every line of the last moments had to be
 * carried through the quick garbage collections (a log line has some forty pieces).
 */
export class GrowingBytes {
  #buffer = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(text: string): void {
    this.#makeRoomFor(text.length * BYTES_PER_CHARACTER);
    this.#length += this.#buffer.write(text, this.#length, 'utf8');
  }

  /** Everything gathered so far, as a copy; begins anew. */
  take(): Buffer {
    const taken = Buffer.from(this.#buffer.subarray(0, this.#length));
    this.#length = 0;
    // One enormous trace line must not keep its room for ever.
    if (this.#buffer.length > 64 * FIRST_BYTES) this.#buffer = Buffer.allocUnsafe(FIRST_BYTES);
    return taken;
  }

  #makeRoomFor(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
