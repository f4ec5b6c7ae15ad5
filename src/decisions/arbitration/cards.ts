import type { ModelKeeper } from '../../model/model-keeper.ts';
import type { CardEvent } from './card-event.ts';
import type { LaneMap } from './lane-map.ts';
import { isForeign } from './plan-swap.ts';
import type { Resident } from './resident.ts';
import type { Slot } from './slot.ts';
import { Swaps } from './swaps.ts';
import type { Ticket } from './ticket.ts';

type GroupSlot = Slot<Ticket>;

/** An order the keeper never answered. */
interface LostOrder {
  readonly key: string;
  readonly isLoad: boolean;
}

/**
 * All cards of the house: who hears the keeper's answers, and when a card must be looked at again. The answers of its
 * methods are the slots of which something has changed; whom that lets in is the scheduler's business.
 */
export class Cards {
  readonly #lanes: LaneMap;
  readonly #swaps: Swaps;

  constructor(lanes: LaneMap, keeper: ModelKeeper, tell: (event: CardEvent) => void) {
    this.#lanes = lanes;
    this.#swaps = new Swaps(keeper, tell);
  }

  /** When time alone may change something; `Infinity` if it cannot. */
  get wakeAtMs(): number {
    let earliestMs = Number.POSITIVE_INFINITY;
    for (const { card } of this.#lanes.withCards) {
      if (card !== undefined && card.wakeAtMs < earliestMs) earliestMs = card.wakeAtMs;
    }
    return earliestMs;
  }

  all(): readonly GroupSlot[] {
    return this.#lanes.withCards;
  }

  due(nowMs: number): GroupSlot[] {
    return this.#lanes.withCards.filter(({ card }) => card !== undefined && card.wakeAtMs <= nowMs);
  }

  /** Orders whose answer is overdue. */
  lostOrders(nowMs: number): LostOrder[] {
    const lost: LostOrder[] = [];
    for (const { card } of this.due(nowMs)) {
      for (const resident of card?.residents.values() ?? []) {
        if (!this.#swaps.isOverdue(resident, nowMs)) continue;
        lost.push({ key: resident.residency.key, isLoad: resident.state === 'loading' });
      }
    }
    return lost;
  }

  /** Looks whether another model's turn has come, at those of the slots that belong to a card. */
  settle(slots: Iterable<GroupSlot>, nowMs: number): void {
    for (const slot of slots) if (slot.card !== undefined) this.#swaps.settle(slot.card, slot, nowMs);
  }

  loaded(key: string, tookMs: number, nowMs: number): GroupSlot[] {
    const slots = this.#holding(key);
    for (const { card } of slots) {
      const resident = card?.residents.get(key);
      if (card !== undefined && resident !== undefined) this.#swaps.loaded(card, resident, tookMs, nowMs);
    }
    return slots;
  }

  /** Whoever waits for the models that come back must be told. */
  loadFailed(key: string, why: string, nowMs: number): Resident[] {
    const failed: Resident[] = [];
    for (const { card } of this.#holding(key)) {
      const resident = card?.residents.get(key);
      if (card === undefined || resident === undefined) continue;
      if (this.#swaps.loadFailed(card, resident, why, nowMs)) failed.push(resident);
    }
    return failed;
  }

  unloaded(key: string, nowMs: number): GroupSlot[] {
    const slots = this.#holding(key);
    for (const { card } of slots) {
      const resident = card?.residents.get(key);
      if (card !== undefined && resident !== undefined) this.#swaps.unloaded(card, resident, nowMs);
    }
    return slots;
  }

  unloadFailed(key: string, why: string, nowMs: number): GroupSlot[] {
    const slots = this.#holding(key);
    for (const { card } of slots) {
      const resident = card?.residents.get(key);
      if (card !== undefined && resident !== undefined) this.#swaps.unloadFailed(card, resident, why, nowMs);
    }
    return slots;
  }

  /** Sends this model off every card as soon as nobody uses it; says off how many. */
  orderOut(model: string, nowMs: number): number {
    let found = 0;
    for (const { card } of this.#lanes.withCards) {
      for (const resident of card?.onCard() ?? []) {
        if (resident.residency.model !== model) continue;
        this.#swaps.orderOut(resident, nowMs);
        found++;
      }
    }
    return found;
  }

  #holding(key: string): GroupSlot[] {
    return this.#lanes.withCards.filter(({ card }) => card?.residents.has(key) === true);
  }
}

/** Is somebody else at its card waiting for a model that is not there? */
export function passesAnybody(ticket: Ticket): boolean {
  for (const slot of ticket.route.slots) {
    if (slot.card === undefined) continue;
    for (const head of slot.heads) if (head !== ticket && isForeign(head, slot)) return true;
  }
  return false;
}
