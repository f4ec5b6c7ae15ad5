/** Cuts what was unpacked of a PNG into lines and undoes their filters (PNG, third edition, 9.2). */
export class Unfilter {
  readonly #rowBytes: number;
  /** How far to the left the byte stands that a filter refers to. */
  readonly #step: number;
  #above: Buffer;
  #row: Buffer;
  #filter = -1;
  #filled = 0;

  /** @param pixelBytes a fraction for pixels of a few bits, whose filters refer to the byte before. */
  constructor(rowBytes: number, pixelBytes: number) {
    this.#rowBytes = rowBytes;
    this.#step = Math.max(1, pixelBytes);
    this.#above = Buffer.alloc(rowBytes);
    this.#row = Buffer.alloc(rowBytes);
  }

  /** The lines that are complete with this piece. Each is written over when the next but one is. */
  *push(piece: Buffer): Generator<Buffer> {
    for (let at = 0; at < piece.length; ) {
      if (this.#filter < 0) {
        this.#filter = piece[at++] ?? 0;
        continue;
      }
      const copied = piece.copy(this.#row, this.#filled, at, at + this.#rowBytes - this.#filled);
      at += copied;
      this.#filled += copied;
      if (this.#filled === this.#rowBytes) yield this.#complete();
    }
  }

  #complete(): Buffer {
    const row = this.#row;
    undo(this.#filter, row, this.#above, this.#step);
    this.#row = this.#above;
    this.#above = row;
    this.#filter = -1;
    this.#filled = 0;
    return row;
  }
}

function undo(filter: number, row: Buffer, above: Buffer, step: number): void {
  if (filter === 0) return;
  const guess = guesses[filter];
  if (guess === undefined) throw new RangeError('it has a filter of no known kind');
  for (let at = 0; at < row.length; at++) {
    const left = at < step ? 0 : (row[at - step] ?? 0);
    const corner = at < step ? 0 : (above[at - step] ?? 0);
    row[at] = (row[at] ?? 0) + guess(left, above[at] ?? 0, corner);
  }
}

/** What each filter took away from a byte, by the bytes to the left of it, above it and above the left one. */
const guesses: readonly (((left: number, above: number, corner: number) => number) | undefined)[] = [
  undefined,
  (left) => left,
  (_left, above) => above,
  (left, above) => (left + above) >> 1,
  paeth,
];

function paeth(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}
