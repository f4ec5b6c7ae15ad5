import type { Clock } from '../../model/clock.ts';
import type { Departure } from '../../model/departure.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import { type KeeperEvents, type ModelKeeper, nobodyKeeps } from '../../model/model-keeper.ts';
import { Alarm } from './alarm.ts';
import type { CardEvent } from './card-event.ts';
import { CardGate } from './card-gate.ts';
import type { LaneLimits, LaneRequest } from './lane-limits.ts';
import { type LaneView, viewLanes } from './lane-view.ts';
import { Lease } from './lease.ts';
import { type ArbiterObserver, harmless, nobodyListens } from './observer.ts';
import { cancelledByOperator, shuttingDown } from './refusals.ts';
import type { Random } from './retry-after.ts';
import { type Outlook, Scheduler } from './scheduler.ts';
import type { Ticket } from './ticket.ts';

/** Told at once to who must wait: how many wait for the same lane then, itself among them. */
export type OnWait = (position: number) => void;

/** What to do with somebody's promise once their turn has come, or will not come. */
interface Waiter {
  readonly admit: (lease: Lease) => void;
  readonly refuse: (refusal: GatewayError) => void;
  readonly stopListening: () => void;
}

/**
 * The GPU referee: the one owner of lanes, tickets and leases for the life of the process; a reload changes its
 * limits and never replaces it. It joins the scheduler's decisions to promises, timers and departing clients,
 * and decides nothing itself. It does not know what is done with a lease.
 */
export class Arbiter implements KeeperEvents {
  readonly #clock: Clock;
  readonly #observer: ArbiterObserver;
  readonly #scheduler: Scheduler;
  /** For cards that several replicas share. */
  readonly gate: CardGate;
  readonly #alarm: Alarm;
  readonly #random: Random;
  readonly #waiters = new Map<Ticket, Waiter>();
  readonly #whenIdle = new Set<() => void>();
  /** What backends last said they hold. Shown to people, and nothing else: a reading is old when it is read. */
  readonly #seen = new Map<string, readonly string[]>();
  #isDraining = false;

  constructor(
    limits: LaneLimits,
    clock: Clock,
    observer: ArbiterObserver = nobodyListens,
    keeper: ModelKeeper = nobodyKeeps,
    random: Random = Math.random,
  ) {
    this.#random = random;
    this.#clock = clock;
    this.#observer = harmless(observer);
    const effects = {
      grant: (ticket: Ticket) => this.#admit(ticket),
      reject: (ticket: Ticket, refusal: GatewayError) => this.#refuse(ticket, refusal),
      tell: (event: CardEvent) => {
        this.#observer.cardChanged?.(event);
        this.gate.stir(event.group);
      },
    };
    this.#scheduler = new Scheduler(limits, effects, keeper, random);
    this.#alarm = new Alarm(clock, () => this.#tick());
    this.gate = new CardGate(
      this.#scheduler,
      () => clock.monotonicMs(),
      () => this.#setAlarm(),
    );
  }

  /**
   * Asks for the slots a request needs. The answer is a lease at once if they are free, else the promise of one;
   * it rejects with `queue_full`, `queue_timeout`, `client_left` or `shutting_down`, and never throws.
   *
   * A lease is the caller's to release, in one `finally`, even if the client leaves in the very moment it is
   * granted: who was let in may have begun to send, and only the caller knows.
   */
  enter(request: LaneRequest, departure: Departure, onWait?: OnWait): Lease | Promise<Lease> {
    if (departure.hasLeft) return this.#refuseAtTheDoor(request, departure.error);
    if (this.#isDraining) return this.#refuseAtTheDoor(request, shuttingDown(this.#random));
    const outcome = this.#scheduler.arrive(request, this.#clock.monotonicMs());
    if (outcome instanceof GatewayError || outcome.route.resident !== undefined) this.#setAlarm();
    if (outcome instanceof GatewayError) return this.#refuseAtTheDoor(request, outcome);
    if (outcome.state === 'running') return this.#leaseFor(outcome);
    onWait?.(outcome.route.lane.waiting);
    return this.#wait(outcome, departure);
  }

  /** A lease if the slots are free and the model is there, else nothing: no wait, no refusal, and no model is changed. */
  enterIfFree(request: LaneRequest): Lease | undefined {
    if (this.#isDraining) return undefined;
    const ticket = this.#scheduler.arriveIfFree(request, this.#clock.monotonicMs());
    return ticket === undefined ? undefined : this.#leaseFor(ticket);
  }

  /**
   * New limits, the same lanes: the rule stands at `Scheduler`. To be called in the same step in which callers get
   * the new configuration; calls that began under the old one may still come, and name their old group.
   */
  reconfigure(limits: LaneLimits): void {
    this.#scheduler.reconfigure(limits, this.#clock.monotonicMs());
    this.#setAlarm();
  }

  /** Ends the waiting of every request with this id; says how many. Those that run end by their `Departure`. */
  cancel(requestId: string): number {
    const found = [...this.#scheduler.waiting()].filter((ticket) => ticket.request.requestId === requestId);
    return found.filter((ticket) => this.#cancel(ticket, cancelledByOperator())).length;
  }

  /** Begins what is due without anybody asking, such as loading models that are to be kept warm. */
  begin(): void {
    this.#scheduler.begin(this.#clock.monotonicMs());
    this.#setAlarm();
  }

  loaded(key: string, tookMs: number): void {
    this.#scheduler.loaded(key, tookMs, this.#clock.monotonicMs());
    this.#setAlarm();
  }

  loadFailed(key: string, why: string): void {
    this.#scheduler.loadFailed(key, why, this.#clock.monotonicMs());
    this.#setAlarm();
  }

  unloaded(key: string): void {
    this.#scheduler.unloaded(key, this.#clock.monotonicMs());
    this.#setAlarm();
  }

  unloadFailed(key: string, why: string): void {
    this.#scheduler.unloadFailed(key, why, this.#clock.monotonicMs());
    this.#setAlarm();
  }

  residentsSeen(backend: string, models: readonly string[]): void {
    this.#seen.set(backend, models);
  }

  /** Has this model unloaded as soon as nobody uses it; says from how many cards. */
  unload(model: string): number {
    const found = this.#scheduler.unload(model, this.#clock.monotonicMs());
    this.#setAlarm();
    return found;
  }

  /**
   * Lets nobody into this group until it is resumed; who runs ends, who waits goes on waiting. False: there is no such
   * group.
   */
  pause(group: string): boolean {
    return this.#scheduler.pause(group);
  }

  resume(group: string): boolean {
    const isKnown = this.#scheduler.resume(group, this.#clock.monotonicMs());
    this.#setAlarm();
    return isKnown;
  }

  /**
   * Reports, once each, those who have kept their slots for longer than their lane allows; says how many there are. To
   * be called now and then. A slot is not taken away: who has it may still be talking to the backend, and must end
   * that first.
   */
  watch(): number {
    const nowMs = this.#clock.monotonicMs();
    const stuck = this.#scheduler.running.filter((ticket) => ticket.isHeldTooLong(nowMs));
    for (const ticket of stuck) {
      if (ticket.isReported) continue;
      ticket.isReported = true;
      const { lane } = ticket.route;
      const group = lane.kind === 'group' ? lane.name : undefined;
      this.#observer.heldTooLong?.(ticket.request, group, nowMs - ticket.grantedAtMs);
    }
    return stuck.length;
  }

  /**
   * Lets nobody in any more, sends away all who wait, and waits for those who run, `withinMs` at most. The answer
   * is how many still run then.
   */
  async drain(withinMs: number): Promise<number> {
    this.#isDraining = true;
    this.#scheduler.cancelAllWaiting(() => shuttingDown(this.#random));
    this.#setAlarm();
    if (this.runningCount > 0) await this.#idle(withinMs);
    return this.runningCount;
  }

  /** What somebody who came now for this model at this backend would find, for choosing among several. */
  outlook(backend: string, model: string): Outlook {
    const { waitMs, isWarm } = this.#scheduler.outlook(backend, model, this.#clock.monotonicMs());
    return { waitMs, isWarm: isWarm || this.#seen.get(backend)?.includes(model) === true };
  }

  /** A picture of all lanes as they are now, for people. */
  view(): LaneView {
    return viewLanes(this.#scheduler, this.#clock.monotonicMs(), this.#seen);
  }

  /** How many wait in each sequence group: the gauge `queue_depth`. */
  queueDepths(): ReadonlyMap<string, number> {
    const depths = new Map<string, number>();
    for (const [name, { lane }] of this.#scheduler.lanes.groups) depths.set(name, lane.waiting);
    return depths;
  }

  /** Does a request run at this backend, configured or not? */
  isWorking(backend: string): boolean {
    return this.#scheduler.running.some(({ request }) => request.backend === backend);
  }

  get runningCount(): number {
    return this.#scheduler.runningCount;
  }

  get waitingCount(): number {
    return this.#scheduler.waitingCount;
  }

  #wait(ticket: Ticket, departure: Departure): Promise<Lease> {
    this.#setAlarm();
    this.#stir(ticket);
    return new Promise((admit, refuse) => {
      const stopListening = departure.onLeave(() => this.#cancel(ticket, departure.error));
      this.#waiters.set(ticket, { admit, refuse, stopListening });
    });
  }

  #cancel(ticket: Ticket, refusal: GatewayError): boolean {
    const isCancelled = this.#scheduler.cancel(ticket, refusal, this.#clock.monotonicMs());
    this.#setAlarm();
    return isCancelled;
  }

  #stir({ route }: Ticket): void {
    for (const slot of route.slots) if (slot.kind === 'group') this.gate.stir(slot.name);
  }

  #tick(): void {
    this.#scheduler.tick(this.#clock.monotonicMs());
    this.#setAlarm();
  }

  #setAlarm(): void {
    this.#alarm.setFor(this.#scheduler.earliestDeadlineMs);
  }

  #admit(ticket: Ticket): void {
    this.#takeWaiter(ticket)?.admit(this.#leaseFor(ticket));
  }

  #refuse(ticket: Ticket, refusal: GatewayError): void {
    const waitedMs = this.#clock.monotonicMs() - ticket.arrivedAtMs;
    this.#observer.rejected(ticket.request, ticket.cameInGroup, refusal.code, waitedMs);
    this.#takeWaiter(ticket)?.refuse(refusal);
    this.#stir(ticket);
  }

  #refuseAtTheDoor(request: LaneRequest, refusal: GatewayError): Promise<Lease> {
    this.#observer.rejected(request, this.#scheduler.lanes.groupOf(request), refusal.code, 0);
    return Promise.reject(refusal);
  }

  #takeWaiter(ticket: Ticket): Waiter | undefined {
    const waiter = this.#waiters.get(ticket);
    this.#waiters.delete(ticket);
    waiter?.stopListening();
    return waiter;
  }

  #leaseFor(ticket: Ticket): Lease {
    const lease = new Lease(ticket, this.#giveBack);
    this.#observer.granted(ticket.request, ticket.cameInGroup, lease.waitedMs);
    return lease;
  }

  readonly #giveBack = (ticket: Ticket): void => {
    const nowMs = this.#clock.monotonicMs();
    if (!this.#scheduler.release(ticket, nowMs)) return;
    this.#setAlarm();
    this.#observer.released(ticket.request, ticket.cameInGroup, nowMs - ticket.grantedAtMs);
    this.#stir(ticket);
    if (this.#isDraining && this.runningCount === 0) for (const tell of this.#whenIdle) tell();
  };

  #idle(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        giveUp();
        this.#whenIdle.delete(finish);
        resolve();
      };
      const giveUp = this.#clock.after(withinMs, finish);
      this.#whenIdle.add(finish);
    });
  }
}
