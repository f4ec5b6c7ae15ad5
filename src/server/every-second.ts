import type { CancelTimer, Clock } from '../model/clock.ts';

/** What is looked at once a second for as long as the house stands, by one timer for all of it. */
export class EverySecond {
  readonly #sweeps: (() => void)[] = [];
  #stop: CancelTimer | undefined;

  add(...sweeps: (() => void)[]): void {
    this.#sweeps.push(...sweeps);
  }

  begin(clock: Clock): void {
    this.#stop = clock.every(1_000, () => {
      for (const sweep of this.#sweeps) sweep();
    });
  }

  stop(): void {
    this.#stop?.();
  }
}
