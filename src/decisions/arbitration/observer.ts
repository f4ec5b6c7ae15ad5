import type { ErrorCode } from '../../model/gateway-error.ts';
import type { CardEvent } from './card-event.ts';
import type { LaneRequest } from './lane-limits.ts';

/**
 * Listens to the referee, for metrics. `group` is the sequence group the request came in under, and stays so to
 * its end. What a listener throws is swallowed: a metric is never worth a slot.
 */
export interface ArbiterObserver {
  /** Slots were taken, after so long a wait: 0 for who found them free. */
  granted(request: LaneRequest, group: string | undefined, waitedMs: number): void;
  /** Slots were given back. */
  released(request: LaneRequest, group: string | undefined, heldMs: number): void;
  /** Not let in: `queue_full` and `shutting_down` at the door, those and `queue_timeout`, `client_left` in the queue. */
  rejected(request: LaneRequest, group: string | undefined, reason: ErrorCode, waitedMs: number): void;
  /** A model came, went, or would not. */
  cardChanged?(event: CardEvent): void;
  /**
   * Somebody has kept its slots for longer than its lane allows; told once. `group` is here the one whose limit it was,
   * undefined for the limit of backends outside groups.
   */
  heldTooLong?(request: LaneRequest, group: string | undefined, heldMs: number): void;
}

export const nobodyListens: ArbiterObserver = {
  granted: () => undefined,
  released: () => undefined,
  rejected: () => undefined,
};

/** The same listener, unable to throw. */
export function harmless(observer: ArbiterObserver): ArbiterObserver {
  if (observer === nobodyListens) return observer;
  return new HarmlessObserver(observer);
}

/** Methods rather than closures: they are called twice for every request. */
class HarmlessObserver implements ArbiterObserver {
  readonly #observer: ArbiterObserver;

  constructor(observer: ArbiterObserver) {
    this.#observer = observer;
  }

  granted(request: LaneRequest, group: string | undefined, waitedMs: number): void {
    try {
      this.#observer.granted(request, group, waitedMs);
    } catch {}
  }

  released(request: LaneRequest, group: string | undefined, heldMs: number): void {
    try {
      this.#observer.released(request, group, heldMs);
    } catch {}
  }

  rejected(request: LaneRequest, group: string | undefined, reason: ErrorCode, waitedMs: number): void {
    try {
      this.#observer.rejected(request, group, reason, waitedMs);
    } catch {}
  }

  cardChanged(event: CardEvent): void {
    try {
      this.#observer.cardChanged?.(event);
    } catch {}
  }

  heldTooLong(request: LaneRequest, group: string | undefined, heldMs: number): void {
    try {
      this.#observer.heldTooLong?.(request, group, heldMs);
    } catch {}
  }
}
