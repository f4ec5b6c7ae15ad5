import type { GatewayError } from '../../model/gateway-error.ts';
import { type ModelKeeper, nobodyKeeps } from '../../model/model-keeper.ts';
import type { CardEvent } from './card-event.ts';
import { Cards } from './cards.ts';
import { estimateWaitMs, isHopeless, loadLeftMs } from './estimate.ts';
import type { LaneLimits, LaneRequest } from './lane-limits.ts';
import { LaneMap } from './lane-map.ts';
import { mayGo, pickNext } from './pick-next.ts';
import { cannotBeInTime, loadFailed, modelBacksOff, queueFull, queueTimeout } from './refusals.ts';
import { noSpread, type Random } from './retry-after.ts';
import { Running } from './running.ts';
import type { Slot } from './slot.ts';
import { Ticket } from './ticket.ts';
import { WaitingRoom } from './waiting-room.ts';

/** All the scheduler does to the world outside. Called when its own state is already settled. */
export interface Effects {
  /** The ticket waited and now holds its slots. */
  grant(ticket: Ticket): void;
  /** The ticket waited and will wait no more. */
  reject(ticket: Ticket, refusal: GatewayError): void;
  /** For metrics and the log. */
  tell?(event: CardEvent): void;
}

/** A guess, by what was measured lately. */
export interface Outlook {
  readonly waitMs: number;
  /** The model is on the card. */
  readonly isWarm: boolean;
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
  readonly #running = new Running();
  readonly #effects: Effects;
  readonly #cards: Cards;
  readonly #random: Random;
  #arrivals = 0;
  /** Who is being received: if it need not wait, the caller sees that by itself. */
  #newcomer: Ticket | undefined;

  /** @param random spreads what those who are turned away are told of when to come again; nothing else. */
  constructor(
    limits: LaneLimits,
    effects: Effects,
    keeper: ModelKeeper = nobodyKeeps,
    random: Random = noSpread,
  ) {
    this.#random = random;
    this.lanes = new LaneMap(limits);
    this.#effects = effects;
    this.#cards = new Cards(this.lanes, keeper, (event) => effects.tell?.(event));
  }

  get running(): readonly Ticket[] {
    return this.#running.tickets();
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
    const earliestMs = Math.min(
      this.#room.earliestDeadlineMs ?? Number.POSITIVE_INFINITY,
      this.#cards.wakeAtMs,
    );
    return earliestMs === Number.POSITIVE_INFINITY ? undefined : earliestMs;
  }

  /** A ticket that is running already, a ticket that waits, or a refusal. */
  arrive(request: LaneRequest, nowMs: number): Ticket | GatewayError {
    const ticket = this.#ticketFor(request, nowMs);
    if (this.#startsAtOnce(ticket, nowMs)) return ticket;
    const { route } = ticket;
    const refusal = this.#refusalFor(ticket, nowMs);
    if (refusal !== undefined) return refusal;
    this.#join(ticket);
    // Only who needs a model that is not there can get something moving by coming.
    if (route.resident !== undefined) {
      this.#newcomer = ticket;
      this.#serve(route.slots, nowMs);
      this.#newcomer = undefined;
    }
    return ticket;
  }

  /** A ticket that is running already, or nothing: for who would rather not wait, nor have a model changed for it. */
  arriveIfFree(request: LaneRequest, nowMs: number): Ticket | undefined {
    const ticket = this.#ticketFor(request, nowMs);
    return this.#startsAtOnce(ticket, nowMs) ? ticket : undefined;
  }

  /** Takes out someone who waits; false, and nothing happens, if the ticket does not. */
  cancel(ticket: Ticket, refusal: GatewayError, nowMs: number): boolean {
    if (ticket.state !== 'waiting') return false;
    this.#turnAway(ticket, refusal);
    this.#serve(ticket.route.slots, nowMs);
    return true;
  }

  cancelAllWaiting(refusal: () => GatewayError): void {
    for (const ticket of [...this.#room.tickets()]) this.#turnAway(ticket, refusal());
  }

  /** The request has ended; a second word about it is ignored. */
  release(ticket: Ticket, nowMs: number): boolean {
    if (ticket.state !== 'running') return false;
    this.#running.end(ticket, nowMs);
    const { slots, resident } = ticket.route;
    if (this.#room.size > 0 || resident !== undefined) this.#serve(slots, nowMs);
    return true;
  }

  /**
   * Turns away everyone who has waited too long, and only then serves: the next in line may be one of them. Also does
   * what is due on the cards by time alone.
   */
  tick(nowMs: number): void {
    const disturbed: Slot<Ticket>[] = [];
    for (let late = this.#room.overdue(nowMs); late !== undefined; late = this.#room.overdue(nowMs)) {
      this.#turnAway(late, queueTimeout(late, nowMs));
      disturbed.push(...late.route.slots);
    }
    disturbed.push(...this.#cards.due(nowMs));
    for (const { key, isLoad } of this.#cards.lostOrders(nowMs)) {
      if (isLoad) this.loadFailed(key, 'nothing was heard of the load', nowMs);
      else this.unloadFailed(key, 'nothing was heard of the unload', nowMs);
    }
    this.#serve(disturbed, nowMs);
  }

  /** What somebody who came now for this model at this backend would find. */
  outlook(backend: string, model: string, nowMs: number): Outlook {
    const route = this.lanes.routeOf({ backend, model }, undefined);
    const isFree = route.lane.waiting === 0 && route.slots.every((slot) => slot.isFree);
    const waitMs = isFree ? loadLeftMs(route, nowMs) : estimateWaitMs(route, nowMs);
    return { waitMs, isWarm: route.resident?.state === 'ready' };
  }

  /** Something about this slot was changed from outside. */
  look(slot: Slot<Ticket>, nowMs: number): void {
    this.#serve([slot], nowMs);
  }

  /** Looks at every card, for what is to be done without anybody asking: models to be kept warm. */
  begin(nowMs: number): void {
    this.#serve(this.#cards.all(), nowMs);
  }

  /** New limits for everyone, here or yet to come. */
  reconfigure(limits: LaneLimits, nowMs: number): void {
    const waiting = [...this.#room.tickets()];
    for (const ticket of waiting) this.#room.leave(ticket);
    for (const ticket of this.running) ticket.giveSlotsBack();
    this.lanes.reconfigure(limits, [...this.running, ...waiting]);
    for (const ticket of this.running) {
      const { resident } = ticket.route;
      this.#reroute(ticket);
      ticket.keepResident(resident);
      ticket.takeSlots();
      // It runs, so its model is there, whatever room the new limits leave.
      if (ticket.route.resident?.state === 'absent') ticket.route.resident.enter('ready', nowMs);
    }
    for (const ticket of waiting) {
      this.#reroute(ticket);
      this.#join(ticket);
    }
    const disturbed = waiting.flatMap((ticket) => ticket.route.slots);
    this.#serve([...disturbed, ...this.#cards.all()], nowMs);
  }

  /** The keeper's answers (`KeeperEvents`). Those that nobody waits for are ignored. */
  loaded(key: string, tookMs: number, nowMs: number): void {
    this.#serve(this.#cards.loaded(key, tookMs, nowMs), nowMs);
  }

  /** Whoever waits for the model is told; the others go on. */
  loadFailed(key: string, why: string, nowMs: number): void {
    for (const resident of this.#cards.loadFailed(key, why, nowMs)) {
      for (const ticket of [...this.#room.tickets()]) {
        if (ticket.route.resident !== resident) continue;
        this.#turnAway(ticket, loadFailed(resident, nowMs, this.#random));
      }
    }
    this.#serve(this.#cards.all(), nowMs);
  }

  unloaded(key: string, nowMs: number): void {
    this.#serve(this.#cards.unloaded(key, nowMs), nowMs);
  }

  unloadFailed(key: string, why: string, nowMs: number): void {
    this.#serve(this.#cards.unloadFailed(key, why, nowMs), nowMs);
  }

  /** Has this model unloaded from every card as soon as nobody uses it; says from how many. */
  unload(model: string, nowMs: number): number {
    const found = this.#cards.orderOut(model, nowMs);
    this.#serve(this.#cards.all(), nowMs);
    return found;
  }

  /** Lets nobody into this group until it is resumed; who runs ends, who waits goes on waiting. False: no such group. */
  pause(group: string): boolean {
    return this.#setPaused(group, true) !== undefined;
  }

  resume(group: string, nowMs: number): boolean {
    const slot = this.#setPaused(group, false);
    if (slot !== undefined) this.#serve([slot], nowMs);
    return slot !== undefined;
  }

  /**
   * Only those who need a slot of which something changed can have become able to go. A grant frees nothing, and
   * whoever stood behind it needs the same group or backend, so the slots to look at stay the same.
   */
  #serve(disturbed: Iterable<Slot<Ticket>>, nowMs: number): void {
    const slots = new Set(disturbed);
    for (let next = this.#next(slots, nowMs); next !== undefined; next = this.#next(slots, nowMs)) {
      this.#running.start(next, nowMs);
      this.#room.leave(next);
      if (next !== this.#newcomer) this.#effects.grant(next);
    }
  }

  /** Before anybody is let in it is looked whether another model's turn has come. */
  #next(slots: Iterable<Slot<Ticket>>, nowMs: number): Ticket | undefined {
    this.#cards.settle(slots, nowMs);
    return this.#room.size === 0 ? undefined : pickNext(slots, nowMs);
  }

  #ticketFor(request: LaneRequest, nowMs: number): Ticket {
    const group = this.lanes.groupOf(request);
    return new Ticket(request, ++this.#arrivals, group, this.lanes.routeOf(request, group), nowMs);
  }

  #startsAtOnce(ticket: Ticket, nowMs: number): boolean {
    if (!this.#isUnopposed(ticket, nowMs) || !mayGo(ticket)) return false;
    this.#running.start(ticket, nowMs);
    return true;
  }

  /** Nobody who came earlier would have the slots it finds free. */
  #isUnopposed({ route: { lane, lines, slots, resident } }: Ticket, nowMs: number): boolean {
    if (lane.waiting === 0) return true;
    if (lines.length > 0) return false;
    if (resident !== undefined) this.#cards.settle(slots, nowMs);
    return true;
  }

  #refusalFor(ticket: Ticket, nowMs: number): GatewayError | undefined {
    const { route, request } = ticket;
    if (route.resident?.isBackingOff(nowMs) === true)
      return modelBacksOff(route.resident, nowMs, this.#random);
    if (route.lane.isFull || route.lane.isFullFor(request.appId))
      return queueFull(ticket, nowMs, this.#random);
    return isHopeless(ticket, nowMs) ? cannotBeInTime(ticket, nowMs, this.#random) : undefined;
  }

  #join(ticket: Ticket): void {
    const { lane } = ticket.route;
    if (lane.shares === undefined) this.#running.openBooks(lane);
    this.#room.join(ticket);
  }

  #turnAway(ticket: Ticket, refusal: GatewayError): void {
    if (ticket.state !== 'waiting') return;
    ticket.state = 'ended';
    this.#room.leave(ticket);
    ticket.route.lane.closeBooksIfIdle();
    this.#effects.reject(ticket, refusal);
  }

  #reroute(ticket: Ticket): void {
    ticket.route = this.lanes.routeOf(ticket.request, ticket.cameInGroup);
  }

  #setPaused(group: string, isPaused: boolean): Slot<Ticket> | undefined {
    const slot = this.lanes.groups.get(group)?.slot;
    if (slot !== undefined) slot.isPaused = isPaused;
    return slot;
  }
}
