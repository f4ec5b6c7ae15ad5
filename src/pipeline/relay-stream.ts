import type { Reframer, StreamListener } from '../dialects/dialect.ts';
import type { Frame, FrameSplitter } from '../model/frame.ts';
import { asGatewayError, GatewayError } from '../model/gateway-error.ts';
import type { Secret } from '../model/secret.ts';
import { backendFailure } from '../upstream/backend-failure.ts';
import type { AnswerHead, Exchange } from './exchange.ts';
import type { Outcome, Relay } from './relay.ts';
import { withModelShown } from './show-model.ts';
import { splitFrames } from './split-frames.ts';

/** What the relay of a stream must know besides the stream. */
export interface StreamWishes {
  /** Usage was forced upstream, though the client did not ask: hide the frames that hold nothing else, and blank it in others. */
  readonly hidesUsage: boolean;
  /** Give the client the model name it asked for, where the backend knows the model by another. */
  readonly modelShown: string | undefined;
  /** The key the backend was sent: it must not come back in the words of an error. */
  readonly key: Secret | undefined;
  /** The client wants the frames in another framing than they come in. */
  readonly reframer: Reframer | undefined;
}

/**
 * Passes a stream on in its own dialect, untouched but for three wishes, listening along. Only whole frames go
 * out, so a failure never leaves half of one behind; the head goes out with the first frame of content, so an
 * error at the very start still has a status of its own.
 */
export class StreamRelay implements Relay {
  readonly #exchange: Exchange;
  readonly #listener: StreamListener;
  readonly #head: AnswerHead;
  readonly #wishes: StreamWishes;
  readonly #splitter: FrameSplitter;
  readonly #outgoing = new AdjacentFrames();
  #heldEnd: Buffer[] = [];
  #error: GatewayError | undefined;
  #contentTokens = 0;

  constructor(
    exchange: Exchange,
    listener: StreamListener,
    splitter: FrameSplitter,
    head: AnswerHead,
    wishes: StreamWishes,
  ) {
    this.#exchange = exchange;
    this.#listener = listener;
    this.#head = head;
    this.#wishes = wishes;
    this.#splitter = splitter;
  }

  get outcome(): Outcome {
    return {
      usage: this.#listener.usage,
      error: this.#error,
      contentTokens: this.#contentTokens,
      images: 0,
      loadMs: this.#listener.loadMs,
    };
  }

  /** Its terminal event was heard (`[DONE]`, `response.completed`). */
  get hasConcluded(): boolean {
    return this.#heldEnd.length > 0 && this.#listener.isComplete;
  }

  push(piece: Buffer): void {
    if (this.#error !== undefined || this.hasConcluded) return;
    for (const frame of this.#split(piece)) this.#take(frame);
    this.#sendOutgoing();
  }

  end(): void {
    if (this.#error !== undefined) return;
    const last = this.#splitter.last();
    if (last !== undefined && isWhole(last)) this.#take(last);
    this.#sendOutgoing();
    if (this.#error !== undefined) return;
    if (!this.#listener.isComplete) {
      this.fail(this.#listener.error === undefined ? endedTooSoon() : this.#failure());
      return;
    }
    this.#start();
    const { reframer } = this.#wishes;
    const missing = reframer === undefined ? this.#listener.missingEnd() : reframer.end();
    if (missing !== '') this.#heldEnd.push(Buffer.from(missing));
    this.#exchange.holdLast(Buffer.concat(this.#heldEnd));
  }

  /**
   * Before the first byte the failure is thrown, for it can still become a status; after it, a last frame. A
   * server that breaks the connection after its last event has answered all the same.
   */
  fail(error: GatewayError): void {
    if (this.hasConcluded && error.code !== 'client_left') {
      this.end();
      return;
    }
    if (!this.#exchange.hasStarted) throw error;
    if (this.#error !== undefined) return;
    this.#error = error;
    const { reframer } = this.#wishes;
    this.#exchange.holdLast(
      reframer === undefined ? this.#listener.errorFrames(error) : reframer.fail(error),
    );
  }

  #split(piece: Buffer): Frame[] {
    try {
      return splitFrames(this.#splitter, piece);
    } catch (thrown) {
      this.fail(asGatewayError(thrown));
      return [];
    }
  }

  #take(frame: Frame): void {
    if (this.#error !== undefined || this.hasConcluded) return;
    const heard = this.#listener.hear(frame);
    if (heard === 'content') this.#content(frame);
    else if (heard === 'end') this.#holdEnd(frame);
    else if (heard === 'error') this.#heardError();
    else if (heard === 'usage' ? !this.#wishes.hidesUsage : this.#isComment(heard, frame))
      this.#passOn(frame);
  }

  /** Nothing is read after it, so the second half of its last CRLF is added here where it was cut off. */
  #holdEnd(frame: Frame): void {
    this.#heldEnd.push(this.#dressed(frame));
    if (this.#wishes.reframer === undefined && endsInHalf(frame.raw)) this.#heldEnd.push(Buffer.from('\n'));
  }

  #content(frame: Frame): void {
    this.#contentTokens++;
    this.#passOn(frame);
  }

  /** A true comment may pass once the stream has begun; an empty `data:` would make some clients throw. */
  #isComment(heard: string, frame: Frame): boolean {
    if (heard !== 'comment' || this.#wishes.reframer !== undefined) return false;
    return this.#exchange.hasStarted && (frame.raw[0] === COLON || isHalfLineEnd(frame.raw));
  }

  #passOn(frame: Frame): void {
    this.#start();
    const bytes = this.#dressed(frame);
    if (!this.#outgoing.add(bytes)) {
      this.#sendOutgoing();
      this.#outgoing.add(bytes);
    }
  }

  /** The frame as this client wants it; nearly always the very bytes that came. */
  #dressed(frame: Frame): Buffer {
    const { modelShown, reframer, hidesUsage } = this.#wishes;
    if (reframer !== undefined) return Buffer.from(reframer.frame(frame.data() ?? ''));
    const { modelDepth, blankUsage } = this.#exchange.dialect;
    if (hidesUsage) blankUsage?.(frame.raw);
    if (modelShown === undefined || modelDepth === undefined) return frame.raw;
    return withModelShown(frame.raw, modelShown, modelDepth);
  }

  #sendOutgoing(): void {
    const bytes = this.#outgoing.take();
    if (bytes !== undefined) this.#exchange.write(bytes);
  }

  #start(): void {
    if (!this.#exchange.hasStarted) this.#exchange.startStream(this.#head);
  }

  #heardError(): void {
    this.#sendOutgoing();
    this.fail(this.#failure());
  }

  #failure(): GatewayError {
    return backendFailure(this.#listener.error, this.#wishes.key);
  }
}

/** Was only the blank line forgotten, or is the frame cut off? Half of one would spoil the error that follows it. */
function isWhole(frame: Frame): boolean {
  const data = frame.data()?.trim() ?? '';
  if (!/^[{[]/.test(data) || data === '[DONE]') return true;
  try {
    JSON.parse(data);
    return true;
  } catch {
    return false;
  }
}

function endedTooSoon(): GatewayError {
  return new GatewayError('upstream_error', 'The backend ended its answer before it was complete.');
}

const COLON = 0x3a;
const LF = 0x0a;
const CR = 0x0d;

/** Does it end in the first half of a CRLF? A lone CR throughout is another thing. */
function endsInHalf(raw: Buffer): boolean {
  return raw.length > 2 && raw[raw.length - 1] === CR && raw[raw.length - 2] === LF;
}

/** The second half of a CRLF whose first half ended the piece before: without it, readers meet a lone CR. */
function isHalfLineEnd(raw: Buffer): boolean {
  return raw.length === 1 && raw[0] === LF;
}

/** Gathers frames that lie side by side in one piece of memory, so that they go out in one write. */
class AdjacentFrames {
  #buffer: ArrayBufferLike | undefined;
  #start = 0;
  #end = 0;

  /** False if these bytes do not follow those gathered so far: take those first. */
  add(bytes: Buffer): boolean {
    if (this.#buffer === undefined) {
      this.#buffer = bytes.buffer;
      this.#start = bytes.byteOffset;
    } else if (this.#buffer !== bytes.buffer || this.#end !== bytes.byteOffset) {
      return false;
    }
    this.#end = bytes.byteOffset + bytes.length;
    return true;
  }

  take(): Buffer | undefined {
    if (this.#buffer === undefined) return undefined;
    const bytes = Buffer.from(this.#buffer, this.#start, this.#end - this.#start);
    this.#buffer = undefined;
    return bytes;
  }
}
