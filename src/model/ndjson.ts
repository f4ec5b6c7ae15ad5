import { type Frame, type FrameSplitter, FrameTooLargeError } from './frame.ts';

const LF = 10;

/** One line of newline-delimited JSON, its line end included. */
export class LineFrame implements Frame {
  readonly raw: Buffer;
  readonly isOneDataLine = true;

  constructor(raw: Buffer) {
    this.raw = raw;
  }

  /** The line without the blanks around it; undefined if nothing is left. */
  data(): string | undefined {
    return this.raw.toString('utf8').trim() || undefined;
  }

  eventName(): undefined {
    return undefined;
  }

  field(): undefined {
    return undefined;
  }
}

/** Cuts newline-delimited JSON into lines. Works on bytes, so UTF-8 is never cut. */
export class LineSplitter implements FrameSplitter {
  readonly #frameBytesMax: number;
  #held: Buffer[] = [];
  #heldLength = 0;

  constructor(frameBytesMax = 16 * 1024 * 1024) {
    this.#frameBytesMax = frameBytesMax;
  }

  push(chunk: Buffer): Frame[] {
    const frames: Frame[] = [];
    let start = 0;
    for (let lf = chunk.indexOf(LF); lf >= 0; lf = chunk.indexOf(LF, start)) {
      frames.push(new LineFrame(this.#withHeld(chunk.subarray(start, lf + 1))));
      start = lf + 1;
    }
    if (start < chunk.length) this.#hold(chunk.subarray(start));
    return frames;
  }

  /** A last line whose server forgot the line end gets one. */
  last(): Frame | undefined {
    if (this.#heldLength === 0) return undefined;
    const frame = new LineFrame(this.#withHeld(Buffer.from('\n')));
    return frame.data() === undefined ? undefined : frame;
  }

  #hold(bytes: Buffer): void {
    this.#held.push(bytes);
    this.#heldLength += bytes.length;
    if (this.#heldLength > this.#frameBytesMax) throw new FrameTooLargeError(this.#frameBytesMax);
  }

  #withHeld(bytes: Buffer): Buffer {
    if (this.#heldLength === 0) return bytes;
    const whole = Buffer.concat([...this.#held, bytes]);
    this.#held = [];
    this.#heldLength = 0;
    return whole;
  }
}
