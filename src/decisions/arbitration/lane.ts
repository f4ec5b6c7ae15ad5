import type { QueueLimits } from './lane-limits.ts';

/** A new measurement counts a fifth, so that a handful of requests tell a changed pace. */
const weightOfNewest = 0.2;
/** Until the first request has ended; only an answer to "when shall I try again". */
const assumedServiceMs = 1000;

/**
 * What a call queues for: its sequence group, or its backend when that has none. Knows how many wait, whose they
 * are, and how long one request takes; who stands where is the business of its lines.
 */
export class Lane {
  readonly kind: 'group' | 'backend';
  readonly name: string;
  limits: QueueLimits;
  #waiting = 0;
  readonly #waitingPerApp = new Map<string, number>();
  #serviceMs: number | undefined;

  constructor(kind: 'group' | 'backend', name: string, limits: QueueLimits) {
    this.kind = kind;
    this.name = name;
    this.limits = limits;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** How long one request keeps its slots, lately. */
  get serviceMs(): number {
    return this.#serviceMs ?? assumedServiceMs;
  }

  get isFull(): boolean {
    return this.#waiting >= this.limits.queueMax;
  }

  isFullFor(appId: string): boolean {
    return (this.#waitingPerApp.get(appId) ?? 0) >= this.limits.queuePerAppMax;
  }

  countIn(appId: string): void {
    this.#waiting++;
    this.#waitingPerApp.set(appId, (this.#waitingPerApp.get(appId) ?? 0) + 1);
  }

  countOut(appId: string): void {
    this.#waiting--;
    const left = (this.#waitingPerApp.get(appId) ?? 1) - 1;
    if (left > 0) this.#waitingPerApp.set(appId, left);
    else this.#waitingPerApp.delete(appId);
  }

  /** Learns from a request that has ended. */
  learnService(heldMs: number): void {
    const before = this.#serviceMs;
    this.#serviceMs = before === undefined ? heldMs : before + weightOfNewest * (heldMs - before);
  }
}
