import type { QueueLimits } from './lane-limits.ts';
import { Pace } from './pace.ts';
import type { Shares } from './shares.ts';

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
  /** Who has had how much of it; kept only from when somebody waits until it is empty. */
  shares: Shares | undefined;
  #waiting = 0;
  readonly #waitingPerApp = new Map<string, number>();
  readonly #service = new Pace();

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
    return this.#service.ms ?? assumedServiceMs;
  }

  get isMeasured(): boolean {
    return this.#service.ms !== undefined;
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

  closeBooksIfIdle(): void {
    if (this.shares?.isIdle === true) this.shares = undefined;
  }

  /** Learns from a request that has ended. */
  learnService(heldMs: number): void {
    this.#service.learn(heldMs);
  }
}
