import type { CallEvent } from '../model/call-event.ts';
import type { CancelTimer, Clock } from '../model/clock.ts';
import type { TimedEvent } from '../providers/provider.ts';

/** Who receives the events of an answer made in this house; `onEnd` comes once, last, unless stopped. */
export interface EventReceiver {
  onEvent(event: CallEvent): void;
  onEnd(): void;
}

/**
 * Plays an in-house provider's timed events to a receiver, waiting where they say so. `stop` ends it at once
 * and for good; `pause` and `resume` hold it while the client is slow.
 */
export class Playback {
  readonly #events: Iterator<TimedEvent>;
  readonly #receiver: EventReceiver;
  readonly #clock: Clock;
  #cancelTimer: CancelTimer | undefined;
  #next: TimedEvent | undefined;
  #isPaused = false;
  #isOver = false;

  constructor(events: Iterable<TimedEvent>, receiver: EventReceiver, clock: Clock) {
    this.#events = events[Symbol.iterator]();
    this.#receiver = receiver;
    this.#clock = clock;
  }

  start(): void {
    this.#play();
  }

  stop(): void {
    this.#isOver = true;
    this.#cancelTimer?.();
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    if (this.#cancelTimer === undefined) this.#play();
  }

  /** Delivers until an event wants to be waited for, the receiver pauses, or nothing is left. */
  #play(): void {
    while (!this.#isOver && !this.#isPaused) {
      const due = this.#next ?? this.#take();
      if (due === undefined) return;
      if (due.waitMs > 0 && this.#next === undefined) {
        this.#wait(due);
        return;
      }
      this.#next = undefined;
      this.#receiver.onEvent(due.event);
    }
  }

  #take(): TimedEvent | undefined {
    const { done, value } = this.#events.next();
    if (done !== true) return value;
    this.#isOver = true;
    this.#receiver.onEnd();
    return undefined;
  }

  #wait(due: TimedEvent): void {
    this.#next = due;
    this.#cancelTimer = this.#clock.after(due.waitMs, () => {
      this.#cancelTimer = undefined;
      this.#play();
    });
  }
}
