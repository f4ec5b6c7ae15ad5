import type { Answer } from '../providers/driver.ts';

/** Reads a body to its end as text. Throws a RangeError with these words past `bytesMax`. */
export async function boundedText(
  body: AsyncIterable<Buffer>,
  bytesMax: number,
  tooLong: string,
): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of body) {
    length += piece.length;
    if (length > bytesMax) throw new RangeError(tooLong);
    pieces.push(piece);
  }
  return Buffer.concat(pieces, length).toString('utf8');
}

/** Undefined for what is no JSON. */
export function parsedText(text: string): Answer['json'] {
  try {
    return JSON.parse(text) as Answer['json'];
  } catch {
    return undefined;
  }
}
