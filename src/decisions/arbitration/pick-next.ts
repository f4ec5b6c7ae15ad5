import { comesBefore, topPriority, urgencyOf } from './precedence.ts';
import type { Slot } from './slot.ts';
import type { Ticket } from './ticket.ts';

/**
 * Who goes next. Pure: it looks at slots and at those who stand first in a line for them, and changes nothing.
 *
 *  1. Only the first of a line is looked at. A line is what one app asks of one model with one priority (of one
 *     backend, where nothing depends on the model); within it everyone goes in order of arrival.
 *  2. All or nothing: it goes only if every slot it needs (group, backend, model) is free, and then takes them
 *     in one step. Nobody holds one slot while waiting for another, so nobody can wait in a circle.
 *  3. A request that needs two groups since a reload (a guest) runs alone in its former one. While it waits both
 *     are kept for it from all who came later: without that, two busy groups would pass it by for ever. Slots of a
 *     backend or a model are not kept like this: a full one holds up nobody who needs another.
 *  4. Its model must be on the card, and not on its way out. Whose model is not there is helped by the rules in
 *     `plan-swap.ts`, and meanwhile holds up nobody.
 *
 * Of those that are left, the first by precedence (`precedence.ts`):
 *
 *  5. Priority, aged by waiting.
 *  6. Shares: the app that has had least of this lane for its weight.
 *  7. Order of arrival.
 *
 * 8 to 13 are about models and stand in `plan-swap.ts` and `plan-warm.ts`. Where several replicas share a card:
 *
 * 14. Nobody is let in past somebody more urgent who waits for the card at another replica; once nobody is left who
 *     may go, the card is given over (`custodian.ts`). Urgent is who came first, ten seconds for each step of priority.
 *
 * With one app and no cards 4 to 6 say nothing, and everyone goes in order of arrival.
 */
export function pickNext(disturbed: Iterable<Slot<Ticket>>, nowMs: number): Ticket | undefined {
  let next: Ticket | undefined;
  for (const slot of disturbed) {
    const first = firstFor(slot, nowMs);
    if (first === undefined || first === next) continue;
    if (next !== undefined && !comesBefore(first, next, Math.max(first.priority, next.priority), nowMs))
      continue;
    next = first;
  }
  return next;
}

function firstFor(slot: Slot<Ticket>, nowMs: number): Ticket | undefined {
  let first: Ticket | undefined;
  let top: number | undefined;
  // 1. `heads` holds the first of each line only.
  for (const head of slot.heads) {
    if (!mayGo(head)) continue;
    // 5. to 7.
    if (first !== undefined) {
      top ??= topPriority(slot.heads);
      if (!comesBefore(head, first, top, nowMs)) continue;
    }
    first = head;
  }
  return first;
}

/** Rules 2 to 4 and 14, for someone who stands first in a line, or has just come to a lane where nobody waits. */
export function mayGo(ticket: Ticket): boolean {
  const { slots, guestAt, resident } = ticket.route;
  for (const slot of slots) {
    // 2. and 3.
    if (!(slot === guestAt ? slot.isFreeForGuest : slot.isFree)) return false;
    if (slot.kind !== 'group') continue;
    if (isKeptForAnother(slot, ticket)) return false;
    // 14.
    if (isBehindRival(ticket, slot)) return false;
  }
  // 4.
  return resident === undefined || resident.state === 'ready';
}

/** Rule 14. */
export function isBehindRival(ticket: Ticket, { rivalMs }: Slot<Ticket>): boolean {
  return rivalMs !== undefined && rivalMs < urgencyOf(ticket);
}

function isKeptForAnother(slot: Slot<Ticket>, ticket: Ticket): boolean {
  if (slot.guestsWaiting === 0) return false;
  for (const head of slot.heads) {
    if (head.route.guestAt !== undefined && head.sequence < ticket.sequence) return true;
  }
  return false;
}
