import type { Ticket } from './ticket.ts';

/** A request is worth one class more for every so long it has waited. */
export const ageStepMs = 10_000;

/**
 * Rule 5 of `pick-next.ts`: a request's class now. Waiting lifts it, but no higher than the highest priority that
 * anybody waits with (`top`): an old request of a low priority becomes an equal and then shares like one. Were it
 * lifted further, a crowd that came early would outrank everybody's share.
 */
export function classOf(ticket: Ticket, top: number, nowMs: number): number {
  const aged = ticket.priority + Math.floor((nowMs - ticket.arrivedAtMs) / ageStepMs);
  return Math.min(aged, Math.max(top, ticket.priority));
}

/** Rules 5 to 7, between two that wait in one lane. `standing` says what an app has had, as of now or in a forecast. */
export function comesBefore(
  one: Ticket,
  other: Ticket,
  top: number,
  nowMs: number,
  standing: (ticket: Ticket) => number = standingOf,
): boolean {
  // 5.
  const byClass = classOf(one, top, nowMs) - classOf(other, top, nowMs);
  if (byClass !== 0) return byClass > 0;
  // 6.
  const byShare = standing(one) - standing(other);
  if (byShare !== 0) return byShare < 0;
  // 7.
  return one.sequence < other.sequence;
}

export function topPriority(heads: Iterable<Ticket>): number {
  let top = 0;
  for (const { priority } of heads) if (priority > top) top = priority;
  return top;
}

/**
 * Rule 14: when it came, put back by what its priority is worth. Of two requests at different replicas the one with the
 * smaller number goes first; it never changes, for both age alike.
 */
export function urgencyOf({ arrivedAtMs, priority }: Ticket): number {
  return arrivedAtMs - priority * ageStepMs;
}

/** When the ticket will next rise by a class, if it still can. */
export function risesAtMs(ticket: Ticket, top: number, nowMs: number): number {
  if (classOf(ticket, top, nowMs) >= top) return Number.POSITIVE_INFINITY;
  const steps = Math.floor((nowMs - ticket.arrivedAtMs) / ageStepMs) + 1;
  return ticket.arrivedAtMs + steps * ageStepMs;
}

/** Rule 6: what the app has had of the lane; 0 while nobody waits there. */
export function standingOf({ route, request }: Ticket): number {
  return route.lane.shares?.standingOf(request.appId) ?? 0;
}
