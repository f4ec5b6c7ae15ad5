import type { Residency } from '../../model/model-keeper.ts';
import type { AnswerLimits } from './lane-limits.ts';
import { Pace } from './pace.ts';

/**
 * absent: not on the card. loading: ordered, no answer yet. ready: may be used. expiring: chosen to go, nobody new is
 * let in, those who run may finish. unloading: ordered, no answer yet.
 */
export type ResidentState = 'absent' | 'loading' | 'ready' | 'expiring' | 'unloading';

/** After a load that failed: 5 s, doubled each time, 300 s at most (predecessors 2.8). */
const backoffMinMs = 5_000;
const backoffMaxMs = 300_000;

/** A keeper that says nothing for so long has lost the order. */
const usualAnswers: AnswerLimits = { loadMaxMs: 900_000, unloadMaxMs: 120_000 };

/** One model as a card knows it: whether it is there, who uses it, who waits for it, and what it costs to load. */
export class Resident {
  residency: Residency;
  /** Unloaded when nobody has wanted it for so long. */
  unloadAfterMs: number | undefined;
  /** How long the keeper may be silent about an order. */
  answers: AnswerLimits = usualAnswers;
  /** Loaded when there is nothing else to do. */
  isWarm = false;
  state: ResidentState = 'absent';
  /** Since when it is in this state. */
  sinceMs = 0;
  lastUsedMs = 0;
  inUse = 0;
  waiting = 0;
  /** How many were let in past somebody who waited for another model. */
  passes = 0;
  /** Somebody (an operator, its idle time) wants it gone, whoever needs the room. */
  isOrderedOut = false;
  /** Nobody waits any more for the load that is under way, and another model wants the room. */
  isAbandoned = false;
  unloadFailures = 0;
  /** When an unload that failed is tried again. */
  retryUnloadAtMs = Number.POSITIVE_INFINITY;
  loadFailures = 0;
  backoffUntilMs = 0;
  /** Of this residency: the group may hold models that are much quicker. */
  readonly service = new Pace();
  readonly load = new Pace();
  /** The last time it was loaded by order. */
  lastLoad: { readonly tookMs: number; readonly endedAtMs: number } | undefined;

  constructor(residency: Residency) {
    this.residency = residency;
  }

  /** Somebody uses it or wants to. */
  get isWanted(): boolean {
    return this.inUse + this.waiting > 0;
  }

  get isOnCard(): boolean {
    return this.state !== 'absent';
  }

  enter(state: ResidentState, nowMs: number): void {
    this.state = state;
    this.sinceMs = nowMs;
    if (state !== 'ready' && state !== 'absent') return;
    this.passes = 0;
    this.isOrderedOut = false;
    this.isAbandoned = false;
    this.unloadFailures = 0;
    this.retryUnloadAtMs = Number.POSITIVE_INFINITY;
    if (state === 'ready') this.lastUsedMs = nowMs;
  }

  /** Puts off the next attempt to load it; says for how long. */
  backOff(nowMs: number): number {
    const delayMs = Math.min(backoffMinMs * 2 ** this.loadFailures, backoffMaxMs);
    this.loadFailures++;
    this.backoffUntilMs = nowMs + delayMs;
    return delayMs;
  }

  learnLoad(tookMs: number, nowMs: number): void {
    this.load.learn(tookMs);
    this.lastLoad = { tookMs, endedAtMs: nowMs };
    this.loadFailures = 0;
    this.backoffUntilMs = 0;
  }

  isBackingOff(nowMs: number): boolean {
    return nowMs < this.backoffUntilMs;
  }
}
