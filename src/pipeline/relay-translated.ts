import type { AnswerReading, Dialect, EventReader } from '../dialects/dialect.ts';
import type { Frame, FrameSplitter } from '../model/frame.ts';
import { GatewayError } from '../model/gateway-error.ts';
import type { EventSink } from './event-sink.ts';
import type { Outcome, Relay } from './relay.ts';
import { WHOLE_BYTES_MAX } from './relay.ts';
import { Pieces, parseAnswer } from './relay-whole.ts';
import { splitFrames } from './split-frames.ts';

/**
 * A stream that is translated may be no longer: some dialects repeat all that was said in their last events, and so
 * it has to be kept. The longest answers of today's models, pictures included, are a fifth of it.
 */
const STREAM_BYTES_MAX = 128 * 1024 * 1024;

/**
 * An answer that goes through events: it came in another dialect than the client's, or in another form than was
 * asked for (some servers ignore `stream`; the answer is a real one all the same, protocols 1.1).
 */
abstract class TranslatingRelay implements Relay {
  protected readonly sink: EventSink;

  constructor(sink: EventSink) {
    this.sink = sink;
  }

  get outcome(): Outcome {
    return this.sink.outcome;
  }

  abstract push(piece: Buffer): void;
  abstract end(): void;

  fail(error: GatewayError): void {
    this.sink.fail(error);
  }
}

/** A whole answer, read as the few events a stream would have carried. */
export class TranslatedWhole extends TranslatingRelay {
  readonly #dialect: Dialect;
  readonly #reading: AnswerReading;
  readonly #pieces = new Pieces(WHOLE_BYTES_MAX);

  constructor(sink: EventSink, dialect: Dialect, reading: AnswerReading) {
    super(sink);
    this.#dialect = dialect;
    this.#reading = reading;
  }

  push(piece: Buffer): void {
    this.#pieces.add(piece);
  }

  end(): void {
    const answer = parseAnswer(this.#pieces.whole());
    for (const event of this.#dialect.eventsOfWhole(answer, this.#reading)) this.sink.take(event);
    this.sink.end();
  }
}

/** A stream, frame by frame; into a stream each piece leaves as it came, into a whole answer all is folded. */
export class TranslatedStream extends TranslatingRelay {
  readonly #reader: EventReader;
  readonly #splitter: FrameSplitter;
  readonly #bytesMax: number;
  #length = 0;
  #hasEnded = false;

  constructor(sink: EventSink, reader: EventReader, splitter: FrameSplitter, isFolded: boolean) {
    super(sink);
    this.#reader = reader;
    this.#splitter = splitter;
    this.#bytesMax = isFolded ? WHOLE_BYTES_MAX : STREAM_BYTES_MAX;
  }

  /** Its last event was written: what the connection does now changes nothing. */
  get hasConcluded(): boolean {
    return this.#hasEnded;
  }

  push(piece: Buffer): void {
    this.#length += piece.length;
    if (this.#length > this.#bytesMax) throw endless(this.#bytesMax);
    for (const frame of splitFrames(this.#splitter, piece)) this.#take(frame);
    this.sink.flush();
  }

  end(): void {
    const last = this.#splitter.last();
    if (last !== undefined) this.#take(last);
    for (const event of this.#reader.end()) this.sink.take(event);
    this.sink.end();
  }

  /** A server that breaks the connection after its last event has answered all the same. */
  override fail(error: GatewayError): void {
    if (this.#hasEnded && error.code !== 'client_left') this.sink.end();
    else super.fail(error);
  }

  #take(frame: Frame): void {
    for (const event of this.#reader.push(frame)) {
      if (event.type === 'answer-end') this.#hasEnded = true;
      this.sink.take(event);
    }
  }
}

function endless(bytesMax: number): GatewayError {
  return new GatewayError(
    'upstream_bad_response',
    `The backend's stream was cut off: an answer of more than ${bytesMax} bytes is none.`,
  );
}
