import { standingOf } from './precedence.ts';
import type { Ticket } from './ticket.ts';

/** How often the loads of both models go into the difference that is let grow between two apps. */
const loadsPerSwap = 3;

/**
 * Rule 11e of `plan-swap.ts`: is what `head`'s app is behind worth taking the model of `rival` off the card? Shares
 * alone would change models whenever one app is a second ahead of the other, and a card where every model takes
 * half a minute to load would do little else. So an app may get ahead by three times what it costs to load both
 * models, by what was measured. Loads that were not measured cost nothing, and neither does a swap within one app:
 * there the order of arrival holds.
 */
export function isWorthSwap(head: Ticket, rival: Ticket, standing = standingOf): boolean {
  if (head.request.appId === rival.request.appId) return true;
  const loadsMs = (head.route.resident?.load.ms ?? 0) + (rival.route.resident?.load.ms ?? 0);
  return standing(rival) - standing(head) >= loadsPerSwap * loadsMs;
}

/** But nobody is passed for longer than half of what the lane lets anybody wait. */
export function passedMaxMs({ route }: Ticket): number {
  return route.lane.limits.queueWaitMaxMs / 2;
}
