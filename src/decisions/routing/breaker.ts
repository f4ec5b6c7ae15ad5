/** `circuit_breaker` of the configuration. */
export interface BreakerLimits {
  /** So many failures in a row open it. */
  readonly failureThreshold: number;
  /** So long it stays open before somebody may try. */
  readonly resetMs: number;
  /** So many may try at once then. */
  readonly halfOpenMax: number;
}

/** How an attempt went, as far as it says something about the backend; `unknown`: it says nothing. */
export type Verdict = 'success' | 'failure' | 'unknown';

export type BreakerState = 'closed' | 'half-open' | 'open';

/**
 * Leaves a failing backend alone for a while (row 003-14). closed: everybody may go. open: nobody, for `resetMs`.
 * half-open: a few may try; the first that succeeds closes it, the first that fails opens it again. Pure: time is
 * monotonic and comes as an argument, and so do the limits, which a reload may change.
 */
export class Breaker {
  #failuresInARow = 0;
  #openedAtMs: number | undefined;
  #trying = 0;

  stateAt(nowMs: number, { resetMs }: BreakerLimits): BreakerState {
    if (this.#openedAtMs === undefined) return 'closed';
    return nowMs < this.#openedAtMs + resetMs ? 'open' : 'half-open';
  }

  admits(nowMs: number, limits: BreakerLimits): boolean {
    const state = this.stateAt(nowMs, limits);
    return state === 'closed' || (state === 'half-open' && this.#trying < limits.halfOpenMax);
  }

  /** When somebody may go again, at the earliest. */
  admitsAtMs(nowMs: number, limits: BreakerLimits): number {
    return this.admits(nowMs, limits) ? nowMs : Math.max(nowMs, (this.#openedAtMs ?? nowMs) + limits.resetMs);
  }

  /** Somebody goes; says whether that is a trial. To be followed by one `end`. */
  begin(nowMs: number, limits: BreakerLimits): boolean {
    const isTrial = this.stateAt(nowMs, limits) === 'half-open';
    if (isTrial) this.#trying++;
    return isTrial;
  }

  end(isTrial: boolean, verdict: Verdict, nowMs: number, limits: BreakerLimits): void {
    if (isTrial) this.#trying--;
    if (verdict === 'success') this.#close();
    else if (verdict === 'failure') this.#fail(isTrial, nowMs, limits);
  }

  #close(): void {
    this.#failuresInARow = 0;
    this.#openedAtMs = undefined;
  }

  #fail(isTrial: boolean, nowMs: number, { failureThreshold }: BreakerLimits): void {
    this.#failuresInARow++;
    // Who began before it opened says nothing new: the pause is not lengthened by stragglers.
    if (this.#openedAtMs !== undefined && !isTrial) return;
    if (isTrial || this.#failuresInARow >= failureThreshold) this.#openedAtMs = nowMs;
  }
}
