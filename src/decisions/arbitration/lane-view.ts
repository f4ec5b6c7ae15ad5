import type { Lane } from './lane.ts';
import { laneName } from './refusals.ts';
import type { Scheduler } from './scheduler.ts';
import type { Slot } from './slot.ts';
import type { Ticket } from './ticket.ts';

/** What people may see of the lanes: a picture taken at one moment, without a way back to the lanes. */
export interface LaneView {
  readonly groups: readonly GroupView[];
  readonly backends: readonly BackendView[];
}

export interface GroupView {
  readonly name: string;
  readonly mode: 'serial';
  /** Removed by a reload and not yet drained. */
  readonly isDraining: boolean;
  readonly queueMax: number;
  readonly running: readonly RunningView[];
  readonly waiting: readonly WaitingView[];
}

export interface BackendView {
  readonly name: string;
  readonly group: string | undefined;
  readonly isDraining: boolean;
  readonly concurrency: number;
  readonly running: readonly RunningView[];
  readonly waiting: readonly WaitingView[];
}

export interface RunningView {
  readonly requestId: string;
  readonly appId: string;
  readonly backend: string;
  readonly model: string;
  readonly heldMs: number;
}

export interface WaitingView {
  readonly requestId: string;
  readonly appId: string;
  readonly backend: string;
  readonly model: string;
  /** 1 = next in its line. */
  readonly position: number;
  readonly waitedMs: number;
  /** Behind whom, and for which lane, as a sentence. */
  readonly why: string;
}

export function viewLanes(scheduler: Scheduler, nowMs: number): LaneView {
  const pictures = new Pictures(scheduler, nowMs);
  return { groups: groupViews(scheduler, pictures), backends: backendViews(scheduler, pictures) };
}

/** The two maps of mini-apigw's `/stats/live`, spelled as there (predecessors 000-68). */
export function miniApigwCounts(view: LaneView) {
  return {
    per_backend: Object.fromEntries(
      view.backends.map((backend) => [
        backend.name,
        { in_flight: backend.running.length, queue_len: backend.waiting.length },
      ]),
    ),
    per_group: Object.fromEntries(
      view.groups.map((group) => [group.name, { queue_len: group.waiting.length }]),
    ),
  };
}

function groupViews(scheduler: Scheduler, pictures: Pictures): GroupView[] {
  const views: GroupView[] = [];
  for (const [name, { slot, lane, isConfigured }] of scheduler.lanes.groups) {
    const running = pictures.runningAt(slot);
    const waiting = pictures.waitingFor(lane);
    if (!isConfigured && running.length + waiting.length === 0) continue;
    const { queueMax } = lane.limits;
    views.push({ name, mode: 'serial', isDraining: !isConfigured, queueMax, running, waiting });
  }
  return views;
}

function backendViews(scheduler: Scheduler, pictures: Pictures): BackendView[] {
  const views: BackendView[] = [];
  for (const [name, { slot, limits, isConfigured }] of scheduler.lanes.backends) {
    const running = pictures.runningAt(slot);
    const waiting = pictures.waitingFor(slot);
    if (!isConfigured && running.length + waiting.length === 0) continue;
    const { group } = limits;
    views.push({ name, group, isDraining: !isConfigured, concurrency: slot.capacity, running, waiting });
  }
  return views;
}

/** Every ticket pictured once and filed under all it uses or waits for: a look must stay cheap with thousands. */
class Pictures {
  readonly #running = new Map<unknown, RunningView[]>();
  readonly #waiting = new Map<unknown, WaitingView[]>();

  constructor(scheduler: Scheduler, nowMs: number) {
    for (const ticket of scheduler.running) this.#fileRunning(ticket, nowMs);
    const positions = new Map<unknown, number>();
    for (const ticket of scheduler.waiting()) {
      const { line } = ticket.route;
      const position = (positions.get(line) ?? 0) + 1;
      positions.set(line, position);
      this.#fileWaiting(ticket, position, nowMs);
    }
  }

  runningAt(slot: Slot<Ticket>): readonly RunningView[] {
    return this.#running.get(slot) ?? [];
  }

  waitingFor(place: Lane | Slot<Ticket>): readonly WaitingView[] {
    return this.#waiting.get(place) ?? [];
  }

  #fileRunning(ticket: Ticket, nowMs: number): void {
    const view: RunningView = { ...identity(ticket), heldMs: nowMs - ticket.grantedAtMs };
    for (const slot of ticket.route.slots) file(this.#running, slot, view);
  }

  #fileWaiting(ticket: Ticket, position: number, nowMs: number): void {
    const waitedMs = nowMs - ticket.arrivedAtMs;
    const view: WaitingView = { ...identity(ticket), position, waitedMs, why: this.#why(ticket) };
    file(this.#waiting, ticket.route.lane, view);
    for (const slot of ticket.route.slots) if (slot.kind === 'backend') file(this.#waiting, slot, view);
  }

  #why(ticket: Ticket): string {
    const { lane, slots } = ticket.route;
    if (ticket.previous !== undefined)
      return `Behind ${named(ticket.previous.request)} in the queue for ${laneName(lane)}.`;
    const next = `Next in the queue for ${laneName(lane)}`;
    const full = slots.find((slot) => !slot.isFree);
    if (full === undefined)
      return `${next}, which is kept for an earlier request that needs two groups since a reload.`;
    return `${next}: ${this.#occupied(full)}.`;
  }

  #occupied(slot: Slot<Ticket>): string {
    const [first, ...others] = this.runningAt(slot);
    if (first !== undefined && others.length === 0) return `${named(first)} is using ${slotName(slot)}`;
    return `${slot.inUse} requests are using ${slotName(slot)}, which takes ${slot.capacity}`;
  }
}

function identity({ request: { requestId, appId, backend, model } }: Ticket) {
  return { requestId, appId, backend, model };
}

function named({ requestId, appId }: { readonly requestId: string; readonly appId: string }): string {
  return `request ${requestId} of app "${appId}"`;
}

function slotName(slot: Slot<Ticket>): string {
  return slot.kind === 'group' ? `sequence group "${slot.name}"` : `${slot.kind} "${slot.name}"`;
}

function file<View>(files: Map<unknown, View[]>, key: unknown, view: View): void {
  const filed = files.get(key);
  if (filed === undefined) files.set(key, [view]);
  else filed.push(view);
}
