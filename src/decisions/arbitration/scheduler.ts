import type { GatewayError } from '../../model/gateway-error.ts';
import { Roster } from '../../model/roster.ts';
import type { CardEvent } from './card-event.ts';
import { expectedServiceMs, isHopeless } from './estimate.ts';
import type { Lane } from './lane.ts';
import type { LaneLimits, LaneRequest } from './lane-limits.ts';
import { LaneMap } from './lane-map.ts';
import { type ModelKeeper, nobodyKeeps } from './model-keeper.ts';
import { mayGo, pickNext } from './pick-next.ts';
import { isForeign } from './plan-swap.ts';
import { cannotBeInTime, loadFailed, modelBacksOff, queueFull, queueTimeout } from './refusals.ts';
import type { Resident } from './resident.ts';
import { Shares } from './shares.ts';
import type { Slot } from './slot.ts';
import { Swaps } from './swaps.ts';
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
  readonly #swaps: Swaps;
  #arrivals = 0;
  /** Who is being received: if it need not wait, the caller sees that by itself. */
  #newcomer: Ticket | undefined;

  constructor(limits: LaneLimits, effects: Effects, keeper: ModelKeeper = nobodyKeeps) {
    this.lanes = new LaneMap(limits);
    this.#effects = effects;
    this.#swaps = new Swaps(keeper, (event) => effects.tell?.(event));
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
    let earliestMs = this.#room.earliestDeadlineMs ?? Number.POSITIVE_INFINITY;
    for (const { card } of this.lanes.withCards) {
      if (card !== undefined && card.wakeAtMs < earliestMs) earliestMs = card.wakeAtMs;
    }
    return earliestMs === Number.POSITIVE_INFINITY ? undefined : earliestMs;
  }

  /** A ticket that is running already, a ticket that waits, or a refusal. */
  arrive(request: LaneRequest, nowMs: number): Ticket | GatewayError {
    const { lanes } = this;
    const group = lanes.groupOf(request);
    const route = lanes.routeOf(request, group);
    const ticket = new Ticket(request, ++this.#arrivals, group, route, nowMs);
    if (this.#isUnopposed(ticket, nowMs) && mayGo(ticket)) {
      this.#start(ticket, nowMs);
      return ticket;
    }
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
    this.#learn(ticket, nowMs);
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
    for (const slot of this.lanes.withCards) {
      if (slot.card !== undefined && slot.card.wakeAtMs <= nowMs) disturbed.push(slot);
      for (const { resident } of this.#swaps.lostOrders(slot, nowMs)) this.#loseOrder(resident, nowMs);
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
      // It runs, so its model is there, whatever room the new limits leave.
      const { resident } = ticket.route;
      if (resident?.state === 'absent') resident.enter('ready', nowMs);
    }
    for (const ticket of waiting) {
      this.#reroute(ticket);
      this.#join(ticket);
    }
    const disturbed = waiting.flatMap((ticket) => ticket.route.slots);
    this.#serve([...disturbed, ...this.lanes.withCards], nowMs);
  }

  /** The keeper's answers (`KeeperEvents`). Those that nobody waits for are ignored. */
  loaded(key: string, tookMs: number, nowMs: number): void {
    this.#hear(key, nowMs, (slot, resident) => {
      if (slot.card !== undefined) this.#swaps.loaded(slot.card, resident, tookMs, nowMs);
    });
  }

  loadFailed(key: string, why: string, nowMs: number): void {
    this.#hear(key, nowMs, (slot, resident) => {
      if (slot.card === undefined || !this.#swaps.loadFailed(slot.card, resident, why, nowMs)) return;
      const refusal = loadFailed(resident, nowMs);
      for (const ticket of [...this.#room.tickets()]) {
        if (ticket.route.resident === resident) this.#turnAway(ticket, refusal);
      }
    });
  }

  unloaded(key: string, nowMs: number): void {
    this.#hear(key, nowMs, (slot, resident) => {
      if (slot.card !== undefined) this.#swaps.unloaded(slot.card, resident, nowMs);
    });
  }

  unloadFailed(key: string, why: string, nowMs: number): void {
    this.#hear(key, nowMs, (slot, resident) => {
      if (slot.card !== undefined) this.#swaps.unloadFailed(slot.card, resident, why, nowMs);
    });
  }

  /** Has every residency of this model unloaded as soon as nobody uses it; says how many there are. */
  unload(model: string, nowMs: number): number {
    let found = 0;
    for (const slot of this.lanes.withCards) {
      for (const resident of slot.card?.onCard() ?? []) {
        if (resident.residency.model !== model) continue;
        this.#swaps.orderOut(resident, nowMs);
        found++;
      }
    }
    this.#serve(this.lanes.withCards, nowMs);
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
      this.#start(next, nowMs);
      this.#room.leave(next);
      if (next !== this.#newcomer) this.#effects.grant(next);
    }
  }

  /** Before anybody is let in it is looked whether another model's turn has come. */
  #next(slots: Iterable<Slot<Ticket>>, nowMs: number): Ticket | undefined {
    this.#settle(slots, nowMs);
    return this.#room.size === 0 ? undefined : pickNext(slots, nowMs);
  }

  #settle(slots: Iterable<Slot<Ticket>>, nowMs: number): void {
    for (const slot of slots) if (slot.card !== undefined) this.#swaps.settle(slot.card, slot, nowMs);
  }

  /** Nobody who came earlier would have the slots it finds free. */
  #isUnopposed({ route: { lane, lines, slots, resident } }: Ticket, nowMs: number): boolean {
    if (lane.waiting === 0) return true;
    if (lines.length > 0) return false;
    if (resident !== undefined) this.#settle(slots, nowMs);
    return true;
  }

  #refusalFor(ticket: Ticket, nowMs: number): GatewayError | undefined {
    const { route, request } = ticket;
    if (route.resident?.isBackingOff(nowMs) === true) return modelBacksOff(route.resident, nowMs);
    if (route.lane.isFull || route.lane.isFullFor(request.appId)) return queueFull(ticket, nowMs);
    return isHopeless(ticket, nowMs) ? cannotBeInTime(ticket, nowMs) : undefined;
  }

  #join(ticket: Ticket): void {
    const { lane } = ticket.route;
    if (lane.shares === undefined) this.#openBooks(lane);
    this.#room.join(ticket);
  }

  /** Of a lane where nobody waited until now: with those who hold its slots at this moment. */
  #openBooks(lane: Lane): void {
    const shares = new Shares();
    for (const ticket of this.running) {
      if (ticket.route.lane === lane) shares.start(ticket, expectedServiceMs(ticket.route));
    }
    lane.shares = shares;
  }

  #start(ticket: Ticket, nowMs: number): void {
    const { lane, resident, slots } = ticket.route;
    ticket.state = 'running';
    ticket.grantedAtMs = nowMs;
    ticket.takeSlots();
    this.#running.add(ticket);
    lane.shares?.start(ticket, expectedServiceMs(ticket.route));
    if (resident === undefined) return;
    resident.lastUsedMs = nowMs;
    resident.passes = passesAnybody(slots, ticket) ? resident.passes + 1 : 0;
  }

  /** What became of it: for estimates, for its app's account, for its model's idle time. */
  #learn(ticket: Ticket, nowMs: number): void {
    const { lane, resident } = ticket.route;
    const heldMs = nowMs - ticket.grantedAtMs;
    lane.learnService(heldMs);
    if (lane.shares !== undefined) {
      lane.shares.end(ticket, heldMs);
      lane.closeBooksIfIdle();
    }
    if (resident === undefined) return;
    resident.service.learn(heldMs);
    resident.lastUsedMs = nowMs;
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

  #hear(key: string, nowMs: number, note: (slot: Slot<Ticket>, resident: Resident) => void): void {
    for (const slot of this.lanes.withCards) {
      const resident = slot.card?.residents.get(key);
      if (resident === undefined) continue;
      note(slot, resident);
      this.#serve([slot], nowMs);
    }
  }

  #loseOrder({ state, residency }: Resident, nowMs: number): void {
    if (state === 'loading') this.loadFailed(residency.key, 'nothing was heard of the load', nowMs);
    else this.unloadFailed(residency.key, 'nothing was heard of the unload', nowMs);
  }

  #setPaused(group: string, isPaused: boolean): Slot<Ticket> | undefined {
    const slot = this.lanes.groups.get(group)?.slot;
    if (slot !== undefined) slot.isPaused = isPaused;
    return slot;
  }
}

function passesAnybody(slots: readonly Slot<Ticket>[], ticket: Ticket): boolean {
  for (const slot of slots) {
    if (slot.card === undefined) continue;
    for (const head of slot.heads) if (head !== ticket && isForeign(head, slot)) return true;
  }
  return false;
}
