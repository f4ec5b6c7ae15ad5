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

/** One event: the bytes from the end of the last one up to and including its blank line. */
export class SseFrame {
  readonly raw: Buffer;

  constructor(raw: Buffer) {
    this.raw = raw;
  }

  /**
   * The event's data lines joined by `\n`, or undefined if it has none. Frames of one `data:` line are the
   * rule, and cost one decode.
   */
  data(): string | undefined {
    return this.field('data');
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

/** Told instead of a frame when one event outgrows the limit: the stream cannot be trusted any further. */
export class SseFrameTooLargeError extends Error {
  constructor(limitBytes: number) {
    super(`one event of the stream is larger than ${limitBytes} bytes (limits.max_event_mb)`);
    this.name = 'SseFrameTooLargeError';
  }
}

/**
 * Cuts a stream of bytes into frames. Feed every chunk to `push`; after the last one `rest` gives what follows
 * the last blank line, which a sloppy server's final event may be.
 */
export class SseSplitter {
  readonly #frameBytesMax: number;
  #held: Buffer | undefined;
  /** Does the held part, or the last frame, end in the CR of what may yet be a CRLF? */
  #skipLf = false;

  constructor(frameBytesMax = 16 * 1024 * 1024) {
    this.#frameBytesMax = frameBytesMax;
  }

  /** The frames completed by this chunk. Throws `SseFrameTooLargeError`. */
  push(chunk: Buffer): SseFrame[] {
    const bytes = this.#held === undefined ? chunk : Buffer.concat([this.#held, chunk]);
    // Look again only where an end could have been completed: at most CR LF CR before the new bytes.
    let from = this.#held === undefined ? 0 : Math.max(0, this.#held.length - 3);
    const frames: SseFrame[] = [];
    let start = 0;
    if (this.#skipLf) {
      this.#skipLf = false;
      if (bytes[0] === LF) {
        start = 1;
        from = Math.max(from, 1);
        frames.push(new SseFrame(bytes.subarray(0, 1)));
      }
    }
    for (let end = endOfFrame(bytes, from); end > 0; end = endOfFrame(bytes, end)) {
      frames.push(new SseFrame(bytes.subarray(start, end)));
      start = end;
    }
    this.#skipLf = start === bytes.length && start > 0 && bytes[start - 1] === CR;
    this.#held = start < bytes.length ? bytes.subarray(start) : undefined;
    if (this.#held !== undefined && this.#held.length > this.#frameBytesMax) {
      throw new SseFrameTooLargeError(this.#frameBytesMax);
    }
    return frames;
  }

  /** The bytes after the last complete frame, or undefined. */
  rest(): Buffer | undefined {
    const rest = this.#held;
    this.#held = undefined;
    return rest;
  }
}

/**
 * The offset just after the first blank line at or after `from`, or -1. A blank line is a line end directly
 * after a line end; CRLF counts as one.
 */
function endOfFrame(bytes: Buffer, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte !== LF && byte !== CR) continue;
    const afterFirst = byte === CR && bytes[at + 1] === LF ? at + 2 : at + 1;
    const second = bytes[afterFirst];
    if (second === LF) return afterFirst + 1;
    if (second === CR) return bytes[afterFirst + 1] === LF ? afterFirst + 2 : afterFirst + 1;
    at = afterFirst - 1;
  }
  return -1;
}
