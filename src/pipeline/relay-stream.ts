import type { HeardError, StreamListener } from '../dialects/dialect.ts';
import { asGatewayError, GatewayError } from '../model/gateway-error.ts';
import { MemberSearch } from '../model/member-search.ts';
import { SseFrame, SseSplitter } from '../model/sse.ts';
import type { AnswerHead, Exchange } from './exchange.ts';
import type { Outcome, Relay } from './relay.ts';
import { splitFrames } from './split-frames.ts';

/** What the relay of a stream must know besides the stream. */
export interface StreamWishes {
  /** Usage was forced upstream, though the client did not ask: hide the frames that hold nothing else. */
  readonly hidesUsage: boolean;
  /** Give the client the model name it asked for, where the backend knows the model by another. */
  readonly modelShown: string | undefined;
  readonly frameBytesMax: number;
}

/**
 * Passes a stream on in its own dialect, untouched but for two wishes, listening along. Only whole frames go
 * out, so a failure never leaves half of one behind; the head goes out with the first frame of content, so an
 * error at the very start still has a status of its own.
 */
export class StreamRelay implements Relay {
  readonly #exchange: Exchange;
  readonly #listener: StreamListener;
  readonly #head: AnswerHead;
  readonly #wishes: StreamWishes;
  readonly #splitter: SseSplitter;
  readonly #outgoing = new AdjacentFrames();
  #heldEnd: Buffer[] = [];
  #error: GatewayError | undefined;
  #contentFrames = 0;

  constructor(exchange: Exchange, listener: StreamListener, head: AnswerHead, wishes: StreamWishes) {
    this.#exchange = exchange;
    this.#listener = listener;
    this.#head = head;
    this.#wishes = wishes;
    this.#splitter = new SseSplitter(wishes.frameBytesMax);
  }

  get outcome(): Outcome {
    return {
      usage: this.#listener.usage,
      error: this.#error,
      contentFrames: this.#contentFrames,
      images: 0,
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
    this.#takeRest(this.#splitter.rest());
    this.#sendOutgoing();
    if (this.#error !== undefined) return;
    if (!this.#listener.isComplete) {
      this.fail(this.#listener.error === undefined ? endedTooSoon() : asStreamError(this.#listener.error));
      return;
    }
    this.#start();
    const missing = this.#listener.missingEnd();
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
    this.#exchange.holdLast(this.#listener.errorFrames(error));
  }

  #split(piece: Buffer): SseFrame[] {
    try {
      return splitFrames(this.#splitter, piece);
    } catch (thrown) {
      this.fail(asGatewayError(thrown));
      return [];
    }
  }

  #take(frame: SseFrame): void {
    if (this.#error !== undefined || this.hasConcluded) return;
    const heard = this.#listener.hear(frame);
    if (heard === 'content') this.#content(frame);
    else if (heard === 'end') this.#heldEnd.push(frame.raw);
    else if (heard === 'error') this.#heardError();
    else if (heard === 'usage' ? !this.#wishes.hidesUsage : this.#isComment(frame)) this.#passOn(frame);
  }

  #content(frame: SseFrame): void {
    this.#contentFrames++;
    this.#passOn(frame);
  }

  /** A true comment may pass once the stream has begun; an empty `data:` would make some clients throw. */
  #isComment(frame: SseFrame): boolean {
    return this.#exchange.hasStarted && frame.raw[0] === COLON;
  }

  #passOn(frame: SseFrame): void {
    this.#start();
    const shown = this.#wishes.modelShown;
    const bytes = shown === undefined ? frame.raw : withModelShown(frame.raw, shown);
    if (!this.#outgoing.add(bytes)) {
      this.#sendOutgoing();
      this.#outgoing.add(bytes);
    }
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
    this.fail(asStreamError(this.#listener.error));
  }

  /**
   * What follows the last blank line: a final event whose server was sloppy, or a bare JSON error body, as
   * some send when they shed load in mid-stream (protocols 1.1, T6).
   */
  #takeRest(rest: Buffer | undefined): void {
    if (rest === undefined) return;
    const text = rest.toString('utf8').trim();
    if (text === '') return;
    if (text.startsWith('{')) this.#takeBareJson(text);
    else this.#take(new SseFrame(Buffer.concat([rest, Buffer.from('\n\n')])));
  }

  #takeBareJson(text: string): void {
    this.#sendOutgoing();
    this.fail(asStreamError(bareError(text, this.#exchange)));
  }
}

function bareError(text: string, exchange: Exchange): HeardError | undefined {
  try {
    return exchange.dialect.hearWhole(JSON.parse(text)).error;
  } catch {
    return undefined;
  }
}

function endedTooSoon(): GatewayError {
  return new GatewayError('upstream_error', 'The backend ended its answer before it was complete.');
}

/** An error a backend told inside a stream. */
function asStreamError(heard: HeardError | undefined): GatewayError {
  return new GatewayError(
    'upstream_error',
    heard?.message ?? 'The backend reported an error inside its stream.',
    {
      backendCode: heard?.code,
      backendType: heard?.type,
    },
  );
}

const COLON = 0x3a;

const model = new MemberSearch('model');

/** Replaces the first `"model": "…"` of a frame. Frames without one stay the very same bytes. */
function withModelShown(raw: Buffer, shown: string): Buffer {
  const start = model.valueIn(raw);
  if (start < 0 || raw[start] !== 0x22) return raw;
  const end = raw.indexOf(0x22, start + 1);
  if (end < 0) return raw;
  return Buffer.concat([raw.subarray(0, start), Buffer.from(JSON.stringify(shown)), raw.subarray(end + 1)]);
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
