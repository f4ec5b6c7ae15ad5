const member = Buffer.from('"usage"', 'latin1');

/**
 * Turns `"usage":null` of a chunk into blanks, in place. OpenAI puts it into every chunk of a stream that was asked
 * for usage, and a client that did not ask is used to chunks without (protocols 2.4). Blanks are as good as nothing
 * to JSON, and the bytes need not be copied. A quotation mark inside a string is escaped, so it is always a member.
 */
export function blankUsage(chunk: Buffer): void {
  for (let at = chunk.indexOf(member); at >= 0; at = chunk.indexOf(member, at + 1)) {
    const colon = spaceEnd(chunk, at + member.length);
    const value = spaceEnd(chunk, colon + 1);
    if (chunk[colon] === COLON && chunk[value] === LOWER_N) blank(chunk, at, value + NULL_LENGTH);
  }
}

/** With one of the commas around it. */
function blank(chunk: Buffer, start: number, end: number): void {
  const before = spaceStart(chunk, start) - 1;
  const after = spaceEnd(chunk, end);
  if (chunk[before] === COMMA) chunk.fill(SPACE, before, end);
  else chunk.fill(SPACE, start, chunk[after] === COMMA ? after + 1 : end);
}

const NULL_LENGTH = 4;
const COLON = 0x3a;
const COMMA = 0x2c;
const SPACE = 0x20;
/** No JSON value but null begins with it. */
const LOWER_N = 0x6e;

function spaceStart(chunk: Buffer, from: number): number {
  let at = from;
  while (isSpace(chunk[at - 1])) at--;
  return at;
}

function spaceEnd(chunk: Buffer, from: number): number {
  let at = from;
  while (isSpace(chunk[at])) at++;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}
