import type { CancelTimer, Clock } from '../../model/clock.ts';
import type { CardGate } from './card-gate.ts';
import { type Custody, custodyTtlMs, nextStep, rivalCountsFromMs, type Sight } from './custody.ts';
import type { CustodyStore } from './custody-store.ts';
import type { LaneRequest } from './lane-limits.ts';

/** A group whose card replicas share. */
export interface SharedGroup {
  readonly name: string;
  /** So long a replica may keep the card once it has it, though more urgent requests wait elsewhere. */
  readonly turnMs: number;
  /** What to do while the store cannot be reached: let nobody in, or go on as if there were no other replica. */
  readonly onStoreLoss: 'fail_closed' | 'local';
}

/** What became of custody, for the log, and for those who must act on it. */
export interface CustodyNotices {
  gained(group: string, fence: number): void;
  /** Given over, or lost: what is known of the models on the card holds no longer. */
  gone(group: string): void;
  /** Custody ended while these still ran: they must be broken off before somebody else begins. */
  lost(group: string, running: readonly LaneRequest[]): void;
  storeLost(group: string, isGoingOn: boolean, why: string): void;
  storeBack(group: string): void;
}

export interface CustodyHouse {
  readonly gate: CardGate;
  readonly store: CustodyStore;
  readonly clock: Clock;
  readonly notices: CustodyNotices;
}

const unreachable = 'the store that replicas share (redis.url) does not answer';

/**
 * One card at this replica: carries out what `custody.ts` decides, one thing after another. Whatever happens, the gate
 * is open only while custody is ours, or the operator wants to go on without the store.
 */
export class SharedCard {
  group: SharedGroup;
  readonly #house: CustodyHouse;
  #custody: Custody;
  #isBusy = false;
  #isStirred = false;
  #isAsked = false;
  #isStopped = false;
  #isStoreLost = false;
  #contactMs: number;
  #cancelLook: CancelTimer | undefined;

  constructor(group: SharedGroup, house: CustodyHouse) {
    this.group = group;
    this.#house = house;
    this.#contactMs = house.clock.monotonicMs();
    this.#custody = {
      kind: 'elsewhere',
      fence: 0,
      sinceMs: 0,
      renewedMs: 0,
      rivalMs: undefined,
      isWanting: false,
    };
  }

  get custody(): Custody {
    return this.#custody;
  }

  /** Something changed at the gate. Cheap, for it is called with every request. */
  stir(): void {
    const { kind, rivalMs } = this.#custody;
    if (this.#isStirred || kind === 'local' || (kind === 'ours' && rivalMs === undefined)) return;
    this.#isStirred = true;
    // Not now: it may be called from the midst of a decision.
    queueMicrotask(() => void this.#attend());
  }

  /** Another replica has begun to wait for the card, or has given it over. */
  hear(what: 'wanted' | 'free'): void {
    const isOurs = this.#custody.kind === 'ours';
    if (what === 'wanted' ? isOurs : !isOurs) this.ask();
  }

  /** The store is to be asked: it is time to say that we are still there, or there is something to hear. */
  ask(): void {
    this.#isAsked = true;
    this.#isStirred = true;
    void this.#attend();
  }

  /** To be called often: custody that could not be renewed is given up before it ends. */
  checkFence(): void {
    if (nextStep(this.#custody, this.#sight(), false, this.#house.clock.monotonicMs()) === 'lose')
      this.#lose();
  }

  /** Gives the card over, whatever waits here. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#stopLooking();
    const { kind, fence, isWanting } = this.#custody;
    const { store } = this.#house;
    try {
      if (kind === 'ours') await store.release(this.group.name, fence);
      else if (isWanting) await store.withdraw(this.group.name);
    } catch {
      // Then it ends by itself.
    }
  }

  async #attend(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      while ((this.#isStirred || this.#isAsked) && !this.#isStopped) {
        this.#isStirred = false;
        await this.#take();
      }
    } finally {
      this.#isBusy = false;
    }
  }

  async #take(): Promise<void> {
    const { gate, clock } = this.#house;
    this.#weighRival();
    const isAsked = this.#isAsked;
    this.#isAsked = false;
    const step = nextStep(this.#effective(), this.#sight(), isAsked, clock.monotonicMs());
    try {
      if (step === 'claim') await this.#claim(gate.demandOf(this.group.name));
      else if (step === 'renew') await this.#renew();
      else if (step === 'withdraw') await this.#withdraw();
      else if (step === 'give over') await this.#giveOver();
      else if (step === 'lose') this.#lose();
    } catch (thrown) {
      this.#missStore(thrown instanceof Error ? thrown.message : String(thrown));
    }
  }

  #sight(): Sight {
    const { gate } = this.#house;
    return { demandMs: gate.demandOf(this.group.name), isQuiet: gate.isQuiet(this.group.name) };
  }

  /** A rival counts once our turn is over; until then it is as if nobody waited elsewhere. */
  #effective(): Custody {
    return this.#isTurnOver() ? this.#custody : { ...this.#custody, rivalMs: undefined };
  }

  #isTurnOver(): boolean {
    return (
      this.#house.clock.monotonicMs() >= rivalCountsFromMs(this.#custody, this.#sight(), this.group.turnMs)
    );
  }

  /** Tells the referee whom to let nobody past, and looks again when that changes by time alone. */
  #weighRival(): void {
    const { kind, rivalMs } = this.#custody;
    if (kind !== 'ours') return;
    const { gate, clock } = this.#house;
    this.#stopLooking();
    const counts = rivalMs !== undefined && this.#isTurnOver();
    gate.setRival(this.group.name, counts ? rivalMs : undefined);
    if (rivalMs === undefined || counts) return;
    const fromMs = rivalCountsFromMs(this.#custody, this.#sight(), this.group.turnMs);
    this.#lookAgainIn(fromMs - clock.monotonicMs() + 1);
  }

  #lookAgainIn(delayMs: number): void {
    this.#stopLooking();
    this.#cancelLook = this.#house.clock.after(delayMs, () => this.stir());
  }

  #stopLooking(): void {
    this.#cancelLook?.();
    this.#cancelLook = undefined;
  }

  async #claim(demandMs: number | undefined): Promise<void> {
    const { store, clock } = this.#house;
    const startedMs = clock.monotonicMs();
    this.#custody = { ...this.#custody, isWanting: true };
    const claim = await store.claim(this.group.name, startedMs - (demandMs ?? startedMs));
    this.#haveStore();
    if (claim.isOurs) this.#gain(claim.fence, startedMs);
    else this.#standBack(claim.heldBy, claim.freeInMs);
  }

  #gain(fence: number, startedMs: number): void {
    this.#stopLooking();
    const { gate, notices } = this.#house;
    const wasLocal = this.#custody.kind === 'local';
    const sinceMs = startedMs;
    this.#custody = {
      kind: 'ours',
      fence,
      sinceMs,
      renewedMs: startedMs,
      rivalMs: undefined,
      isWanting: false,
    };
    notices.gained(this.group.name, fence);
    if (!wasLocal) gate.open(this.group.name);
    // Others may wait already.
    this.#isAsked = true;
  }

  /** Somebody else has it, or is to have it first. */
  #standBack(heldBy: string, freeInMs: number | undefined): void {
    const { kind } = this.#custody;
    this.#custody = { ...this.#custody, kind: 'elsewhere' };
    this.#house.gate.close(this.group.name, `replica ${heldBy} has it`);
    if (freeInMs !== undefined) this.#lookAgainIn(freeInMs + 10);
    if (kind === 'local') this.#house.notices.gone(this.group.name);
  }

  async #renew(): Promise<void> {
    const { store, clock } = this.#house;
    const startedMs = clock.monotonicMs();
    const renewal = await store.renew(this.group.name, this.#custody.fence);
    this.#haveStore();
    if (this.#custody.kind !== 'ours') return;
    if (!renewal.isOurs) {
      this.#lose(renewal.heldBy);
      return;
    }
    const { rivalSeniorityMs } = renewal;
    const rivalMs = rivalSeniorityMs === undefined ? undefined : startedMs - rivalSeniorityMs;
    this.#custody = { ...this.#custody, renewedMs: startedMs, rivalMs };
    if (rivalMs !== undefined) this.#isStirred = true;
    this.#weighRival();
  }

  async #withdraw(): Promise<void> {
    await this.#house.store.withdraw(this.group.name);
    this.#haveStore();
    this.#custody = { ...this.#custody, isWanting: false };
  }

  /** The gate is closed first: between the word to the store and its answer nobody may slip in. */
  async #giveOver(): Promise<void> {
    const { gate, store, notices } = this.#house;
    const { fence } = this.#custody;
    this.#leave();
    gate.close(this.group.name, 'another replica is to have it');
    notices.gone(this.group.name);
    await store.release(this.group.name, fence);
    this.#haveStore();
    // Whoever still waits here says so.
    this.#isStirred = true;
  }

  #lose(heldBy?: string): void {
    if (this.#custody.kind !== 'ours') return;
    const { gate, notices } = this.#house;
    const { name } = this.group;
    if (heldBy === undefined && this.group.onStoreLoss === 'local') {
      this.#goOnAlone();
      return;
    }
    const running = gate.runningIn(name);
    this.#leave();
    gate.close(name, heldBy === undefined ? unreachable : `replica ${heldBy} has it`);
    notices.gone(name);
    notices.lost(name, running);
    this.#isStirred = true;
  }

  #leave(): void {
    this.#stopLooking();
    this.#custody = { ...this.#custody, kind: 'elsewhere', rivalMs: undefined, isWanting: false };
  }

  #goOnAlone(): void {
    const { gate } = this.#house;
    const wasOpen = this.#custody.kind === 'ours';
    this.#leave();
    this.#custody = { ...this.#custody, kind: 'local' };
    if (wasOpen) gate.setRival(this.group.name, undefined);
    else gate.open(this.group.name);
  }

  #haveStore(): void {
    this.#contactMs = this.#house.clock.monotonicMs();
    if (!this.#isStoreLost) return;
    this.#isStoreLost = false;
    this.#house.notices.storeBack(this.group.name);
  }

  /** Who has custody keeps it while it lasts; who has not waits, or goes on alone once others must have given up. */
  #missStore(why: string): void {
    const { gate, clock, notices } = this.#house;
    const isLocal = this.group.onStoreLoss === 'local';
    if (!this.#isStoreLost) notices.storeLost(this.group.name, isLocal, why);
    this.#isStoreLost = true;
    if (this.#custody.kind !== 'elsewhere') return;
    gate.close(this.group.name, unreachable);
    if (isLocal && clock.monotonicMs() >= this.#contactMs + custodyTtlMs) this.#goOnAlone();
  }
}
