import { type Frame, type FrameSplitter, FrameTooLargeError } from './frame.ts';

/**
 * Server-sent events, out of bytes and back, wherever the chunks break (protocols 1.1).
 *
 * The splitter works on bytes: an event ends at a blank line whatever the line ends are (LF, CRLF, lone CR,
 * mixed), so UTF-8 is never cut and nothing is decoded that nobody reads. A frame keeps its raw bytes, so that
 * it can be passed on untouched.
 */
const LF = 10;
const CR = 13;
const COLON = 58;
const SPACE = 32;
const DATA = Buffer.from('data:', 'latin1');

/** One event: the bytes from the end of the last one up to and including its blank line. */
export class SseFrame implements Frame {
  readonly raw: Buffer;

  constructor(raw: Buffer) {
    this.raw = raw;
  }

  /** The event's data lines joined by `\n`, or undefined if it has none. */
  data(): string | undefined {
    const end = this.#endOfOneDataLine();
    if (end < 0) return this.field('data');
    return this.raw.toString('utf8', this.raw[DATA.length] === SPACE ? DATA.length + 1 : DATA.length, end);
  }

  /** Is the frame one `data:` line and nothing else, as nearly all are? Told by a few bytes, decoding nothing. */
  get isOneDataLine(): boolean {
    return this.#endOfOneDataLine() >= 0;
  }

  /** The `event:` field, or undefined. */
  eventName(): string | undefined {
    return this.field('event');
  }

  /** All values of a field, joined by `\n`, as the standard says for `data`; undefined if it never stands. */
  field(name: string): string | undefined {
    let value: string | undefined;
    for (const line of this.#lines()) {
      const found = fieldValue(line, name);
      if (found !== undefined) value = value === undefined ? found : `${value}\n${found}`;
    }
    return value;
  }

  /** Where the line of a frame of one data line ends; -1 for every other frame, also for one cut off or ended by CR. */
  #endOfOneDataLine(): number {
    const raw = this.raw;
    for (let at = 0; at < DATA.length; at++) if (raw[at] !== DATA[at]) return -1;
    const lf = raw.indexOf(LF);
    const cr = raw.indexOf(CR);
    if (raw[raw.length - 1] !== LF) return -1;
    if (cr < 0) return lf === raw.length - 2 ? lf : -1;
    return cr === raw.length - 4 && lf === cr + 1 && raw[cr + 2] === CR ? cr : -1;
  }

  #lines(): string[] {
    return this.raw
      .toString('utf8')
      .replace(/^\uFEFF/, '')
      .split(/\r\n|\n|\r/);
  }
}

/** The value of `name` on this line (one leading space is stripped), or undefined if it is another field. */
function fieldValue(line: string, name: string): string | undefined {
  if (!line.startsWith(name)) return undefined;
  if (line.length === name.length) return '';
  if (line.charCodeAt(name.length) !== COLON) return undefined;
  const from = line.charCodeAt(name.length + 1) === SPACE ? name.length + 2 : name.length + 1;
  return line.slice(from);
}

/**
 * Cuts a stream of bytes into frames. Feed every chunk to `push`; after the last one `last` gives what follows
 * the last blank line: a final event whose server was sloppy, or a bare JSON error body, as some send when they
 * shed load in mid-stream (protocols 1.1, T6). `rest` gives its bytes.
 */
export class SseSplitter implements FrameSplitter {
  readonly #frameBytesMax: number;
  /** The bytes after the last complete frame. */
  #held: Buffer | undefined;
  /** Where held bytes grow, once a frame came in pieces: doubled when full, so that no piece is copied often. */
  #room: Buffer | undefined;
  #roomUsed = 0;
  /** Did the last frame end in the CR of what may yet be a CRLF? */
  #skipLf = false;

  constructor(frameBytesMax = 16 * 1024 * 1024) {
    this.#frameBytesMax = frameBytesMax;
  }

  /** The frames completed by this chunk. Throws `FrameTooLargeError`. */
  push(chunk: Buffer): SseFrame[] {
    if (chunk.length === 0) return [];
    const frames: SseFrame[] = [];
    let start = this.#skipLf && chunk[0] === LF ? 1 : 0;
    if (start === 1) frames.push(new SseFrame(chunk.subarray(0, 1)));
    // Look again only where an end could have been completed: at most CR LF CR before the new bytes.
    const from = this.#held === undefined ? start : Math.max(0, this.#held.length - 3);
    const bytes = this.#held === undefined ? chunk : this.#append(this.#held, chunk);
    const ends = new FrameEnds(bytes);
    for (let end = ends.next(from); end > 0; end = ends.next(end)) {
      frames.push(new SseFrame(bytes.subarray(start, end)));
      start = end;
    }
    this.#skipLf = start === bytes.length && bytes[start - 1] === CR;
    this.#hold(bytes, start);
    return frames;
  }

  last(): Frame | undefined {
    const rest = this.rest();
    const text = rest?.toString('utf8').trim() ?? '';
    if (rest === undefined || text === '') return undefined;
    return text.startsWith('{')
      ? new SseFrame(rest)
      : new SseFrame(Buffer.concat([rest, Buffer.from('\n\n')]));
  }

  /** The bytes after the last complete frame, or undefined. */
  rest(): Buffer | undefined {
    const rest = this.#held;
    this.#held = undefined;
    this.#room = undefined;
    this.#skipLf = false;
    return rest;
  }

  #hold(bytes: Buffer, start: number): void {
    this.#held = start < bytes.length ? bytes.subarray(start) : undefined;
    if (this.#held === undefined) this.#room = undefined;
    else if (this.#held.length > this.#frameBytesMax) throw new FrameTooLargeError(this.#frameBytesMax);
  }

  /** Held and new bytes in one piece. The room is only ever written behind what frames already point to. */
  #append(held: Buffer, chunk: Buffer): Buffer {
    const length = held.length + chunk.length;
    if (this.#room === undefined || this.#roomUsed + chunk.length > this.#room.length) {
      this.#room = Buffer.allocUnsafe(2 * length);
      this.#roomUsed = held.copy(this.#room);
    }
    this.#roomUsed += chunk.copy(this.#room, this.#roomUsed);
    return this.#room.subarray(this.#roomUsed - length, this.#roomUsed);
  }
}

/**
 * Finds the ends of events in one piece of bytes. It remembers where the next LF and the next CR stand, so that
 * each byte is searched once, by native code, and a stream that knows only one of the two costs no more.
 */
class FrameEnds {
  readonly #bytes: Buffer;
  #nextLf = -1;
  #nextCr = -1;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /**
   * The offset just after the first blank line at or after `from`, or -1. A blank line is a line end directly
   * after a line end; CRLF counts as one. `from` may only grow.
   */
  next(from: number): number {
    const length = this.#bytes.length;
    for (let at = this.#lineEnd(from); at < length; ) {
      const after = this.#past(at);
      at = this.#lineEnd(after);
      if (at === after && at < length) return this.#past(at);
    }
    return -1;
  }

  /** The first CR or LF at or after `from`, or the length of all bytes. */
  #lineEnd(from: number): number {
    if (this.#nextLf < from) this.#nextLf = this.#find(LF, from);
    if (this.#nextCr < from) this.#nextCr = this.#find(CR, from);
    return this.#nextLf < this.#nextCr ? this.#nextLf : this.#nextCr;
  }

  #find(byte: number, from: number): number {
    const at = this.#bytes.indexOf(byte, from);
    return at < 0 ? this.#bytes.length : at;
  }

  /** The offset just after the line end at `at`. */
  #past(at: number): number {
    return this.#bytes[at] === CR && this.#bytes[at + 1] === LF ? at + 2 : at + 1;
  }
}
