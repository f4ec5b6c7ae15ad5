import type { CancelTimer, Clock } from '../model/clock.ts';
import { asGatewayError, GatewayError } from '../model/gateway-error.ts';
import type { JsonValue } from '../model/json.ts';
import { SseSplitter } from '../model/sse.ts';
import { Warnings } from '../model/warnings.ts';
import type { BackendSurface } from '../upstream/backend.ts';
import type { Connections } from '../upstream/connections.ts';
import { type AnswerHeaders, type AnswerReceiver, type Attempt, Sending } from '../upstream/send.ts';
import { answerHead } from './answer-head.ts';
import type { AnswerPlan, TimedOutcome } from './answer-plan.ts';
import type { Exchange } from './exchange.ts';
import type { Relay } from './relay.ts';
import { BytesRelay } from './relay-bytes.ts';
import { eventSink } from './relay-events.ts';
import { RefusalRelay } from './relay-refusal.ts';
import { StreamRelay } from './relay-stream.ts';
import { TranslatedStream, TranslatedWhole } from './relay-translated.ts';
import { WholeRelay } from './relay-whole.ts';

/** How a backend is asked, which an answer from there needs to know beside its plan. */
export interface Dispatch {
  readonly surface: BackendSurface;
  /** Client and backend speak the same dialect. */
  readonly isNative: boolean;
  readonly attempt: Attempt;
  readonly hidesUsage: boolean;
  readonly eventBytesMax: number;
}

/**
 * After an attempt is broken off its socket is closed at once, but the backend learns of it a moment later.
 * The slot is kept that long: "one at a time" is meant at the backend's socket, not at ours.
 */
const ABORT_SETTLE_MS = 50;

/** How long a backend may keep its connection open after the last event of its stream. */
const LINGER_MS = 1_000;

/**
 * One attempt at one backend: sends it, finds out in which form the answer comes, and relays it. Settles when
 * the backend's last byte has come or its connection is closed. Rejects with a `GatewayError` as long as the
 * client has not been sent anything, so that another backend may be tried.
 */
export class BackendAnswer implements AnswerReceiver {
  readonly done: Promise<TimedOutcome>;
  readonly #plan: AnswerPlan;
  readonly #dispatch: Dispatch;
  readonly #clock: Clock;
  readonly #sending: Sending;
  readonly #stopListening: () => void;
  #settle!: { resolve: (outcome: TimedOutcome) => void; reject: (error: GatewayError) => void };
  #relay: Relay | undefined;
  #sentAtMs = 0;
  #firstByteAtMs: number | undefined;
  #isPaused = false;
  #isOver = false;
  #stopLingering: CancelTimer | undefined;

  constructor(plan: AnswerPlan, dispatch: Dispatch, clock: Clock) {
    this.#plan = plan;
    this.#dispatch = dispatch;
    this.#clock = clock;
    this.#sending = new Sending(this, clock);
    this.done = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.#stopListening = plan.exchange.departure.onLeave(this.#onLeave);
  }

  start(connections: Connections): void {
    this.#sentAtMs = this.#clock.monotonicMs();
    this.#sending.start(connections.poolOf(this.#plan.backend), this.#dispatch.attempt);
  }

  /** Breaks the attempt off; `done` settles with `error`. */
  abort(error: GatewayError): void {
    this.#sending.abort(error);
  }

  onHead(status: number, headers: AnswerHeaders): void {
    try {
      this.#relay = this.#relayFor(status, headers);
    } catch (thrown) {
      this.#breakOff(thrown);
    }
  }

  onPiece(piece: Buffer): void {
    if (this.#isOver) return;
    this.#firstByteAtMs ??= this.#clock.monotonicMs();
    try {
      this.#relay?.push(piece);
    } catch (thrown) {
      this.#breakOff(thrown);
      return;
    }
    if (this.#relay?.outcome.error !== undefined) this.#breakOff(this.#relay.outcome.error);
    else if (this.#relay?.hasConcluded === true) this.#linger();
    else if (this.#plan.exchange.isBehind) this.#waitForClient();
  }

  onEnd(): void {
    try {
      this.#relay?.end();
      this.#finish(undefined);
    } catch (thrown) {
      this.#finish(asGatewayError(thrown));
    }
  }

  onFailure(error: GatewayError): void {
    try {
      if (this.#relay === undefined) throw error;
      this.#relay.fail(error);
      this.#finishAfterAbort(undefined);
    } catch (thrown) {
      this.#finishAfterAbort(asGatewayError(thrown));
    }
  }

  readonly #onLeave = (): void => {
    this.#sending.abort(clientLeft(this.#plan.exchange));
  };

  /** Something is wrong with the answer itself: nothing more of it is wanted. */
  #breakOff(thrown: unknown): void {
    this.#sending.abort(asGatewayError(thrown));
  }

  /** Nearly always the connection's end follows at once; a server that forgets it costs nobody their answer. */
  #linger(): void {
    this.#stopLingering ??= this.#clock.after(LINGER_MS, () => this.#breakOff(lingered()));
  }

  #waitForClient(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#sending.pause();
    this.#plan.exchange.onCaughtUp(() => {
      this.#isPaused = false;
      this.#sending.resume();
    });
  }

  #finishAfterAbort(error: GatewayError | undefined): void {
    this.#clock.after(ABORT_SETTLE_MS, () => this.#finish(error));
  }

  #finish(error: GatewayError | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stopListening();
    this.#stopLingering?.();
    if (error !== undefined) this.#settle.reject(error);
    else this.#settle.resolve(this.#timedOutcome());
  }

  #timedOutcome(): TimedOutcome {
    const { usage, error, contentTokens, images, requests, loadMs } = (this.#relay as Relay).outcome;
    return {
      usage,
      error,
      contentTokens,
      images,
      requests,
      loadMs,
      sentAtMs: this.#sentAtMs,
      firstByteAtMs: this.#firstByteAtMs,
      endedAtMs: this.#clock.monotonicMs(),
    };
  }

  /**
   * The form an answer comes in is told by the answer, not by what was asked (protocols 1.1). It passes through if
   * dialect and form are what the client wants; all else is translated.
   */
  #relayFor(status: number, headers: AnswerHeaders): Relay {
    const { backend, isStream } = this.#plan;
    const { surface, isNative } = this.#dispatch;
    if (status < 200 || status > 299)
      return new RefusalRelay(surface.dialect, backend, status, headers, this.#clock.nowMs());
    if (isNative && surface.dialect.passesType?.(typeOf(headers)) === true) return this.#bytesRelay(headers);
    const form = formOf(headers);
    if (form === 'other') throw notAnAnswer();
    const isStreamed = form === 'stream' || (form === 'unsaid' && isStream);
    if (surface.dialect.kind === 'passing')
      return isStreamed ? this.#streamRelay(headers) : this.#wholeRelay(headers);
    if (isNative && isStreamed === isStream && !backend.quirks.normalises)
      return isStream ? this.#streamRelay(headers) : this.#wholeRelay(headers);
    return this.#translated(isStreamed, headers);
  }

  #translated(isStreamed: boolean, headers: AnswerHeaders): Relay {
    const { backend, isStream, warnings } = this.#plan;
    const { surface } = this.#dispatch;
    const reading = { warnings, quirks: backend.quirks };
    const sink = this.#plan.sink ?? eventSink(this.#plan, headers);
    if (!isStreamed) return new TranslatedWhole(sink, surface.dialect, reading);
    const reader = surface.dialect.eventReader?.(reading);
    if (reader === undefined) throw notAnAnswer();
    return new TranslatedStream(sink, reader, this.#splitter(), !isStream);
  }

  /** An answer of bytes without a type is one all the same. */
  #bytesRelay(headers: AnswerHeaders): Relay {
    const contentType = typeOf(headers) || 'application/octet-stream';
    return new BytesRelay(this.#plan.exchange, { ...answerHead(this.#plan, headers), contentType });
  }

  #wholeRelay(headers: AnswerHeaders): Relay {
    const { exchange, context, backend } = this.#plan;
    return new WholeRelay(exchange, answerHead(this.#plan, headers, false), {
      modelShown: this.#modelShown,
      request: context.request,
      onAnswer: this.#recorder(),
      quirks: backend.quirks,
      key: backend.config.apiKey,
    });
  }

  /** What passes through as bytes is read for the cache alone. */
  #recorder(): ((answer: JsonValue) => void) | undefined {
    const { recording, backend } = this.#plan;
    const { dialect } = this.#dispatch.surface;
    if (recording === undefined) return undefined;
    const reading = { warnings: new Warnings(), quirks: backend.quirks };
    return (answer) => recording.add(...dialect.eventsOfWhole(answer, reading));
  }

  #streamRelay(headers: AnswerHeaders): Relay {
    const { exchange } = this.#plan;
    const listener = exchange.dialect.streamListener?.();
    if (listener === undefined) throw notAnAnswer();
    const head = answerHead(this.#plan, headers, true);
    return new StreamRelay(exchange, listener, this.#splitter(), head, {
      hidesUsage: this.#dispatch.hidesUsage,
      modelShown: this.#modelShown,
      key: this.#plan.backend.config.apiKey,
      reframer: exchange.dialect.reframer?.(exchange.address),
    });
  }

  #splitter() {
    const { surface, eventBytesMax } = this.#dispatch;
    return surface.dialect.splitter?.(eventBytesMax) ?? new SseSplitter(eventBytesMax);
  }

  /** The name to put into the answer, where the client asked for the model by another than the backend's. */
  get #modelShown(): string | undefined {
    return this.#plan.model === this.#plan.context.model ? undefined : this.#plan.context.model;
  }
}

/** '' if it names none, or several. */
function typeOf(headers: AnswerHeaders): string {
  const type = headers['content-type'];
  return typeof type === 'string' ? type : '';
}

function formOf(headers: AnswerHeaders): 'stream' | 'whole' | 'unsaid' | 'other' {
  const type = typeOf(headers);
  if (type === '') return 'unsaid';
  if (type.startsWith('text/event-stream') || type.startsWith('application/x-ndjson')) return 'stream';
  if (type.startsWith('application/json')) return 'whole';
  if (/^application\/([a-z.-]+\+)?json/i.test(type)) return 'whole';
  return /^text\/plain/i.test(type) ? 'unsaid' : 'other';
}

function notAnAnswer(): GatewayError {
  return new GatewayError(
    'upstream_bad_response',
    'The backend answered with something that is neither JSON nor an event stream; does its base_url point at the API?',
  );
}

function lingered(): GatewayError {
  return new GatewayError('upstream_timeout', 'The backend did not close its answer after the last event.');
}

/** Why a call ends without an answer to its client. */
export function clientLeft(exchange: Exchange): GatewayError {
  return exchange.departure.error;
}
