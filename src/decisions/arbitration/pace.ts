/** A new measurement counts a fifth, so that a handful of requests tell a changed pace. */
const weightOfNewest = 0.2;

/** How long something takes, lately: a mean that forgets. */
export class Pace {
  #meanMs: number | undefined;

  /** Undefined until something has been measured. */
  get ms(): number | undefined {
    return this.#meanMs;
  }

  learn(tookMs: number): void {
    const before = this.#meanMs;
    this.#meanMs = before === undefined ? tookMs : before + weightOfNewest * (tookMs - before);
  }
}
