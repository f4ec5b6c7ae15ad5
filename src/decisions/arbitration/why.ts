import type { Card } from './card.ts';
import { loadLeftMs } from './estimate.ts';
import type { Prospect } from './forecast.ts';
import { isBehindRival } from './pick-next.ts';
import { residencyMinMs } from './plan-swap.ts';
import { laneName } from './refusals.ts';
import type { Resident } from './resident.ts';
import type { Slot } from './slot.ts';
import type { Ticket } from './ticket.ts';

/** Why somebody waits: behind whom, for which model, until when. One sentence, for people. */

/** For whom is this slot taken? By one request, or by how many. */
export type WhoUses = (slot: Slot<Ticket>) => readonly Named[];

interface Named {
  readonly requestId: string;
  readonly appId: string;
}

export function whyWaiting(
  ticket: Ticket,
  prospect: Prospect | undefined,
  whoUses: WhoUses,
  nowMs: number,
): string {
  const { lane, slots } = ticket.route;
  const paused = slots.find((slot) => slot.isPaused);
  if (paused !== undefined)
    return `An operator has paused ${slotName(paused)}; it waits until that is resumed.`;
  const away = slots.find((slot) => slot.elsewhere !== undefined);
  if (away !== undefined) return `${sentenceStart(slotName(away))} is elsewhere: ${away.elsewhere}.`;
  if (slots.some((slot) => isBehindRival(ticket, slot)))
    return `Behind a more urgent request for ${laneName(lane)} at another replica.`;
  const model = waitsForModel(ticket, nowMs);
  if (model !== undefined) return model;
  if (prospect?.behind !== undefined)
    return `Behind ${named(prospect.behind.request)} in the queue for ${laneName(lane)}.`;
  const next = `Next in the queue for ${laneName(lane)}`;
  const full = slots.find((slot) => !slot.isFree);
  if (full === undefined)
    return `${next}, which is kept for an earlier request that needs two groups since a reload.`;
  return `${next}: ${occupied(full, whoUses)}.`;
}

function waitsForModel(ticket: Ticket, nowMs: number): string | undefined {
  const { resident, slots, guestAt } = ticket.route;
  const card = slots.find((slot) => slot.card !== undefined && slot !== guestAt)?.card;
  if (resident === undefined || card === undefined || resident.state === 'ready') return undefined;
  const model = `model "${resident.residency.model}"`;
  if (resident.state === 'loading')
    return `Waits for ${model} to be loaded${about(loadLeftMs(ticket.route, nowMs))}.`;
  if (resident.state !== 'absent')
    return `Waits for ${model}, which is being taken off the card and comes back when its turn has come.`;
  const others = card.onCard();
  if (card.incoming === resident)
    return `Waits for ${model}, for which room is being made: ${leaving(others)}.`;
  if (card.incoming !== undefined)
    return `Waits for ${model}, after model "${card.incoming.residency.model}", for which room is being made.`;
  return `Waits for ${model}, ${staying(card, others, nowMs)}.`;
}

/** Who must still leave before the next model can come. */
function leaving(residents: readonly Resident[]): string {
  const going = residents.filter(({ state }) => state === 'expiring' || state === 'unloading');
  const parts = going.map(({ residency, state, inUse }) =>
    state === 'unloading'
      ? `model "${residency.model}" is being unloaded`
      : `${count(inUse, 'request')} still ${inUse === 1 ? 'uses' : 'use'} model "${residency.model}"`,
  );
  return parts.join(', ') || 'the card is nearly free';
}

/** Who is there, and for how long it may stay. */
function staying(card: Card, residents: readonly Resident[], nowMs: number): string {
  const [first, ...more] = residents.filter(({ state }) => state === 'ready' || state === 'loading');
  if (first === undefined) return 'which is loaded when its turn has come';
  const names = [first, ...more].map(({ residency }) => `"${residency.model}"`).join(', ');
  const { batchMax, holdMaxMs } = card.affinity;
  if (first.state === 'loading') return `after model ${names}, which is being loaded`;
  const leftMs = Math.max(first.sinceMs + Math.max(residencyMinMs, holdMaxMs) - nowMs, 0);
  const requestsLeft = Math.max(0, batchMax - first.passes);
  const bound =
    leftMs === 0 || requestsLeft === 0
      ? 'until its app has had its share'
      : `while it has work; in ${seconds(leftMs)} or after ${count(requestsLeft, 'more request')} shares decide`;
  return `after model ${names}, which ${more.length === 0 ? 'stays' : 'stay'} ${bound}`;
}

function occupied(slot: Slot<Ticket>, whoUses: WhoUses): string {
  const [first, ...others] = whoUses(slot);
  if (first !== undefined && others.length === 0) return `${named(first)} is using ${slotName(slot)}`;
  return `${slot.inUse} requests are using ${slotName(slot)}, which takes ${slot.capacity}`;
}

function about(leftMs: number): string {
  return leftMs <= 0 ? '' : `, about ${seconds(leftMs)} more`;
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

function named({ requestId, appId }: Named): string {
  return `request ${requestId} of app "${appId}"`;
}

function sentenceStart(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function slotName(slot: Slot<Ticket>): string {
  return slot.kind === 'group' ? `sequence group "${slot.name}"` : `${slot.kind} "${slot.name}"`;
}
