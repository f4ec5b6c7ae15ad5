import type { Enrolled } from '../../model/roster.ts';
import type { Lane } from './lane.ts';
import type { LaneRequest } from './lane-limits.ts';
import type { Line, Linked } from './line.ts';
import type { Slot } from './slot.ts';

/** Where a request stands and all it needs before it may run. A reload gives it another one. */
export interface Route {
  readonly lane: Lane;
  /** A group has one line; an ungrouped backend has one for each limited model and one for the rest. */
  readonly line: Line<Ticket>;
  /** Group, backend, model: taken together in one step, or none of them. */
  readonly slots: readonly Slot<Ticket>[];
}

export type TicketState = 'waiting' | 'running' | 'ended';

/** A request's place: first in a line perhaps, then at its slots. One for each time a call enters. */
export class Ticket implements Linked<Ticket>, Enrolled {
  /** Its place among those that run. */
  rosterIndex = -1;
  readonly request: LaneRequest;
  /** The order of arrival, over all lanes. */
  readonly sequence: number;
  /** The group it came in under; it counts there to its end, whatever is reloaded meanwhile. */
  readonly cameInGroup: string | undefined;
  readonly arrivedAtMs: number;
  state: TicketState = 'waiting';
  route: Route;
  grantedAtMs = 0;
  /** Promised on arrival; a reload does not shorten it. */
  deadlineMs: number;
  /** Its place among the deadlines. */
  heapIndex = -1;
  previous: Ticket | undefined = undefined;
  next: Ticket | undefined = undefined;

  constructor(
    request: LaneRequest,
    sequence: number,
    cameInGroup: string | undefined,
    route: Route,
    nowMs: number,
  ) {
    this.request = request;
    this.sequence = sequence;
    this.cameInGroup = cameInGroup;
    this.route = route;
    this.arrivedAtMs = nowMs;
    this.deadlineMs =
      nowMs + Math.min(route.lane.limits.queueWaitMaxMs, request.waitMaxMs ?? Number.POSITIVE_INFINITY);
  }

  get isFirstInLine(): boolean {
    return this.route.line.first === this;
  }

  takeSlots(): void {
    for (const slot of this.route.slots) slot.inUse++;
  }

  giveSlotsBack(): void {
    for (const slot of this.route.slots) slot.inUse--;
  }
}
