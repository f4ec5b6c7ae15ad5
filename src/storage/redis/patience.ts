import type { CancelTimer, Clock } from '../../model/clock.ts';

/** A store from which nothing came for so long is not waited for. */
export const SILENCE_MAX_MS = 500;
/**
 * One that is merely busy, and goes on answering, is for so long: whoever counts for itself meanwhile lets more through
 * than there is.
 */
export const WAIT_MAX_MS = 5_000;

/**
 * How long an answer of a store is waited for. A store that answers others is there, and hundreds who ask at once are
 * not told that it is gone because the last of them waited longer than one alone would.
 */
export class Patience {
  readonly #clock: Clock;
  #lastAnswerMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The answer, or a failure when there was none in time. */
  for<Answer>(answer: Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const stopWaiting = this.#wait(() => reject(new Error(`no answer for ${SILENCE_MAX_MS} ms`)));
      answer.then(resolve, reject).finally(() => {
        this.#lastAnswerMs = this.#clock.monotonicMs();
        stopWaiting();
      });
    });
  }

  #wait(giveUp: () => void): CancelTimer {
    const startedMs = this.#clock.monotonicMs();
    let isOver = false;
    let stopTimer: CancelTimer;
    const look = () => {
      const leftMs = this.#leftMs(startedMs);
      if (!isOver && leftMs > 0) stopTimer = this.#clock.after(leftMs, lookTwice);
      else if (!isOver) giveUp();
    };
    // A process that was busy itself may have its answer since long: it hears what came before it says that none did.
    const lookTwice = () => void setImmediate(look);
    look();
    return () => {
      isOver = true;
      stopTimer();
    };
  }

  #leftMs(startedMs: number): number {
    const sinceMs = Math.max(startedMs, this.#lastAnswerMs);
    const untilMs = Math.min(sinceMs + SILENCE_MAX_MS, startedMs + WAIT_MAX_MS);
    return untilMs - this.#clock.monotonicMs();
  }
}
