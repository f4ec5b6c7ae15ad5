import { Roster } from '../../model/roster.ts';
import { passesAnybody } from './cards.ts';
import { expectedServiceMs } from './estimate.ts';
import type { Lane } from './lane.ts';
import { Shares } from './shares.ts';
import type { Ticket } from './ticket.ts';

/**
 * Everyone who runs: at their slots, in their lanes' books, and what is learned of them when they end. The counterpart of
 * the waiting room.
 */
export class Running {
  readonly #tickets = new Roster<Ticket>();

  get size(): number {
    return this.#tickets.size;
  }

  tickets(): readonly Ticket[] {
    return this.#tickets.all();
  }

  start(ticket: Ticket, nowMs: number): void {
    const { lane, resident } = ticket.route;
    ticket.state = 'running';
    ticket.grantedAtMs = nowMs;
    ticket.takeSlots();
    this.#tickets.add(ticket);
    lane.shares?.start(ticket, expectedServiceMs(ticket.route));
    if (resident === undefined) return;
    resident.lastUsedMs = nowMs;
    resident.passes = passesAnybody(ticket) ? resident.passes + 1 : 0;
  }

  end(ticket: Ticket, nowMs: number): void {
    ticket.state = 'ended';
    this.#tickets.remove(ticket);
    ticket.giveSlotsBack();
    learn(ticket, nowMs);
  }

  /** Of a lane where nobody waited until now: with those who hold its slots at this moment. */
  openBooks(lane: Lane): void {
    const shares = new Shares();
    for (const ticket of this.#tickets.all()) {
      if (ticket.route.lane === lane) shares.start(ticket, expectedServiceMs(ticket.route));
    }
    lane.shares = shares;
  }
}

/** What became of it: for estimates, for its app's account, for its model's idle time. */
function learn(ticket: Ticket, nowMs: number): void {
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
