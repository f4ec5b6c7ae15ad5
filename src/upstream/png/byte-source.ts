/** Bytes that come in pieces, taken in the lengths one wants. Throws `RangeError` where they end too early. */
export class ByteSource {
  readonly #pieces: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(pieces: AsyncIterable<Buffer>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** So many bytes at once; for few. */
  async read(length: number): Promise<Buffer> {
    const taken: Buffer[] = [];
    for await (const piece of this.stream(length)) taken.push(piece);
    return Buffer.concat(taken);
  }

  async skip(length: number): Promise<void> {
    for await (const _ of this.stream(length));
  }

  /** So many bytes, as they come. */
  async *stream(length: number): AsyncGenerator<Buffer> {
    for (let left = length; left > 0; ) {
      if (this.#rest.length === 0) await this.#fetch();
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  async #fetch(): Promise<void> {
    const next = await this.#pieces.next();
    if (next.done === true) throw new RangeError('it is cut off');
    this.#rest = next.value;
  }
}
