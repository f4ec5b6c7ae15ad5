import type { Card } from './card.ts';

export type SlotKind = 'group' | 'backend' | 'model';

/**
 * Room for so many requests at once: one in a serial sequence group, `concurrency` of them at a backend or for a
 * model. A group in another mode has room without end; there the card decides.
 *
 * `inUse` may exceed `capacity` after a reload, by what was running before it: nobody is thrown out, and
 * nobody is let in until there is room by the new count.
 */
export class Slot<Ticket> {
  readonly kind: SlotKind;
  readonly name: string;
  capacity: number;
  inUse = 0;
  /** Those among them that count here only since a reload, and for whose sake nobody else may be let in. */
  guests = 0;
  /** An operator lets nobody in. */
  isPaused = false;
  /** Of a card that replicas share: who else has it, as words for people. Undefined: it is ours. */
  elsewhere: string | undefined;
  /** And who waits for it most urgently at another replica (`urgencyOf`); nobody less urgent is let in here. */
  rivalMs: number | undefined;
  /** Who stands first in some line and needs this slot. */
  readonly heads = new Set<Ticket>();
  /** How many of those need two groups. */
  guestsWaiting = 0;
  /** Of a group in which it matters which models are loaded. */
  card: Card | undefined;

  constructor(kind: SlotKind, name: string, capacity: number) {
    this.kind = kind;
    this.name = name;
    this.capacity = capacity;
  }

  /** A guest runs in a group as if that were serial, whatever its mode: its model has no place on the card. */
  get isFreeForGuest(): boolean {
    return this.inUse === 0 && this.isOpen;
  }

  get isFree(): boolean {
    return this.inUse < this.capacity && this.guests === 0 && this.isOpen;
  }

  get isOpen(): boolean {
    return !this.isPaused && this.elsewhere === undefined;
  }
}
