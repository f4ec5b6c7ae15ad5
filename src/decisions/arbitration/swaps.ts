import type { ModelKeeper } from '../../model/model-keeper.ts';
import type { Card } from './card.ts';
import type { CardEvent } from './card-event.ts';
import { planSwap, type Swap } from './plan-swap.ts';
import { planWarm } from './plan-warm.ts';
import type { Resident } from './resident.ts';
import type { Slot } from './slot.ts';
import type { Ticket } from './ticket.ts';

/** An unload that failed is tried once more after so long. */
const unloadRetryMs = 5_000;
/** More rounds than models can change places in one moment. */
const roundsMax = 64;

/**
 * Carries out what `plan-swap.ts` decides (rule 12): has models drained, unloaded and loaded, in this order, and
 * notes the answers. What cannot be ordered, because the runtime loads by itself, is only noted. It refuses nobody
 * and lets nobody in.
 */
export class Swaps {
  readonly #keeper: ModelKeeper;
  readonly #tell: (event: CardEvent) => void;

  constructor(keeper: ModelKeeper, tell: (event: CardEvent) => void) {
    this.#keeper = keeper;
    this.#tell = tell;
  }

  /** Plans for this card, and does all that can be done at once. Afterwards the card knows when to look again. */
  settle(card: Card, slot: Slot<Ticket>, nowMs: number): void {
    card.wakeAtMs = Number.POSITIVE_INFINITY;
    if (slot.elsewhere !== undefined) {
      this.#watchOrders(card);
      return;
    }
    for (let round = 0; round < roundsMax; round++) {
      this.#sendOutIdle(card, nowMs);
      this.#advance(card, nowMs);
      const plan = planSwap(card, slot, nowMs);
      card.wakeBy(plan.againAtMs);
      if (plan.abandon !== undefined) this.#abandon(plan.abandon);
      const swap = plan.swap ?? planWarm(card, slot, nowMs);
      if (swap !== undefined) this.#begin(card, swap, nowMs);
      else if (plan.abandon === undefined) break;
    }
    this.#watchOrders(card);
  }

  /** Somebody wants it gone: nobody new is let in, and it is unloaded once nobody uses it. */
  orderOut(resident: Resident, nowMs: number): void {
    if (!resident.isOnCard) return;
    if (resident.state === 'ready') resident.enter('expiring', nowMs);
    resident.isOrderedOut = true;
  }

  loaded(card: Card, resident: Resident, tookMs: number, nowMs: number): void {
    if (resident.state !== 'loading') return;
    const isAbandoned = resident.isAbandoned && resident.waiting === 0;
    const isOrderedOut = resident.isOrderedOut;
    resident.learnLoad(tookMs, nowMs);
    resident.enter('ready', nowMs);
    resident.isAbandoned = isAbandoned;
    if (isOrderedOut) this.orderOut(resident, nowMs);
    this.#tell({ what: 'loaded', group: card.name, residency: resident.residency, tookMs });
  }

  /** True if it must be told to those who wait for this model. A load that was broken off is no failure. */
  loadFailed(card: Card, resident: Resident, why: string, nowMs: number): boolean {
    if (resident.state !== 'loading') return false;
    const { isAbandoned } = resident;
    resident.enter('absent', nowMs);
    if (isAbandoned) return false;
    const backoffMs = resident.backOff(nowMs);
    this.#tell({ what: 'load failed', group: card.name, residency: resident.residency, why, backoffMs });
    return true;
  }

  unloaded(card: Card, resident: Resident, nowMs: number): void {
    if (resident.state !== 'unloading') return;
    resident.enter('absent', nowMs);
    this.#tell({ what: 'unloaded', group: card.name, residency: resident.residency });
  }

  /** Tried once more. After that it is taken to be gone: if it is not, the next load fails, and that is told. */
  unloadFailed(card: Card, resident: Resident, why: string, nowMs: number): void {
    if (resident.state !== 'unloading') return;
    const isTriedAgain = ++resident.unloadFailures < 2;
    if (isTriedAgain) resident.retryUnloadAtMs = nowMs + unloadRetryMs;
    else resident.enter('absent', nowMs);
    this.#tell({ what: 'unload failed', group: card.name, residency: resident.residency, why, isTriedAgain });
  }

  /** Has the keeper been silent for too long? */
  isOverdue(resident: Resident, nowMs: number): boolean {
    return answerDueMs(resident) <= nowMs;
  }

  #begin(card: Card, { incoming, victims, reason }: Swap, nowMs: number): void {
    card.incoming = incoming;
    for (const victim of victims) if (victim.state === 'ready') victim.enter('expiring', nowMs);
    const from = victims.map(({ residency }) => residency);
    this.#tell({ what: 'swap', group: card.name, to: incoming.residency, from, reason });
  }

  #advance(card: Card, nowMs: number): void {
    for (const resident of card.residents.values()) {
      if (resident.state === 'expiring' && resident.inUse === 0) this.#sendOut(card, resident, nowMs);
      if (resident.state === 'unloading' && resident.retryUnloadAtMs <= nowMs) this.#unload(resident, nowMs);
    }
    const { incoming } = card;
    if (incoming === undefined) return;
    if (card.hasRoomFor(incoming, card.onCard())) this.#bringIn(card, incoming, nowMs);
    else if (incoming.waiting === 0) callOff(card);
  }

  #sendOut(card: Card, resident: Resident, nowMs: number): void {
    const isToBeTold = resident.isOrderedOut || card.unloadsOnSwitch;
    if (isToBeTold && this.#keeper.manages(resident.residency)) this.#unload(resident, nowMs);
    else resident.enter('absent', nowMs);
  }

  #unload(resident: Resident, nowMs: number): void {
    resident.enter('unloading', nowMs);
    resident.retryUnloadAtMs = Number.POSITIVE_INFINITY;
    this.#keeper.unload(resident.residency);
  }

  #bringIn(card: Card, incoming: Resident, nowMs: number): void {
    card.incoming = undefined;
    const isToBeTold = card.isDriven || incoming.waiting === 0;
    if (isToBeTold && this.#keeper.manages(incoming.residency)) {
      incoming.enter('loading', nowMs);
      this.#keeper.load(incoming.residency);
    } else {
      incoming.enter('ready', nowMs);
    }
  }

  #abandon(resident: Resident): void {
    resident.isAbandoned = true;
    this.#keeper.abandonLoad(resident.residency);
  }

  #sendOutIdle(card: Card, nowMs: number): void {
    for (const resident of card.residents.values()) {
      const { unloadAfterMs, isWarm, isWanted, state } = resident;
      if (unloadAfterMs === undefined || isWarm || isWanted || state !== 'ready') continue;
      const dueMs = resident.lastUsedMs + unloadAfterMs;
      if (nowMs < dueMs) card.wakeBy(dueMs);
      else if (this.#keeper.manages(resident.residency)) this.orderOut(resident, nowMs);
    }
  }

  #watchOrders(card: Card): void {
    for (const resident of card.residents.values()) {
      card.wakeBy(Math.min(answerDueMs(resident), resident.retryUnloadAtMs));
    }
  }
}

function answerDueMs({ state, sinceMs, retryUnloadAtMs, answers }: Resident): number {
  if (state === 'loading') return sinceMs + answers.loadMaxMs;
  const isAnswered = retryUnloadAtMs !== Number.POSITIVE_INFINITY;
  return state === 'unloading' && !isAnswered ? sinceMs + answers.unloadMaxMs : Number.POSITIVE_INFINITY;
}

/** Nobody waits any more for the model that room was made for: those who have not been sent away yet may stay. */
function callOff(card: Card): void {
  card.incoming = undefined;
  for (const resident of card.residents.values()) {
    if (resident.state === 'expiring' && !resident.isOrderedOut) resident.state = 'ready';
  }
}
