/** More of an answer than this is not kept for a trace. */
const KEPT_BYTES_MAX = 8 * 1024 * 1024;

/** Keeps a copy of an answer's bytes for an app that asked for traces of them. Bounded. */
export class Tap {
  readonly #pieces: Buffer[] = [];
  #length = 0;

  take(bytes: Buffer | string): void {
    const piece = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
    if (this.#length + piece.length > KEPT_BYTES_MAX) return;
    this.#length += piece.length;
    this.#pieces.push(piece);
  }

  bytes(): Buffer {
    return Buffer.concat(this.#pieces, this.#length);
  }
}
