import type { CancelTimer, Clock } from '../../model/clock.ts';

/** Node's timers count in 32 bits and fire at once beyond them. */
const delayMsMax = 2 ** 31 - 1;

/** One timer for the earliest of many deadlines. It may ring too early, never too late. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #setForMs = Number.POSITIVE_INFINITY;
  #cancel: CancelTimer | undefined;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /**
   * Rings at `deadlineMs` (monotonic), or not at all if that is undefined. Moved forward only: when the one it was
   * set for has gone, ringing for nothing is cheaper than a new timer for each who leaves.
   */
  setFor(deadlineMs: number | undefined): void {
    if (deadlineMs === undefined) this.#turnOff();
    else if (deadlineMs < this.#setForMs) this.#set(deadlineMs);
  }

  #set(deadlineMs: number): void {
    this.#turnOff();
    this.#setForMs = deadlineMs;
    const delayMs = Math.min(Math.max(deadlineMs - this.#clock.monotonicMs(), 0), delayMsMax);
    this.#cancel = this.#clock.after(delayMs, () => {
      this.#turnOff();
      this.#ring();
    });
  }

  #turnOff(): void {
    if (this.#cancel === undefined) return;
    this.#cancel();
    this.#cancel = undefined;
    this.#setForMs = Number.POSITIVE_INFINITY;
  }
}
