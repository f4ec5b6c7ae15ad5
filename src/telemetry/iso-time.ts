import type { Clock } from '../model/clock.ts';

/**
 * Now as an ISO string, for log lines. Formatting a date costs more than the rest of a short line, so the
 * part up to the second is kept, and the whole of it while the millisecond lasts.
 */
export class IsoTime {
  readonly #clock: Clock;
  #ms = Number.NaN;
  #text = '';
  #second = Number.NaN;
  #upToSecond = '';

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): string {
    const ms = Math.floor(this.#clock.nowMs());
    if (ms !== this.#ms) this.#format(ms);
    return this.#text;
  }

  #format(ms: number): void {
    const second = Math.floor(ms / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#upToSecond = new Date(second * 1000).toISOString().slice(0, -4);
    }
    this.#ms = ms;
    this.#text = `${this.#upToSecond}${String(ms - second * 1000).padStart(3, '0')}Z`;
  }
}
