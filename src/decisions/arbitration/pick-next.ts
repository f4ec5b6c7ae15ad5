import type { Slot } from './slot.ts';
import type { Ticket } from './ticket.ts';

/**
 * Who goes next. Pure: it looks at slots and at those who stand first in a line, and changes nothing.
 *
 *  1. Only the first of a line is looked at: within a group everyone goes in order of arrival, and so does
 *     everyone who needs the same slots of an ungrouped backend.
 *  2. All or nothing: it goes only if every slot it needs (group, backend, model) is free, and then takes them
 *     in one step. Nobody holds one slot while waiting for another, so nobody can wait in a circle.
 *  3. A group is kept for whoever has waited longest at the front of any line for it. After a reload a request may need two
 *     groups; without this rule two busy groups would pass it by for ever. Slots of a backend or a model
 *     are not kept like this: a full one holds up nobody who needs another.
 *  4. Of those that are left, the earliest arrival.
 *
 * This is mode `serial`. Modes `swap` and `sets` (predecessors 2.8) change what "free" means in rule 2 (may
 * this model run beside what is resident?) and the order of rule 4 (priority, shares, affinity), and come here.
 */
export function pickNext(disturbed: Iterable<Slot<Ticket>>): Ticket | undefined {
  let next: Ticket | undefined;
  for (const slot of disturbed) {
    // 1. `heads` holds the first of each line only.
    for (const head of slot.heads) {
      // 4.
      if (next !== undefined && next.sequence <= head.sequence) continue;
      if (mayGo(head)) next = head;
    }
  }
  return next;
}

/** Rules 2 and 3, for someone who stands first in a line, or has just come to an empty one. */
export function mayGo(ticket: Ticket): boolean {
  for (const slot of ticket.route.slots) {
    // 2.
    if (!slot.isFree) return false;
    // 3.
    if (slot.kind === 'group' && isKeptForAnother(slot, ticket)) return false;
  }
  return true;
}

function isKeptForAnother(slot: Slot<Ticket>, ticket: Ticket): boolean {
  for (const head of slot.heads) if (head.sequence < ticket.sequence) return true;
  return false;
}
