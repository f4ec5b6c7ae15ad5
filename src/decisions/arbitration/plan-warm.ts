import type { Card } from './card.ts';
import type { Swap } from './plan-swap.ts';
import type { Resident } from './resident.ts';
import type { Slot } from './slot.ts';
import type { Ticket } from './ticket.ts';

/** A model that was used so lately is not sent away for one that is only to be kept warm. */
const recentlyUsedMs = 300_000;

/**
 * 13. A model to be kept warm is loaded when nobody waits at all, nothing is being loaded, and whatever is in its
 *     way has not been used for five minutes and is not to be kept warm itself.
 */
export function planWarm(card: Card, slot: Slot<Ticket>, nowMs: number): Swap | undefined {
  if (card.incoming !== undefined || slot.heads.size > 0 || slot.rivalMs !== undefined || !slot.isFree)
    return undefined;
  const onCard = card.onCard();
  if (onCard.some(({ state }) => state === 'loading' || state === 'unloading')) return undefined;
  for (const incoming of card.residents.values()) {
    if (!incoming.isWarm || incoming.isOnCard) continue;
    if (incoming.isBackingOff(nowMs)) {
      card.wakeBy(incoming.backoffUntilMs);
      continue;
    }
    const victims = cold(card, incoming, onCard, nowMs);
    if (victims !== undefined) return { incoming, victims, reason: victims.length === 0 ? 'room' : 'idle' };
  }
  return undefined;
}

/** Who must go for it, those used longest ago first; undefined if that is not enough. */
function cold(
  card: Card,
  incoming: Resident,
  onCard: readonly Resident[],
  nowMs: number,
): readonly Resident[] | undefined {
  const victims: Resident[] = [];
  const oldestFirst = onCard.toSorted((one, other) => one.lastUsedMs - other.lastUsedMs);
  for (const candidate of oldestFirst) {
    if (card.hasRoomFor(incoming, remaining(onCard, victims))) break;
    const idleFromMs = candidate.lastUsedMs + recentlyUsedMs;
    if (candidate.isWanted || candidate.isWarm || candidate.state !== 'ready') continue;
    if (nowMs < idleFromMs) card.wakeBy(idleFromMs);
    else victims.push(candidate);
  }
  return card.hasRoomFor(incoming, remaining(onCard, victims)) ? victims : undefined;
}

function remaining(onCard: readonly Resident[], victims: readonly Resident[]): readonly Resident[] {
  return onCard.filter((resident) => !victims.includes(resident));
}
