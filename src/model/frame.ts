/** One unit of a streamed answer, whatever separates them on the wire. It keeps its bytes, so that it can be passed on untouched. */
export interface Frame {
  readonly raw: Buffer;
  /** Is it one data line and nothing else, as nearly all are? */
  readonly isOneDataLine: boolean;
  /** What it carries, as text; undefined if nothing. */
  data(): string | undefined;
  /** What it calls itself beside its data (the `event:` line), or undefined. */
  eventName(): string | undefined;
  /** A named field beside its data, or undefined. */
  field(name: string): string | undefined;
}

/** Cuts a stream of bytes into frames, wherever the chunks break. */
export interface FrameSplitter {
  /** The frames completed by this chunk. Throws `FrameTooLargeError`. */
  push(chunk: Buffer): Frame[];
  /** After the last chunk: what follows the last complete frame, as the frame a sloppy server may have meant. */
  last(): Frame | undefined;
}

/** Told instead of a frame when one event outgrows the limit: the stream cannot be trusted any further. */
export class FrameTooLargeError extends Error {
  constructor(limitBytes: number) {
    super(`one event of the stream is larger than ${limitBytes} bytes (limits.max_event_mb)`);
    this.name = 'FrameTooLargeError';
  }
}
