import { Breaker, type BreakerLimits, type BreakerState, type Verdict } from './breaker.ts';
import { RetryBudget } from './retry-budget.ts';

/** So many sessions are remembered, the latest. */
const sessionsMax = 10_000;
/** What a backend remembers of a talk that has rested for so long is gone. */
const sessionForgottenMs = 3_600_000;

/** Whether a backend may be asked for a model now. */
export interface Standing {
  readonly breaker: BreakerState;
  readonly isAdmitted: boolean;
  /** It asked to be left alone for so long yet. */
  readonly coolingMs: number;
  /** It had too much to do a moment ago. */
  readonly isShy: boolean;
  /** In so long it may be asked again; 0: now. */
  readonly readyInMs: number;
}

/**
 * What routing remembers from one call to the next: each backend's breaker, who asked to be left alone, where sessions
 * were served, and how much was tried twice lately. It lives as long as the process. Times are monotonic.
 */
export class RoutingMemory {
  readonly retries = new RetryBudget();
  readonly #breakers = new Map<string, Breaker>();
  readonly #coolUntilMs = new Map<string, number>();
  readonly #shyUntilMs = new Map<string, number>();
  readonly #homes = new Map<string, { readonly backend: string; readonly atMs: number }>();

  standingOf(backend: string, model: string, limits: BreakerLimits, nowMs: number): Standing {
    const breaker = this.#breaker(backend);
    const coolingMs = leftMs(this.#coolUntilMs, backend, model, nowMs);
    return {
      breaker: breaker.stateAt(nowMs, limits),
      isAdmitted: breaker.admits(nowMs, limits),
      coolingMs,
      isShy: leftMs(this.#shyUntilMs, backend, model, nowMs) > 0,
      readyInMs: Math.max(coolingMs, breaker.admitsAtMs(nowMs, limits) - nowMs),
    };
  }

  /** Is nothing at all held against it? Most often so, and quickly told. */
  isOpen(backend: string, model: string, limits: BreakerLimits, nowMs: number): boolean {
    if (leftMs(this.#coolUntilMs, backend, model, nowMs) > 0) return false;
    return this.#breaker(backend).stateAt(nowMs, limits) === 'closed';
  }

  stateOf(backend: string, limits: BreakerLimits, nowMs: number): BreakerState {
    return this.#breaker(backend).stateAt(nowMs, limits);
  }

  /** A call goes to this backend; says whether that is a trial of its breaker. To be followed by one `end`. */
  begin(backend: string, limits: BreakerLimits, nowMs: number): boolean {
    return this.#breaker(backend).begin(nowMs, limits);
  }

  end(backend: string, isTrial: boolean, verdict: Verdict, limits: BreakerLimits, nowMs: number): void {
    this.#breaker(backend).end(isTrial, verdict, nowMs, limits);
  }

  /** Nobody asks it for this model for so long. */
  cool(backend: string, model: string, forMs: number, nowMs: number): void {
    note(this.#coolUntilMs, keyOf(backend, model), forMs, nowMs);
  }

  /** It is asked for this model after the others for so long. */
  shy(backend: string, model: string, forMs: number, nowMs: number): void {
    note(this.#shyUntilMs, keyOf(backend, model), forMs, nowMs);
  }

  /** Where this session of this app was last served, if that is not too long ago. */
  homeOf(appId: string, session: string, nowMs: number): string | undefined {
    const home = this.#homes.get(keyOf(appId, session));
    return home !== undefined && nowMs - home.atMs < sessionForgottenMs ? home.backend : undefined;
  }

  settleIn(appId: string, session: string, backend: string, nowMs: number): void {
    const key = keyOf(appId, session);
    // Taken out first, so that the first in the map is the one that has rested longest.
    this.#homes.delete(key);
    this.#homes.set(key, { backend, atMs: nowMs });
    if (this.#homes.size <= sessionsMax) return;
    for (const oldest of this.#homes.keys()) {
      this.#homes.delete(oldest);
      return;
    }
  }

  /** Forgets backends that left the configuration. */
  keepOnly(backends: ReadonlySet<string>): void {
    for (const name of this.#breakers.keys()) if (!backends.has(name)) this.#breakers.delete(name);
  }

  #breaker(backend: string): Breaker {
    const known = this.#breakers.get(backend);
    if (known !== undefined) return known;
    const breaker = new Breaker();
    this.#breakers.set(backend, breaker);
    return breaker;
  }
}

/** Nearly always nobody is noted at all, and then no key is made: it is asked with every call. */
function leftMs(untilMs: ReadonlyMap<string, number>, backend: string, model: string, nowMs: number): number {
  if (untilMs.size === 0) return 0;
  return Math.max(0, (untilMs.get(keyOf(backend, model)) ?? 0) - nowMs);
}

/** Those that are over are forgotten on the way: their names come from clients. */
function note(untilMs: Map<string, number>, key: string, forMs: number, nowMs: number): void {
  for (const [one, oneUntilMs] of untilMs) if (oneUntilMs <= nowMs) untilMs.delete(one);
  untilMs.set(key, nowMs + forMs);
}

/** Neither part can hold a newline. */
function keyOf(one: string, other: string): string {
  return `${one}\n${other}`;
}
