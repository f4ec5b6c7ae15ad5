import type { Route, Ticket } from './ticket.ts';

/**
 * How long it will take: always from what was measured lately, so it is a guess, but an honest one. Service and
 * loading are counted; how others will come and go is not.
 */

/** How long this request will probably keep its slots. */
export function expectedServiceMs({ lane, resident }: Route): number {
  return resident?.service.ms ?? lane.serviceMs;
}

/** The work ahead times the measured pace, and the load of the model if it is not there; for somebody who comes last. */
export function estimateWaitMs(route: Route, nowMs: number): number {
  const { lane, lines, slots } = route;
  const ahead = lane.kind === 'group' ? lane.waiting : lines.length;
  let estimateMs = 0;
  for (const slot of slots) {
    const turns = (ahead + slot.inUse) / slot.capacity;
    estimateMs = Math.max(estimateMs, turns * expectedServiceMs(route));
  }
  return estimateMs + loadLeftMs(route, nowMs);
}

/** How long until the model is there, if it were the next to be loaded; 0 if nothing is known. */
export function loadLeftMs({ resident }: Route, nowMs: number): number {
  if (resident === undefined || resident.state === 'ready') return 0;
  const loadMs = resident.load.ms ?? 0;
  return resident.state === 'loading' ? Math.max(0, resident.sinceMs + loadMs - nowMs) : loadMs;
}

/**
 * Can the client's own deadline not be kept even if everything goes well? Counted are only those of its own app who
 * must go before it for certain, and the load of its model; and only where both were measured.
 */
export function isHopeless(ticket: Ticket, nowMs: number): boolean {
  const { waitMaxMs } = ticket.request;
  return waitMaxMs !== undefined && shortestWaitMs(ticket, nowMs) > waitMaxMs;
}

function shortestWaitMs(ticket: Ticket, nowMs: number): number {
  const { route } = ticket;
  const { lane, resident } = route;
  const measuredMs = resident === undefined && lane.isMeasured ? lane.serviceMs : resident?.service.ms;
  const serviceMs = measuredMs ?? 0;
  const turns = Math.floor(route.lines.lengthFor(ticket) / parallelAt(route));
  return turns * serviceMs + loadLeftMs(route, nowMs);
}

/** How many requests of one model can run at once. */
export function parallelAt({ slots }: Route): number {
  let parallel = Number.POSITIVE_INFINITY;
  for (const { capacity } of slots) parallel = Math.min(parallel, capacity);
  return parallel;
}
