import type { EventReader } from '../dialects/dialect.ts';
import { GatewayError } from '../model/gateway-error.ts';
import { SseFrame, SseSplitter } from '../model/sse.ts';
import type { Exchange } from './exchange.ts';
import { type Outcome, type Relay, WHOLE_BYTES_MAX } from './relay.ts';
import type { EventSink } from './relay-events.ts';
import { Pieces, parseAnswer } from './relay-whole.ts';
import { splitFrames } from './split-frames.ts';

/**
 * Some servers ignore `stream`: a whole answer comes where a stream was asked for, or the reverse. It is a
 * real answer all the same, and goes through events into the form that was asked for (protocols 1.1).
 */
abstract class ConvertingRelay implements Relay {
  protected readonly sink: EventSink;

  constructor(sink: EventSink) {
    this.sink = sink;
  }

  get outcome(): Outcome {
    const { usage, error, images } = this.sink;
    return { usage, error, contentFrames: 0, images };
  }

  abstract push(piece: Buffer): void;
  abstract end(): void;

  fail(error: GatewayError): void {
    this.sink.fail(error);
  }
}

/** A whole answer, replayed as the stream that was asked for. */
export class ReplayedWhole extends ConvertingRelay {
  readonly #exchange: Exchange;
  readonly #pieces = new Pieces(WHOLE_BYTES_MAX);

  constructor(exchange: Exchange, sink: EventSink) {
    super(sink);
    this.#exchange = exchange;
  }

  push(piece: Buffer): void {
    this.#pieces.add(piece);
  }

  end(): void {
    const answer = parseAnswer(this.#pieces.whole());
    for (const event of this.#exchange.dialect.eventsOfWhole(answer)) this.sink.take(event);
    this.sink.end();
  }
}

/** A stream, folded into the whole answer that was asked for. */
export class FoldedStream extends ConvertingRelay {
  readonly #reader: EventReader;
  readonly #splitter: SseSplitter;
  #length = 0;

  constructor(sink: EventSink, reader: EventReader, frameBytesMax: number) {
    super(sink);
    this.#reader = reader;
    this.#splitter = new SseSplitter(frameBytesMax);
  }

  push(piece: Buffer): void {
    this.#length += piece.length;
    if (this.#length > WHOLE_BYTES_MAX) throw endless();
    for (const frame of splitFrames(this.#splitter, piece)) this.#take(frame);
  }

  end(): void {
    const rest = this.#splitter.rest();
    if (rest !== undefined) this.#take(new SseFrame(rest));
    for (const event of this.#reader.end()) this.sink.take(event);
    this.sink.end();
  }

  #take(frame: SseFrame): void {
    for (const event of this.#reader.push(frame)) this.sink.take(event);
  }
}

function endless(): GatewayError {
  return new GatewayError(
    'upstream_bad_response',
    `The backend streamed more than ${WHOLE_BYTES_MAX} bytes where a whole answer was asked for.`,
  );
}
