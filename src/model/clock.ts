/**
 * The only door to time. Decisions take a `Clock` (or a plain number from it), so that tests own time.
 *
 * `nowMs` is wall time and may jump; use it for what people read and for calendar periods.
 * `monotonicMs` never goes back; use it for every duration and deadline.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number;
  /** Milliseconds since some fixed moment, with a fraction; never decreases. */
  monotonicMs(): number;
  /** Calls back once after `delayMs`; the answer cancels it and may be called at any time. */
  after(delayMs: number, callback: () => void): CancelTimer;
  /** Calls back every `periodMs`; never keeps the process alive by itself. */
  every(periodMs: number, callback: () => void): CancelTimer;
}

export type CancelTimer = () => void;

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
  every(periodMs, callback) {
    const timer = setInterval(callback, periodMs);
    timer.unref();
    return () => clearInterval(timer);
  },
};

/** A signal for library calls that want one; aborts after `ms`. */
export function timeoutSignal(ms: number): AbortSignal {
  return AbortSignal.timeout(ms);
}

/** A clock that moves only when told to; for tests. Timers fire in order while it is moved. */
export class HandMovedClock implements Clock {
  #wallMs: number;
  #monotonicMs = 0;
  #timers: { dueMs: number; periodMs: number | undefined; callback: () => void }[] = [];

  constructor(wallMs = 1_700_000_000_000) {
    this.#wallMs = wallMs;
  }

  nowMs(): number {
    return this.#wallMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  after(delayMs: number, callback: () => void): CancelTimer {
    return this.#add(delayMs, undefined, callback);
  }

  every(periodMs: number, callback: () => void): CancelTimer {
    return this.#add(periodMs, periodMs, callback);
  }

  /** Moves both times forward by `byMs`, firing what falls due on the way, earliest first. */
  advance(byMs: number): void {
    const untilMs = this.#monotonicMs + byMs;
    for (let next = this.#nextDue(untilMs); next !== undefined; next = this.#nextDue(untilMs)) {
      this.#moveTo(next.dueMs);
      if (next.periodMs === undefined) this.#timers.splice(this.#timers.indexOf(next), 1);
      else next.dueMs += next.periodMs;
      next.callback();
    }
    this.#moveTo(untilMs);
  }

  /** Steps wall time alone, as an administrator or NTP would. */
  stepWall(byMs: number): void {
    this.#wallMs += byMs;
  }

  #add(delayMs: number, periodMs: number | undefined, callback: () => void): CancelTimer {
    const timer = { dueMs: this.#monotonicMs + delayMs, periodMs, callback };
    this.#timers.push(timer);
    return () => {
      const at = this.#timers.indexOf(timer);
      if (at >= 0) this.#timers.splice(at, 1);
    };
  }

  #nextDue(untilMs: number) {
    return this.#timers.filter((timer) => timer.dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs)[0];
  }

  #moveTo(monotonicMs: number): void {
    this.#wallMs += monotonicMs - this.#monotonicMs;
    this.#monotonicMs = monotonicMs;
  }
}
