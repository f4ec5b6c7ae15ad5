import { Deadlines } from './deadlines.ts';
import type { Ticket } from './ticket.ts';

/**
 * Everyone who waits: in their lines, in their lanes' counts and books, among the deadlines. In all of them or in none.
 */
export class WaitingRoom {
  readonly #tickets = new Set<Ticket>();
  readonly #deadlines = new Deadlines<Ticket>();

  get size(): number {
    return this.#tickets.size;
  }

  /** In order of arrival. */
  tickets(): IterableIterator<Ticket> {
    return this.#tickets.values();
  }

  /** When the first of them will have waited long enough. */
  get earliestDeadlineMs(): number | undefined {
    return this.#deadlines.earliest?.deadlineMs;
  }

  /** Someone who has waited too long, if there is one. */
  overdue(nowMs: number): Ticket | undefined {
    const earliest = this.#deadlines.earliest;
    return earliest !== undefined && earliest.deadlineMs <= nowMs ? earliest : undefined;
  }

  join(ticket: Ticket): void {
    const { lane, lines, resident } = ticket.route;
    this.#tickets.add(ticket);
    this.#deadlines.add(ticket);
    lane.countIn(ticket.request.appId);
    lane.shares?.join(ticket);
    lines.append(ticket);
    if (resident !== undefined) resident.waiting++;
    if (ticket.isFirstInLine) stepForward(ticket);
  }

  leave(ticket: Ticket): void {
    const { lane, lines, resident } = ticket.route;
    this.#tickets.delete(ticket);
    this.#deadlines.remove(ticket);
    lane.countOut(ticket.request.appId);
    lane.shares?.leave(ticket);
    const wasFirst = ticket.isFirstInLine;
    const successor = ticket.next;
    lines.remove(ticket);
    if (resident !== undefined) resident.waiting--;
    if (wasFirst) stepAside(ticket, successor);
  }
}

function stepForward(ticket: Ticket): void {
  const { slots, guestAt } = ticket.route;
  for (const slot of slots) {
    slot.heads.add(ticket);
    if (guestAt !== undefined) slot.guestsWaiting++;
  }
}

function stepAside(ticket: Ticket, successor: Ticket | undefined): void {
  const { slots, guestAt } = ticket.route;
  for (const slot of slots) {
    slot.heads.delete(ticket);
    if (guestAt !== undefined) slot.guestsWaiting--;
  }
  if (successor !== undefined) stepForward(successor);
}
