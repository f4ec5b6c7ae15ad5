import type { CallEvent } from '../model/call-event.ts';
import type { Clock } from '../model/clock.ts';
import { asGatewayError, type GatewayError } from '../model/gateway-error.ts';
import type { JsonObject } from '../model/json.ts';
import type { TimedEvent } from '../providers/provider.ts';
import { type EventReceiver, Playback } from '../upstream/play-in-house.ts';
import { clientLeft } from './answer-from-backend.ts';
import type { AnswerPlan, TimedOutcome } from './answer-plan.ts';
import type { EventSink } from './event-sink.ts';
import { eventSink } from './relay-events.ts';

/** An answer made in this house: events, played in their own time, written in the client's dialect. */
export class InHouseAnswer implements EventReceiver {
  readonly done: Promise<TimedOutcome>;
  readonly #plan: AnswerPlan;
  readonly #clock: Clock;
  readonly #sink: EventSink;
  readonly #playback: Playback;
  readonly #stopListening: () => void;
  readonly #sentAtMs: number;
  #settle!: { resolve: (outcome: TimedOutcome) => void; reject: (error: GatewayError) => void };
  #firstByteAtMs: number | undefined;

  constructor(plan: AnswerPlan, events: Iterable<TimedEvent>, clock: Clock) {
    this.#plan = plan;
    this.#clock = clock;
    this.#sentAtMs = clock.monotonicMs();
    this.done = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.#sink = eventSink(plan, undefined, () => this.#timings());
    this.#playback = new Playback(events, this, clock);
    const { exchange } = plan;
    this.#stopListening = exchange.departure.onLeave(() => this.abort(clientLeft(exchange)));
  }

  /**
   * Seconds of waiting and until the first token, in the body itself, where the backend's quirk `body_metrics`
   * asks for it (row 002-12; the misspelled member is the predecessor's).
   */
  #timings(): JsonObject {
    if (this.#plan.backend.config.quirks['body_metrics'] !== true) return {};
    const firstByteMs = (this.#firstByteAtMs ?? this.#sentAtMs) - this.#sentAtMs;
    return { metrics: { queue_time: this.#plan.waited.queueMs / 1000, tftt: firstByteMs / 1000 } };
  }

  start(): void {
    this.#guard(() => this.#playback.start());
  }

  abort(error: GatewayError): void {
    this.#playback.stop();
    this.#guard(() => {
      this.#sink.fail(error);
      this.#finish();
    });
  }

  onEvent(event: CallEvent): void {
    this.#firstByteAtMs ??= this.#clock.monotonicMs();
    this.#guard(() => {
      this.#sink.take(event);
      this.#sink.flush();
    });
    if (!this.#plan.exchange.isBehind) return;
    this.#playback.pause();
    this.#plan.exchange.onCaughtUp(() => this.#playback.resume());
  }

  onEnd(): void {
    this.#guard(() => {
      this.#sink.end();
      this.#finish();
    });
  }

  #guard(step: () => void): void {
    try {
      step();
    } catch (thrown) {
      this.#playback.stop();
      this.#stopListening();
      this.#settle.reject(asGatewayError(thrown));
    }
  }

  #finish(): void {
    this.#stopListening();
    const { usage, error, images } = this.#sink.outcome;
    this.#settle.resolve({
      usage,
      error,
      contentTokens: 0,
      images,
      sentAtMs: this.#sentAtMs,
      firstByteAtMs: this.#firstByteAtMs,
      endedAtMs: this.#clock.monotonicMs(),
    });
  }
}
