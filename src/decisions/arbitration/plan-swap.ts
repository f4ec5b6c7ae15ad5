import type { Card } from './card.ts';
import { isWorthSwap, passedMaxMs } from './is-worth-swap.ts';
import { isBehindRival } from './pick-next.ts';
import { classOf, comesBefore, risesAtMs, topPriority } from './precedence.ts';
import type { Resident } from './resident.ts';
import type { Slot } from './slot.ts';
import type { Ticket } from './ticket.ts';

/** A model stays at least so long once it is there, so that two do not throw each other out by turns. */
export const residencyMinMs = 5_000;

/**
 * idle: nobody wanted the old model. batch, hold: it had its turn. priority: the new one's request outranks. room:
 * nothing had to go.
 */
export type SwapReason = 'room' | 'idle' | 'batch' | 'hold' | 'priority';

export interface Swap {
  readonly incoming: Resident;
  readonly victims: readonly Resident[];
  readonly reason: SwapReason;
}

export interface Plan {
  readonly swap?: Swap;
  /** It is being loaded, nobody waits for it any more, and it is in the way. */
  readonly abandon?: Resident;
  /** When time alone may lead to another plan. */
  readonly againAtMs: number;
}

const never = Number.POSITIVE_INFINITY;
const nothing: Plan = { againAtMs: never };

/**
 * Which model comes onto the card, and which leave for it. Pure, like `pick-next.ts`, whose numbers go on here:
 *
 *  8. One swap at a time: while room is being made for one model, none is made for another. A group that is paused,
 *     kept, elsewhere, or serial and busy plans nothing: the later it decides, the more it knows. Nor does anybody
 *     have a model loaded past somebody more urgent at another replica (14).
 *  9. Of those who stand first in a line and whose model is not on the card, the first by precedence (5 to 7) is
 *     helped; if nothing can be done for it yet, the next, so that a large model does not hold up a small one. But
 *     once it has waited for `max_hold_s` nobody after it is helped: small ones that come and go would else fill
 *     for ever the room that it needs.
 * 10. Room. serial, swap: one model. sets: models beside one another while their `vram_mib` fit
 *     `capacity_vram_mib`; a model that declares none is alone. Of those in the way, idle ones go first, the one
 *     that was used longest ago before the others; then those with the fewest waiters.
 * 11. A model may be sent away when
 *     a. it has been there for `residencyMinMs` (where loading is ours to order), and
 *     b. nobody uses or wants it, or
 *     c. the newcomer is of a higher class than all who wait for it (priority), or
 *     d. affinity is used up: `max_batch` requests were let in past somebody who waits for another model, or the
 *        one who has waited longest for another model has been passed for `max_hold_s`; counted from when it came,
 *        or from when this model was loaded, if that was later. Then 5 to 7 decide as if no model were loaded, but
 *     e. between apps only where it is worth the swap (`is-worth-swap.ts`).
 * 12. A model that is chosen to go is *expiring*: nobody new is let in, whoever runs ends in peace, and no request
 *     revives it. Carried out by `swaps.ts`.
 */
export function planSwap(card: Card, slot: Slot<Ticket>, nowMs: number): Plan {
  // 8.
  if (card.incoming !== undefined || !slot.isFree) return nothing;
  const foreign = foreignHeads(slot);
  if (foreign.length === 0) return nothing;
  const contest = new Contest(card, slot, foreign, nowMs);
  let againAtMs = never;
  // 9.
  for (const head of contest.foreign) {
    const plan = contest.planFor(head);
    if (plan.swap !== undefined || plan.abandon !== undefined) return plan;
    againAtMs = Math.min(againAtMs, plan.againAtMs);
    if (nowMs - head.arrivedAtMs >= card.affinity.holdMaxMs) break;
  }
  return { againAtMs };
}

/** Does anybody wait at this slot for a model that is not on the card? */
export function isForeign({ route }: Ticket, slot: Slot<Ticket>): boolean {
  return route.guestAt !== slot && route.resident !== undefined && route.resident.state !== 'ready';
}

function foreignHeads(slot: Slot<Ticket>): Ticket[] {
  return [...slot.heads].filter(
    (head) => isForeign(head, slot) && head.route.resident?.state === 'absent' && !isBehindRival(head, slot),
  );
}

/** In the order in which they are asked to go. */
function inTheWay(onCard: readonly Resident[]): readonly Resident[] {
  return onCard.toSorted(
    (one, other) =>
      Number(one.isWanted) - Number(other.isWanted) ||
      one.waiting - other.waiting ||
      one.lastUsedMs - other.lastUsedMs,
  );
}

function without(residents: readonly Resident[], one: Resident): readonly Resident[] {
  return residents.filter((other) => other !== one);
}

/** One look at everybody who wants something of the card. */
class Contest {
  readonly foreign: readonly Ticket[];
  readonly #card: Card;
  readonly #slot: Slot<Ticket>;
  readonly #nowMs: number;
  readonly #top: number;
  readonly #oldestForeignMs: number;
  #reason: SwapReason = 'room';

  constructor(card: Card, slot: Slot<Ticket>, foreign: Ticket[], nowMs: number) {
    this.#card = card;
    this.#slot = slot;
    this.#nowMs = nowMs;
    this.#top = topPriority(slot.heads);
    this.#oldestForeignMs = Math.min(...foreign.map(({ arrivedAtMs }) => arrivedAtMs));
    this.foreign = foreign.sort((one, other) => (this.#comesBefore(one, other) ? -1 : 1));
  }

  /** 10. */
  planFor(head: Ticket): Plan {
    const incoming = head.route.resident;
    if (incoming === undefined) return nothing;
    if (incoming.isBackingOff(this.#nowMs)) return { againAtMs: incoming.backoffUntilMs };
    this.#reason = 'room';
    let beside: readonly Resident[] = this.#card.onCard();
    const victims: Resident[] = [];
    let againAtMs = never;
    for (const candidate of inTheWay(beside)) {
      if (this.#card.hasRoomFor(incoming, beside)) break;
      if (candidate.state === 'loading') {
        if (!candidate.isWanted && !candidate.isAbandoned) return { abandon: candidate, againAtMs: never };
        continue;
      }
      const fromMs = this.#mayGoFromMs(candidate, head);
      if (fromMs > this.#nowMs) {
        againAtMs = Math.min(againAtMs, fromMs);
        continue;
      }
      victims.push(candidate);
      beside = without(beside, candidate);
    }
    if (!this.#card.hasRoomFor(incoming, beside)) return { againAtMs };
    return { swap: this.#spare(incoming, victims, beside), againAtMs: never };
  }

  /** Whoever need not go after all stays: an idle small model in the way of a large one that needs a large one's room. */
  #spare(incoming: Resident, chosen: readonly Resident[], besideThem: readonly Resident[]): Swap {
    let beside = besideThem;
    const victims = chosen.toReversed().filter((victim) => {
      const ifItStays = [...beside, victim];
      if (!this.#card.hasRoomFor(incoming, ifItStays)) return true;
      beside = ifItStays;
      return false;
    });
    return { incoming, victims, reason: victims.length === 0 ? 'room' : this.#reason };
  }

  /** 11. From when on this model may be sent away for the sake of `head`; never, if time alone will not do it. */
  #mayGoFromMs(resident: Resident, head: Ticket): number {
    if (resident.state !== 'ready') return this.#nowMs;
    // a.
    const settledMs = resident.sinceMs + residencyMinMs;
    if (this.#card.isDriven && !resident.isAbandoned && this.#nowMs < settledMs) return settledMs;
    // b.
    if (!resident.isWanted) return this.#because('idle');
    const rival = this.#firstOf(resident);
    // c.
    if (rival !== undefined && this.#classOf(head) > this.#classOf(rival)) return this.#because('priority');
    // d.
    const { batchMax, holdMaxMs } = this.#card.affinity;
    const passedFromMs = Math.max(resident.sinceMs, this.#oldestForeignMs);
    const isBatchOver = resident.passes >= batchMax;
    if (!isBatchOver && this.#nowMs < passedFromMs + holdMaxMs)
      return Math.min(passedFromMs + holdMaxMs, this.#risesAtMs(head));
    const reason = isBatchOver ? 'batch' : 'hold';
    if (rival === undefined) return this.#because(reason);
    if (!this.#comesBefore(head, rival)) return this.#risesAtMs(head);
    // e.
    const longestMs = passedFromMs + passedMaxMs(head);
    if (this.#nowMs >= longestMs || isWorthSwap(head, rival)) return this.#because(reason);
    return Math.min(longestMs, this.#risesAtMs(head));
  }

  #because(reason: SwapReason): number {
    if (this.#reason === 'room' || reason !== 'idle') this.#reason = reason;
    return this.#nowMs;
  }

  /** Who would be next for this model. */
  #firstOf(resident: Resident): Ticket | undefined {
    let first: Ticket | undefined;
    for (const head of this.#slot.heads) {
      if (head.route.resident !== resident) continue;
      if (first === undefined || this.#comesBefore(head, first)) first = head;
    }
    return first;
  }

  #comesBefore(one: Ticket, other: Ticket): boolean {
    return comesBefore(one, other, this.#top, this.#nowMs);
  }

  #classOf(head: Ticket): number {
    return classOf(head, this.#top, this.#nowMs);
  }

  #risesAtMs(head: Ticket): number {
    return risesAtMs(head, this.#top, this.#nowMs);
  }
}
