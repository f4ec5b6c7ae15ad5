import type { Ticket } from './ticket.ts';

/**
 * Permission to use a backend. Whoever has it gives it back exactly when the backend is done: after the last byte
 * of its answer, or when its socket is closed; never at the first byte. Giving it back twice does nothing.
 */
export class Lease {
  /** How long the request waited in the queue. */
  readonly waitedMs: number;
  /** How long its model took to load meanwhile; undefined: it was there, or the backend loads by itself. */
  readonly loadMs: number | undefined;
  /** When it got its slots, on the monotonic clock. */
  readonly heldSinceMs: number;
  #ticket: Ticket | undefined;
  readonly #giveBack: (ticket: Ticket) => void;

  constructor(ticket: Ticket, giveBack: (ticket: Ticket) => void) {
    this.waitedMs = ticket.grantedAtMs - ticket.arrivedAtMs;
    this.loadMs = ticket.loadMs;
    this.heldSinceMs = ticket.grantedAtMs;
    this.#ticket = ticket;
    this.#giveBack = giveBack;
  }

  release(): void {
    const ticket = this.#ticket;
    this.#ticket = undefined;
    if (ticket !== undefined) this.#giveBack(ticket);
  }
}
