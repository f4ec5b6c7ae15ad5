import type { Clock } from '../model/clock.ts';

/** Called about trouble, with the number of things lost so far. */
export type OnTrouble = (error: Error, lost: number) => void;

const tellEveryMs = 60_000;

/** Counts what could not be kept, and tells somebody at most once a minute: a full disk must not fill a log too. */
export class Losses {
  readonly #clock: Clock;
  readonly #onTrouble: OnTrouble | undefined;
  #count = 0;
  #toldAtMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, onTrouble: OnTrouble | undefined) {
    this.#clock = clock;
    this.#onTrouble = onTrouble;
  }

  get count(): number {
    return this.#count;
  }

  /** `lost` may be 0: there is trouble, and everything was saved all the same. */
  add(lost: number, error: Error): void {
    this.#count += lost;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#toldAtMs < tellEveryMs) return;
    this.#toldAtMs = nowMs;
    this.#onTrouble?.(error, this.#count);
  }
}
