import type { Card } from './card.ts';
import type { LaneRequest } from './lane-limits.ts';
import { urgencyOf } from './precedence.ts';
import type { Scheduler } from './scheduler.ts';
import type { Slot } from './slot.ts';
import type { Ticket } from './ticket.ts';

/** Hears that something about a group changed: somebody came, went or was turned away, or a model was. */
export type OnStir = (group: string) => void;

/**
 * The door between the referee and whoever sees to it that only one replica has a card (`custodian.ts`). A group that
 * is closed lets nobody in, keeps who waits, and touches no model; who runs may end. All times are monotonic.
 */
export class CardGate {
  readonly #scheduler: Scheduler;
  readonly #nowMs: () => number;
  readonly #settled: () => void;
  #onStir: OnStir | undefined;

  /** @param settled called after something was decided, so that the alarm is set anew. */
  constructor(scheduler: Scheduler, nowMs: () => number, settled: () => void) {
    this.#scheduler = scheduler;
    this.#nowMs = nowMs;
    this.#settled = settled;
  }

  /** One listener; it may be called from the midst of a decision, and must decide nothing then. */
  onStir(listener: OnStir): void {
    this.#onStir = listener;
  }

  stir(group: string | undefined): void {
    if (this.#onStir !== undefined && group !== undefined) this.#onStir(group);
  }

  /** The card is ours: whatever was known of the models on it is forgotten, for others had it meanwhile. */
  open(group: string): void {
    const slot = this.#slotOf(group);
    if (slot === undefined) return;
    if (slot.card !== undefined) forgetModels(slot.card, this.#nowMs());
    slot.elsewhere = undefined;
    this.#serve(slot);
  }

  /** @param whose who has the card, for people who ask why they wait. */
  close(group: string, whose: string): void {
    const slot = this.#slotOf(group);
    if (slot === undefined) return;
    slot.elsewhere = whose;
    slot.rivalMs = undefined;
    if (slot.card === undefined) return;
    slot.card.incoming = undefined;
    forgetModels(slot.card, this.#nowMs());
  }

  /** Somebody at another replica waits with this urgency (rule 14), or nobody does. */
  setRival(group: string, urgencyMs: number | undefined): void {
    const slot = this.#slotOf(group);
    if (slot === undefined || slot.rivalMs === urgencyMs) return;
    slot.rivalMs = urgencyMs;
    this.#serve(slot);
  }

  /** The urgency of the most urgent who waits here; undefined if nobody does, or an operator lets nobody in. */
  demandOf(group: string): number | undefined {
    const slot = this.#slotOf(group);
    if (slot === undefined || slot.isPaused) return undefined;
    let mostMs: number | undefined;
    for (const head of slot.heads) {
      const urgencyMs = urgencyOf(head);
      if (mostMs === undefined || urgencyMs < mostMs) mostMs = urgencyMs;
    }
    return mostMs;
  }

  /** Nobody runs, and no model is on its way. */
  isQuiet(group: string): boolean {
    const slot = this.#slotOf(group);
    if (slot === undefined) return true;
    if (slot.inUse > 0 || slot.card?.incoming !== undefined) return false;
    return slot.card?.onCard().every(({ state }) => state === 'ready') ?? true;
  }

  runningIn(group: string): LaneRequest[] {
    const slot = this.#slotOf(group);
    if (slot === undefined) return [];
    const running = this.#scheduler.running.filter(({ route }) => route.slots.includes(slot));
    return running.map(({ request }) => request);
  }

  #slotOf(group: string): Slot<Ticket> | undefined {
    return this.#scheduler.lanes.groups.get(group)?.slot;
  }

  #serve(slot: Slot<Ticket>): void {
    this.#scheduler.look(slot, this.#nowMs());
    this.#settled();
  }
}

function forgetModels(card: Card, nowMs: number): void {
  for (const resident of card.onCard()) {
    const isUnderWay = resident.state === 'loading' || resident.state === 'unloading';
    if (resident.inUse === 0 && !isUnderWay) resident.enter('absent', nowMs);
  }
}
