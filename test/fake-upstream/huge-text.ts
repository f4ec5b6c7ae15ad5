/** A stand-in for megabytes of text, replaced piece by piece while it is written, so that no one holds them all. */
export const HUGE_TEXT = '@@huge@@';
const PIECE = Buffer.alloc(64 * 1024, 'h');

/** The bytes of a text, the stand-in spelled out; bytes as they are. */
export function* spellOut(text: string | Buffer, megabytes: number): Generator<Buffer> {
  if (typeof text !== 'string') return yield text;
  const [before = '', ...after] = text.split(HUGE_TEXT);
  yield Buffer.from(before);
  for (const rest of after) {
    for (let left = megabytes * 1024 * 1024; left > 0; left -= PIECE.length) {
      yield left >= PIECE.length ? PIECE : PIECE.subarray(0, left);
    }
    yield Buffer.from(rest);
  }
}
