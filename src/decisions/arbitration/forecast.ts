import { expectedServiceMs, loadLeftMs, parallelAt } from './estimate.ts';
import { isWorthSwap, passedMaxMs } from './is-worth-swap.ts';
import { comesBefore, standingOf, topPriority } from './precedence.ts';
import type { Resident } from './resident.ts';
import type { Ticket } from './ticket.ts';

/** When somebody who waits will probably go, and after how many others. */
export interface Prospect {
  /** 1 = next. */
  readonly position: number;
  /** Who goes just before. */
  readonly behind: Ticket | undefined;
  /** From now; undefined while nothing has been measured. */
  readonly etaMs: number | undefined;
}

/** What a group or an ungrouped backend looks like at the moment of the forecast. */
export interface Present {
  readonly waiting: readonly Ticket[];
  readonly running: readonly Ticket[];
  readonly batchMax: number;
  readonly holdMaxMs: number;
}

/**
 * Plays the rules of `pick-next.ts` and `plan-swap.ts` forward with everybody who waits now, each taking as long as
 * requests of its model took lately. It supposes that nobody comes and nobody leaves, that a model gives way to
 * the next as in mode `swap`, and what it says is a guess; but it is made by the same rules of precedence.
 */
export function forecast(present: Present, nowMs: number): ReadonlyMap<Ticket, Prospect> {
  const game = new Rehearsal(present, nowMs);
  const prospects = new Map<Ticket, Prospect>();
  let behind: Ticket | undefined;
  for (let next = game.next(); next !== undefined; next = game.next()) {
    const etaMs = next.ticket.route.lane.isMeasured ? next.atMs - nowMs : undefined;
    prospects.set(next.ticket, { position: prospects.size + 1, behind, etaMs });
    behind = next.ticket;
  }
  return prospects;
}

class Rehearsal {
  readonly #heads = new Set<Ticket>();
  /** What each app would have had by then, beyond what is in the books. */
  readonly #extraMs = new Map<string, number>();
  readonly #present: Present;
  readonly #nowMs: number;
  #resident: Resident | undefined;
  #residentSinceMs: number;
  #passes = 0;
  /** When the slots become free, in no order. */
  #freeAtMs: number[] = [];

  constructor(present: Present, nowMs: number) {
    this.#present = present;
    this.#nowMs = nowMs;
    this.#residentSinceMs = nowMs;
    for (const ticket of present.waiting) if (ticket.isFirstInLine) this.#heads.add(ticket);
    this.#begin();
  }

  next(): { readonly ticket: Ticket; readonly atMs: number } | undefined {
    const ticket = this.#pick();
    if (ticket === undefined) return undefined;
    if (ticket.route.resident !== this.#resident) this.#swapTo(ticket);
    const slot = this.#earliestSlot();
    const atMs = this.#freeAtMs[slot] ?? this.#nowMs;
    const serviceMs = expectedServiceMs(ticket.route);
    this.#freeAtMs[slot] = atMs + serviceMs;
    this.#passes++;
    const { appId } = ticket.request;
    this.#extraMs.set(appId, (this.#extraMs.get(appId) ?? 0) + serviceMs / ticket.weight);
    this.#heads.delete(ticket);
    if (ticket.next !== undefined) this.#heads.add(ticket.next);
    return { ticket, atMs };
  }

  /** With those who run now, and the model that is there or about to be. */
  #begin(): void {
    const { running, waiting } = this.#present;
    const [first] = running;
    const residents = waiting.map(({ route }) => route.resident);
    this.#resident =
      residents.find((resident) => resident?.state === 'loading') ??
      residents.find((resident) => resident?.state === 'ready') ??
      first?.route.resident;
    const route = waiting.find((ticket) => ticket.route.resident === this.#resident)?.route ?? first?.route;
    if (route !== undefined) this.#openSlots(parallelAt(route), this.#nowMs + loadLeftMs(route, this.#nowMs));
    if (this.#resident !== undefined) {
      this.#residentSinceMs = this.#resident.sinceMs;
      this.#passes = this.#resident.passes;
    }
    for (const ticket of running) {
      const endMs = ticket.grantedAtMs + expectedServiceMs(ticket.route);
      this.#freeAtMs[this.#earliestSlot()] = Math.max(endMs, this.#nowMs);
    }
  }

  #pick(): Ticket | undefined {
    let best: Ticket | undefined;
    let bestHere: Ticket | undefined;
    const top = topPriority(this.#heads);
    for (const head of this.#heads) {
      if (best === undefined || this.#comesBefore(head, best, top)) best = head;
      if (head.route.resident !== this.#resident) continue;
      if (bestHere === undefined || this.#comesBefore(head, bestHere, top)) bestHere = head;
    }
    if (best === undefined || bestHere === undefined || best === bestHere) return best;
    return this.#staysFor(bestHere, best) ? bestHere : best;
  }

  /** Rules 11 d and e. */
  #staysFor(here: Ticket, other: Ticket): boolean {
    const atMs = this.#freeAtMs[this.#earliestSlot()] ?? this.#nowMs;
    const { batchMax, holdMaxMs } = this.#present;
    const hereForMs = atMs - this.#residentSinceMs;
    if (this.#passes < batchMax && hereForMs < holdMaxMs) return true;
    return hereForMs < passedMaxMs(other) && !isWorthSwap(other, here, this.#standingOf);
  }

  #swapTo({ route }: Ticket): void {
    const drainedMs = Math.max(this.#nowMs, ...this.#freeAtMs);
    const readyMs = drainedMs + loadLeftMs(route, this.#nowMs);
    this.#resident = route.resident;
    this.#residentSinceMs = readyMs;
    this.#passes = 0;
    this.#openSlots(parallelAt(route), readyMs);
  }

  #openSlots(count: number, freeAtMs: number): void {
    this.#freeAtMs = new Array(Math.min(count, slotsMax)).fill(freeAtMs);
  }

  #earliestSlot(): number {
    let earliest = 0;
    for (let at = 1; at < this.#freeAtMs.length; at++) {
      if ((this.#freeAtMs[at] ?? 0) < (this.#freeAtMs[earliest] ?? 0)) earliest = at;
    }
    return earliest;
  }

  #comesBefore(one: Ticket, other: Ticket, top: number): boolean {
    return comesBefore(one, other, top, this.#nowMs, this.#standingOf);
  }

  readonly #standingOf = (ticket: Ticket): number =>
    standingOf(ticket) + (this.#extraMs.get(ticket.request.appId) ?? 0);
}

/** More slots than this make no difference that anybody would see. */
const slotsMax = 256;
