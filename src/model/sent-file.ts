/** A file that came with a question, wherever its bytes lie; they are read when they are wanted, and again if need be. */
export interface SentFile {
  /** In bytes. */
  readonly length: number;
  open(): AsyncIterable<Buffer>;
}

/** One that stands in memory already: a client may send files inside JSON. */
export function fileOf(bytes: Buffer): SentFile {
  return {
    length: bytes.length,
    async *open() {
      yield bytes;
    },
  };
}

/** The first bytes, fewer if there are no more. */
export async function firstBytes(file: SentFile, count: number): Promise<Buffer> {
  let first: Buffer = Buffer.alloc(0);
  for await (const piece of file.open()) {
    first = Buffer.concat([first, piece.subarray(0, count - first.length)]);
    if (first.length >= count) break;
  }
  return first;
}
