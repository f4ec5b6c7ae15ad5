import type { GatewayError } from '../../model/gateway-error.ts';
import { Roster } from '../../model/roster.ts';
import type { LaneLimits, LaneRequest } from './lane-limits.ts';
import { LaneMap } from './lane-map.ts';
import { mayGo, pickNext } from './pick-next.ts';
import { queueFull, queueTimeout } from './refusals.ts';
import type { Slot } from './slot.ts';
import { Ticket } from './ticket.ts';
import { WaitingRoom } from './waiting-room.ts';

/** All the scheduler does to the world outside. Called when its own state is already settled. */
export interface Effects {
  /** The ticket waited and now holds its slots. */
  grant(ticket: Ticket): void;
  /** The ticket waited and will wait no more. */
  reject(ticket: Ticket, refusal: GatewayError): void;
}

/**
 * The referee's mind: events come in as method calls, decisions go out through `Effects`. It knows no promises,
 * no timers and no clock (time comes as an argument, monotonic), so the same events always give the same game.
 *
 * A reload changes limits under requests that wait and run. The rule:
 *
 *   A request counts in the group it came in under **and** in the group its backend belongs to now, from its
 *   arrival to its end. It takes both slots or none.
 *
 * So when a backend moves from g1 to g2 while it runs a request, both groups are busy until that request ends:
 * g1 because the promise was made to its requests, g2 because that very backend would otherwise serve two.
 * Renaming a group is the same case. Those who wait keep their order and their deadline and join the line of
 * the backend's group of today; if it has none any more they stay, one at a time, in the line they came to.
 * A removed backend keeps its last limits until it is drained. Nobody is refused because of a reload.
 */
export class Scheduler {
  readonly lanes: LaneMap;
  readonly #room = new WaitingRoom();
  readonly #running = new Roster<Ticket>();
  readonly #effects: Effects;
  #arrivals = 0;

  constructor(limits: LaneLimits, effects: Effects) {
    this.lanes = new LaneMap(limits);
    this.#effects = effects;
  }

  get running(): readonly Ticket[] {
    return this.#running.all();
  }

  get runningCount(): number {
    return this.#running.size;
  }

  get waitingCount(): number {
    return this.#room.size;
  }

  /** In order of arrival. */
  waiting(): IterableIterator<Ticket> {
    return this.#room.tickets();
  }

  /** When `tick` has something to do next. */
  get earliestDeadlineMs(): number | undefined {
    return this.#room.earliestDeadlineMs;
  }

  /** A ticket that is running already, a ticket that waits, or a refusal. */
  arrive(request: LaneRequest, nowMs: number): Ticket | GatewayError {
    const { lanes } = this;
    const group = lanes.groupOf(request);
    const route = lanes.routeOf(request, group);
    const ticket = new Ticket(request, ++this.#arrivals, group, route, nowMs);
    if (route.line.first === undefined && mayGo(ticket)) {
      this.#start(ticket, nowMs);
      return ticket;
    }
    if (route.lane.isFull || route.lane.isFullFor(request.appId)) return queueFull(route, request.appId);
    this.#room.join(ticket);
    return ticket;
  }

  /** Takes out someone who waits; false, and nothing happens, if the ticket does not. */
  cancel(ticket: Ticket, refusal: GatewayError, nowMs: number): boolean {
    if (ticket.state !== 'waiting') return false;
    this.#turnAway(ticket, refusal);
    this.#serve(ticket.route.slots, nowMs);
    return true;
  }

  cancelAllWaiting(refusal: GatewayError): void {
    for (const ticket of [...this.#room.tickets()]) this.#turnAway(ticket, refusal);
  }

  /** The request has ended; a second word about it is ignored. */
  release(ticket: Ticket, nowMs: number): boolean {
    if (ticket.state !== 'running') return false;
    ticket.state = 'ended';
    this.#running.remove(ticket);
    ticket.giveSlotsBack();
    ticket.route.lane.learnService(nowMs - ticket.grantedAtMs);
    if (this.#room.size > 0) this.#serve(ticket.route.slots, nowMs);
    return true;
  }

  /** Turns away everyone who has waited too long, and only then serves: the next in line may be one of them. */
  tick(nowMs: number): void {
    const disturbed: Slot<Ticket>[] = [];
    for (let late = this.#room.overdue(nowMs); late !== undefined; late = this.#room.overdue(nowMs)) {
      this.#turnAway(late, queueTimeout(late, nowMs));
      disturbed.push(...late.route.slots);
    }
    this.#serve(disturbed, nowMs);
  }

  /** New limits for everyone, here or yet to come. */
  reconfigure(limits: LaneLimits, nowMs: number): void {
    const waiting = [...this.#room.tickets()];
    for (const ticket of waiting) this.#room.leave(ticket);
    for (const ticket of this.running) ticket.giveSlotsBack();
    this.lanes.reconfigure(limits, [...this.running, ...waiting]);
    for (const ticket of this.running) {
      this.#reroute(ticket);
      ticket.takeSlots();
    }
    for (const ticket of waiting) {
      this.#reroute(ticket);
      this.#room.join(ticket);
    }
    const disturbed = waiting.flatMap((ticket) => ticket.route.slots);
    this.#serve(disturbed, nowMs);
  }

  /**
   * Only those who need a slot of which something changed can have become able to go. A grant frees nothing, and
   * the one who stood behind it needs the same group or backend, so the slots to look at stay the same.
   */
  #serve(disturbed: Iterable<Slot<Ticket>>, nowMs: number): void {
    const slots = new Set(disturbed);
    for (let next = pickNext(slots); next !== undefined; next = pickNext(slots)) {
      this.#room.leave(next);
      this.#start(next, nowMs);
      this.#effects.grant(next);
    }
  }

  #start(ticket: Ticket, nowMs: number): void {
    ticket.state = 'running';
    ticket.grantedAtMs = nowMs;
    ticket.takeSlots();
    this.#running.add(ticket);
  }

  #turnAway(ticket: Ticket, refusal: GatewayError): void {
    if (ticket.state !== 'waiting') return;
    ticket.state = 'ended';
    this.#room.leave(ticket);
    this.#effects.reject(ticket, refusal);
  }

  #reroute(ticket: Ticket): void {
    ticket.route = this.lanes.routeOf(ticket.request, ticket.cameInGroup);
  }
}
