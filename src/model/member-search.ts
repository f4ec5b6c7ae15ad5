/**
 * Looks for a member in JSON bytes without parsing them: is `"usage"` there, with a value that is not null?
 * A quotation mark inside a JSON string is always escaped, so `"usage"` can only be a whole string of that
 * text; a *value* "usage" is told apart by the colon that must follow.
 *
 * The answer may be a false yes (the member may stand at any depth), never a false no: whoever asks parses
 * the bytes next. It exists because nearly every event of a stream can be passed on unparsed.
 */
export class MemberSearch {
  /** Without its opening quotation mark: JSON is full of those, and each would be a false start. */
  readonly #needle: Buffer;

  constructor(name: string) {
    this.#needle = Buffer.from(`${name}"`, 'latin1');
  }

  /** The offset of the first byte of the member's first non-null value behind `from`, or -1. */
  valueIn(bytes: Buffer, from = 0): number {
    for (let at = bytes.indexOf(this.#needle, from); at >= 0; at = bytes.indexOf(this.#needle, at + 1)) {
      if (bytes[at - 1] !== QUOTE) continue;
      const colon = skipSpace(bytes, at + this.#needle.length);
      if (bytes[colon] !== COLON) continue;
      const value = skipSpace(bytes, colon + 1);
      if (bytes[value] !== LOWER_N) return value;
    }
    return -1;
  }

  /** Does the member stand in these bytes with a value other than null? */
  isIn(bytes: Buffer): boolean {
    return this.valueIn(bytes) >= 0;
  }
}

const COLON = 0x3a;
const QUOTE = 0x22;
/** No JSON value but null begins with it. */
const LOWER_N = 0x6e;

function skipSpace(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === 0x0a || bytes[at] === 0x0d) at++;
  return at;
}
