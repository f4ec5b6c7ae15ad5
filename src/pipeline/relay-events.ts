import type { FrameWriter, WholeWriter, WriterContext } from '../dialects/dialect.ts';
import type { CallEvent } from '../model/call-event.ts';
import { GatewayError } from '../model/gateway-error.ts';
import type { JsonObject } from '../model/json.ts';
import type { Usage } from '../model/usage.ts';
import type { AnswerHead, Exchange } from './exchange.ts';

/**
 * Writes an answer to the client out of events, whoever made them: an in-house provider, or a backend whose
 * answer came in another form than was asked for.
 */
export interface EventSink {
  take(event: CallEvent): void;
  /** After the last event. */
  end(): void;
  fail(error: GatewayError): void;
  readonly usage: Usage | undefined;
  readonly error: GatewayError | undefined;
  readonly images: number;
}

const nothing = () => ({});

/**
 * The sink for the form that was asked for: a stream, or a whole answer. `addition` gives members for a whole
 * answer beyond those of its dialect, asked for when everything else of it is known.
 */
export function eventSink(
  exchange: Exchange,
  head: AnswerHead,
  context: WriterContext,
  isStream: boolean,
  addition: () => JsonObject = nothing,
): EventSink {
  const writer = isStream ? exchange.dialect.frameWriter?.(context) : undefined;
  if (writer !== undefined) return new StreamSink(exchange, head, writer);
  return new WholeSink(exchange, head, exchange.dialect.wholeWriter(context), addition);
}

/** Listens to what every answer's events say, whatever becomes of them. */
class Notes {
  usage: Usage | undefined;
  images = 0;

  take(event: CallEvent): void {
    if (event.type === 'usage') this.usage = event.usage;
    else if (event.type === 'image' || event.type === 'image-url') this.images++;
  }
}

class StreamSink implements EventSink {
  readonly #exchange: Exchange;
  readonly #head: AnswerHead;
  readonly #writer: FrameWriter;
  readonly #notes = new Notes();
  #error: GatewayError | undefined;

  constructor(exchange: Exchange, head: AnswerHead, writer: FrameWriter) {
    this.#exchange = exchange;
    this.#head = head;
    this.#writer = writer;
  }

  get usage(): Usage | undefined {
    return this.#notes.usage;
  }

  get images(): number {
    return this.#notes.images;
  }

  get error(): GatewayError | undefined {
    return this.#error;
  }

  take(event: CallEvent): void {
    if (this.#error !== undefined) return;
    if (event.type === 'error') this.fail(asGatewayErrorOf(event));
    else this.#write(event);
  }

  end(): void {}

  fail(error: GatewayError): void {
    if (!this.#exchange.hasStarted) throw error;
    if (this.#error !== undefined) return;
    this.#error = error;
    this.#exchange.holdLast(this.#exchange.dialect.writeErrorFrames?.(error) ?? '');
  }

  #write(event: CallEvent): void {
    this.#notes.take(event);
    const frames = this.#writer.push(event);
    if (frames === '') return;
    if (!this.#exchange.hasStarted) this.#exchange.startStream(this.#head);
    if (event.type === 'answer-end') this.#exchange.holdLast(frames);
    else this.#exchange.write(frames);
  }
}

class WholeSink implements EventSink {
  readonly #exchange: Exchange;
  readonly #head: AnswerHead;
  readonly #writer: WholeWriter;
  readonly #notes = new Notes();
  readonly error = undefined;
  readonly #addition: () => JsonObject;

  constructor(exchange: Exchange, head: AnswerHead, writer: WholeWriter, addition: () => JsonObject) {
    this.#exchange = exchange;
    this.#head = head;
    this.#writer = writer;
    this.#addition = addition;
  }

  get usage(): Usage | undefined {
    return this.#notes.usage;
  }

  get images(): number {
    return this.#notes.images;
  }

  take(event: CallEvent): void {
    if (event.type === 'error') throw asGatewayErrorOf(event);
    this.#notes.take(event);
    this.#writer.push(event);
  }

  end(): void {
    const answer = { ...this.#writer.finish(), ...this.#addition() };
    this.#exchange.answerWhole(this.#head, Buffer.from(JSON.stringify(answer)));
  }

  fail(error: GatewayError): void {
    throw error;
  }
}

function asGatewayErrorOf(event: CallEvent & { type: 'error' }): GatewayError {
  return new GatewayError('upstream_error', event.message, {
    backendCode: event.code,
    backendType: event.backendType,
  });
}
