import { isWhole } from '../decisions/cache/is-worth-keeping.ts';
import type { CallEvent } from '../model/call-event.ts';
import type { GatewayError } from '../model/gateway-error.ts';
import type { EventSink } from './event-sink.ts';
import type { Outcome } from './relay.ts';

/** Takes down an answer on its way to the client, so that it can be given again. */
export class Recording {
  #events: CallEvent[] = [];

  /** Another backend is asked: what the one before it said counts no more. */
  clear(): void {
    this.#events = [];
  }

  add(...events: CallEvent[]): void {
    this.#events.push(...events);
  }

  /** The answer, if it is one that may be given again. */
  get answer(): readonly CallEvent[] | undefined {
    return isWhole(this.#events) ? this.#events : undefined;
  }

  /** The same sink, with everything taken down. */
  listenTo(sink: EventSink): EventSink {
    return new RecordedSink(sink, this);
  }
}

class RecordedSink implements EventSink {
  readonly #sink: EventSink;
  readonly #recording: Recording;

  constructor(sink: EventSink, recording: Recording) {
    this.#sink = sink;
    this.#recording = recording;
  }

  get outcome(): Outcome {
    return this.#sink.outcome;
  }

  take(event: CallEvent): void {
    this.#recording.add(event);
    this.#sink.take(event);
  }

  flush(): void {
    this.#sink.flush();
  }

  end(): void {
    this.#sink.end();
  }

  fail(error: GatewayError): void {
    this.#recording.clear();
    this.#sink.fail(error);
  }
}
