import type { Enrolled } from '../../model/roster.ts';
import type { Lane } from './lane.ts';
import type { LaneRequest } from './lane-limits.ts';
import type { Line } from './line.ts';
import type { Lines, Standing } from './lines.ts';
import type { Resident } from './resident.ts';
import type { Slot } from './slot.ts';

/** Where a request stands and all it needs before it may run. A reload gives it another one. */
export interface Route {
  readonly lane: Lane;
  readonly lines: Lines<Ticket>;
  /** Group, backend, model: taken together in one step, or none of them. */
  readonly slots: readonly Slot<Ticket>[];
  /** The slot of a group it only counts in because it came in under it, before a reload. */
  readonly guestAt: Slot<Ticket> | undefined;
  /** The model it needs on the card; undefined where lanes know nothing of models. */
  readonly resident: Resident | undefined;
}

export type TicketState = 'waiting' | 'running' | 'ended';

/** A request's place: first in a line perhaps, then at its slots. One for each time a call enters. */
export class Ticket implements Standing<Ticket>, Enrolled {
  /** Its place among those that run. */
  rosterIndex = -1;
  readonly request: LaneRequest;
  /** The order of arrival, over all lanes. */
  readonly sequence: number;
  /** The group it came in under; it counts there to its end, whatever is reloaded meanwhile. */
  readonly cameInGroup: string | undefined;
  readonly arrivedAtMs: number;
  readonly priority: number;
  readonly weight: number;
  state: TicketState = 'waiting';
  route: Route;
  /** Where it stands while it waits. */
  line: Line<Ticket> | undefined = undefined;
  grantedAtMs = 0;
  /** What its app's account was charged when it was let in. */
  chargedMs = 0;
  /** It has kept its slots for so long that somebody was told. */
  isReported = false;
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
    this.priority = request.priority ?? 5;
    this.weight = request.weight ?? 1;
    this.deadlineMs =
      nowMs + Math.min(route.lane.limits.queueWaitMaxMs, request.waitMaxMs ?? Number.POSITIVE_INFINITY);
  }

  get isFirstInLine(): boolean {
    return this.line?.first === this;
  }

  /** How long its model took to load, if that ended while it waited. */
  get loadMs(): number | undefined {
    const { lastLoad } = this.route.resident ?? {};
    return lastLoad !== undefined && lastLoad.endedAtMs > this.arrivedAtMs ? lastLoad.tookMs : undefined;
  }

  isHeldTooLong(nowMs: number): boolean {
    const { heldMaxMs = Number.POSITIVE_INFINITY } = this.route.lane.limits;
    return this.state === 'running' && nowMs - this.grantedAtMs > heldMaxMs;
  }

  /** What it runs on stays what it is, though a reload gave its model other load options, while the card is the same. */
  keepResident(resident: Resident | undefined): void {
    if (resident === undefined) return;
    const { key } = resident.residency;
    const isSameCard = this.route.slots.some(({ card }) => card?.residents.get(key) === resident);
    if (isSameCard) this.route = { ...this.route, resident };
  }

  takeSlots(): void {
    const { slots, guestAt, resident } = this.route;
    for (const slot of slots) slot.inUse++;
    if (guestAt !== undefined) guestAt.guests++;
    if (resident !== undefined) resident.inUse++;
  }

  giveSlotsBack(): void {
    const { slots, guestAt, resident } = this.route;
    for (const slot of slots) slot.inUse--;
    if (guestAt !== undefined) guestAt.guests--;
    if (resident !== undefined) resident.inUse--;
  }
}
