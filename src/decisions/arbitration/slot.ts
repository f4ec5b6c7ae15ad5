export type SlotKind = 'group' | 'backend' | 'model';

/**
 * Room for so many requests at once: one in a sequence group, `concurrency` of them at a backend or for a model.
 *
 * `inUse` may exceed `capacity` after a reload, by what was running before it: nobody is thrown out, and
 * nobody is let in until there is room by the new count.
 */
export class Slot<Ticket> {
  readonly kind: SlotKind;
  readonly name: string;
  capacity: number;
  inUse = 0;
  /** Who stands first in some line and needs this slot. */
  readonly heads = new Set<Ticket>();

  constructor(kind: SlotKind, name: string, capacity: number) {
    this.kind = kind;
    this.name = name;
    this.capacity = capacity;
  }

  get isFree(): boolean {
    return this.inUse < this.capacity;
  }
}
