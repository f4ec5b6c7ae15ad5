import { MemberSearch } from '../model/member-search.ts';

const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const model = new MemberSearch('model');

/**
 * The frame of a stream with the value of its member `model` replaced, where that stands `depth` objects deep and
 * nowhere else: a tool's arguments may have a member of that name, too. Without one it is the very same bytes.
 */
export function withModelShown(raw: Buffer, shown: string, depth: number): Buffer {
  for (let start = model.valueIn(raw); start >= 0; start = model.valueIn(raw, start)) {
    if (raw[start] !== QUOTE || depthAt(raw, start) !== depth) continue;
    const end = endOfString(raw, start);
    return Buffer.concat([raw.subarray(0, start), Buffer.from(JSON.stringify(shown)), raw.subarray(end)]);
  }
  return raw;
}

/** How many objects and lists are open before `offset`. */
function depthAt(raw: Buffer, offset: number): number {
  let depth = 0;
  for (let at = 0; at < offset; at++) {
    const byte = raw[at];
    if (byte === QUOTE) at = endOfString(raw, at) - 1;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
  }
  return depth;
}

/** The offset behind the closing quotation mark of the string that begins at `start`. */
function endOfString(raw: Buffer, start: number): number {
  let at = start + 1;
  while (at < raw.length && raw[at] !== QUOTE) at += raw[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}
