import type { ErrorCode } from '../../model/gateway-error.ts';
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
}

export const nobodyListens: ArbiterObserver = {
  granted: () => undefined,
  released: () => undefined,
  rejected: () => undefined,
};

/** The same listener, unable to throw. */
export function harmless(observer: ArbiterObserver): ArbiterObserver {
  if (observer === nobodyListens) return observer;
  return {
    granted: (request, group, waitedMs) => quietly(() => observer.granted(request, group, waitedMs)),
    released: (request, group, heldMs) => quietly(() => observer.released(request, group, heldMs)),
    rejected: (request, group, reason, waitedMs) =>
      quietly(() => observer.rejected(request, group, reason, waitedMs)),
  };
}

function quietly(tell: () => void): void {
  try {
    tell();
  } catch {
    // Deliberately nothing: see above.
  }
}
