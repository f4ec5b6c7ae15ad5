import type { FrameWriter, WholeWriter } from '../dialects/dialect.ts';
import type { CallEvent, EventOf } from '../model/call-event.ts';
import type { GatewayError } from '../model/gateway-error.ts';
import type { JsonObject } from '../model/json.ts';
import { backendFailure } from '../upstream/backend-failure.ts';
import type { AnswerHeaders } from '../upstream/send.ts';
import { answerHead } from './answer-head.ts';
import type { AnswerPlan } from './answer-plan.ts';
import type { EventSink } from './event-sink.ts';
import type { AnswerHead } from './exchange.ts';
import type { Outcome } from './relay.ts';
import type { ThoughtKeeper } from './thought-memory.ts';
import { tokensWritten } from './written-tokens.ts';

/**
 * The sink for the form that was asked for: a stream, or a whole answer. `addition` gives members for a whole
 * answer beyond those of its dialect, asked for when everything else of it is known.
 */
export function eventSink(
  plan: AnswerPlan,
  headers?: AnswerHeaders,
  addition: () => JsonObject = nothing,
): EventSink {
  const sink = plainSink(plan, headers, addition);
  return plan.recording?.listenTo(sink) ?? sink;
}

function plainSink(
  plan: AnswerPlan,
  headers: AnswerHeaders | undefined,
  addition: () => JsonObject,
): EventSink {
  const { dialect } = plan.exchange;
  const writer = plan.isStream ? dialect.frameWriter?.(plan.context) : undefined;
  if (writer !== undefined) return new StreamSink(plan, headers, writer);
  return new WholeSink(plan, headers, dialect.wholeWriter(plan.context), addition);
}

const nothing = () => ({});

/** Listens to what every answer's events say, whatever becomes of them. */
class Notes implements Outcome {
  usage: Outcome['usage'];
  error: GatewayError | undefined;
  contentTokens = 0;
  images = 0;
  requests: number | undefined;
  loadMs: number | undefined;
  readonly #keeper: ThoughtKeeper;

  constructor(plan: AnswerPlan) {
    this.#keeper = plan.thoughts.keeper(plan.appId);
  }

  take(event: CallEvent): void {
    switch (event.type) {
      case 'text-delta':
        this.contentTokens += tokensWritten(event);
        break;
      case 'usage':
        this.usage = event.usage;
        break;
      case 'image':
      case 'image-url':
        this.images++;
        break;
      case 'model-loaded':
        this.loadMs = event.loadMs;
        break;
      default:
        this.#other(event);
    }
  }

  #other(event: CallEvent): void {
    if (event.type === 'billed-requests') this.requests = event.requests;
    if (event.type === 'thinking-delta' || event.type === 'tool-use-delta')
      this.contentTokens += tokensWritten(event);
    this.#keeper.take(event);
  }
}

class StreamSink implements EventSink {
  readonly #plan: AnswerPlan;
  readonly #headers: AnswerHeaders | undefined;
  readonly #writer: FrameWriter;
  readonly #notes: Notes;
  #written = '';

  constructor(plan: AnswerPlan, headers: AnswerHeaders | undefined, writer: FrameWriter) {
    this.#plan = plan;
    this.#headers = headers;
    this.#writer = writer;
    this.#notes = new Notes(plan);
  }

  get outcome(): Outcome {
    return this.#notes;
  }

  take(told: CallEvent): void {
    if (this.#notes.error !== undefined) return;
    const event = this.#plan.toolNames?.restore(told) ?? told;
    if (event.type === 'error') this.fail(failureOf(event, this.#plan));
    else if (event.type === 'answer-end') this.#last(event);
    else this.#write(event);
  }

  flush(): void {
    if (this.#written === '') return;
    const { exchange } = this.#plan;
    if (!exchange.hasStarted) exchange.startStream(answerHead(this.#plan, this.#headers));
    exchange.write(this.#written);
    this.#written = '';
  }

  end(): void {
    this.flush();
  }

  fail(error: GatewayError): void {
    const { exchange } = this.#plan;
    // What stands unsent is only openings: an error at the very start still gets a status of its own.
    if (!exchange.hasStarted && !this.#hasContent) throw error;
    if (this.#notes.error !== undefined) return;
    this.#notes.error = error;
    this.flush();
    exchange.holdLast(this.#writer.fail(error));
  }

  get #hasContent(): boolean {
    return this.#written !== '' && this.#notes.contentTokens > 0;
  }

  #write(event: CallEvent): void {
    this.#notes.take(event);
    this.#written += this.#writer.push(event);
  }

  /** The end is held back until the ledger has the entry. */
  #last(event: CallEvent): void {
    const frames = this.#writer.push(event);
    this.flush();
    const { exchange } = this.#plan;
    if (!exchange.hasStarted) exchange.startStream(answerHead(this.#plan, this.#headers));
    exchange.holdLast(frames);
  }
}

class WholeSink implements EventSink {
  readonly #plan: AnswerPlan;
  readonly #headers: AnswerHeaders | undefined;
  readonly #writer: WholeWriter;
  readonly #notes: Notes;
  readonly #addition: () => JsonObject;

  constructor(
    plan: AnswerPlan,
    headers: AnswerHeaders | undefined,
    writer: WholeWriter,
    addition: () => JsonObject,
  ) {
    this.#plan = plan;
    this.#headers = headers;
    this.#writer = writer;
    this.#notes = new Notes(plan);
    this.#addition = addition;
  }

  get outcome(): Outcome {
    return this.#notes;
  }

  take(told: CallEvent): void {
    const event = this.#plan.toolNames?.restore(told) ?? told;
    if (event.type === 'error') throw failureOf(event, this.#plan);
    this.#notes.take(event);
    this.#writer.push(event);
  }

  flush(): void {}

  end(): void {
    const answer = { ...this.#writer.finish(), ...this.#addition() };
    const head = this.#head();
    this.#plan.exchange.answerWhole(head, Buffer.from(JSON.stringify(answer)));
  }

  fail(error: GatewayError): void {
    throw error;
  }

  /** What the backend itself loaded before it answered is known by now. */
  #head(): AnswerHead {
    const head = answerHead(this.#plan, this.#headers);
    return { ...head, loadMs: head.loadMs ?? this.#notes.loadMs };
  }
}

function failureOf(event: EventOf<'error'>, { backend }: AnswerPlan): GatewayError {
  return backendFailure({ ...event, type: event.backendType }, backend.config.apiKey);
}
