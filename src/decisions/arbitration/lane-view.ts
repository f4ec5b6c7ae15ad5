import type { Card } from './card.ts';
import { parallelAt } from './estimate.ts';
import { forecast, type Prospect } from './forecast.ts';
import type { Lane } from './lane.ts';
import type { GroupMode, LaneRequest } from './lane-limits.ts';
import type { ResidentState } from './resident.ts';
import type { Scheduler } from './scheduler.ts';
import type { Slot } from './slot.ts';
import type { Ticket } from './ticket.ts';
import { whyWaiting } from './why.ts';

/** What people may see of the lanes: a picture taken at one moment, without a way back to the lanes. */
export interface LaneView {
  readonly groups: readonly GroupView[];
  readonly backends: readonly BackendView[];
}

export interface GroupView {
  readonly name: string;
  readonly mode: GroupMode;
  /** Removed by a reload and not yet drained. */
  readonly isDraining: boolean;
  /** An operator lets nobody in. */
  readonly isPaused: boolean;
  /** The models on the card, by our own books; empty where the group does not need to know. */
  readonly residents: readonly ResidentView[];
  /** Models that its backends said they hold, and that we know nothing of: somebody else loaded them. */
  readonly strangers: readonly { readonly backend: string; readonly model: string }[];
  /** How many requests could run at once as things are; of a group that loads models, on those that are loaded. */
  readonly slots: number;
  readonly queueMax: number;
  readonly running: readonly RunningView[];
  readonly waiting: readonly WaitingView[];
}

export interface ResidentView {
  readonly backend: string;
  readonly model: string;
  readonly state: ResidentState;
  /** For so long it has been in this state. */
  readonly forMs: number;
  readonly inUse: number;
  readonly waiting: number;
  readonly vramMib: number | undefined;
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
  /** The very object it asked with: by this it is known, for two may bear the same id. */
  readonly request: LaneRequest;
  readonly requestId: string;
  readonly appId: string;
  readonly backend: string;
  readonly model: string;
  /** 1 = next, if nobody comes and nobody leaves. */
  readonly position: number;
  readonly waitedMs: number;
  /** How much longer, by what was measured lately; undefined while nothing was. */
  readonly etaMs: number | undefined;
  /** Behind whom, for which model, until when, as a sentence. */
  readonly why: string;
}

/** What each backend said it holds, when it was last asked. */
export type Seen = ReadonlyMap<string, readonly string[]>;

export function viewLanes(scheduler: Scheduler, nowMs: number, seen: Seen = new Map()): LaneView {
  const pictures = new Pictures(scheduler, nowMs);
  return { groups: groupViews(scheduler, pictures, seen), backends: backendViews(scheduler, pictures) };
}

function groupViews(scheduler: Scheduler, pictures: Pictures, seen: Seen): GroupView[] {
  const views: GroupView[] = [];
  for (const [name, { slot, lane, isConfigured }] of scheduler.lanes.groups) {
    const running = pictures.runningAt(slot);
    const waiting = pictures.waitingFor(lane);
    if (!isConfigured && running.length + waiting.length === 0) continue;
    const { queueMax } = lane.limits;
    const { isPaused, card } = slot;
    const residents = card === undefined ? [] : residentViews(card, pictures.nowMs);
    const mode = card?.mode ?? 'serial';
    const strangers = card === undefined ? [] : strangersIn(name, scheduler, residents, seen);
    const isDraining = !isConfigured;
    const slots = slotsOf(slot, scheduler);
    views.push({ name, mode, isDraining, isPaused, residents, strangers, slots, queueMax, running, waiting });
  }
  return views;
}

function slotsOf(slot: Slot<Ticket>, { lanes }: Scheduler): number {
  if (slot.card === undefined || slot.card.mode === 'serial') return slot.capacity;
  let slots = 0;
  for (const { residency } of slot.card.onCard()) {
    const route = lanes.backends.get(residency.backend)?.routes.get(residency.model);
    if (route !== undefined) slots += parallelAt(route);
  }
  return slots;
}

function residentViews(card: Card, nowMs: number): ResidentView[] {
  return card.onCard().map(({ residency, state, sinceMs, inUse, waiting }) => ({
    backend: residency.backend,
    model: residency.model,
    state,
    forMs: nowMs - sinceMs,
    inUse,
    waiting,
    vramMib: residency.vramMib,
  }));
}

function strangersIn(
  group: string,
  scheduler: Scheduler,
  residents: readonly ResidentView[],
  seen: Seen,
): GroupView['strangers'] {
  const strangers: { backend: string; model: string }[] = [];
  for (const [backend, models] of seen) {
    if (scheduler.lanes.backends.get(backend)?.limits.group !== group) continue;
    for (const model of models) {
      const isKnown = residents.some((resident) => resident.backend === backend && resident.model === model);
      if (!isKnown) strangers.push({ backend, model });
    }
  }
  return strangers;
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

  readonly nowMs: number;
  readonly #prospects = new Map<Ticket, Prospect>();

  constructor(scheduler: Scheduler, nowMs: number) {
    this.nowMs = nowMs;
    const { running } = scheduler;
    for (const ticket of running) this.#fileRunning(ticket, nowMs);
    this.#foresee([...scheduler.waiting()], running);
    for (const ticket of scheduler.waiting()) this.#fileWaiting(ticket, nowMs);
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

  /** A group is foreseen as a whole; of an ungrouped backend, those who wait for the same slots. */
  #foresee(waiting: readonly Ticket[], running: readonly Ticket[]): void {
    const contests = new Map<unknown, Ticket[]>();
    for (const ticket of waiting) file(contests, contestOf(ticket), ticket);
    for (const [contest, contestants] of contests) {
      const rivals = running.filter((ticket) => contestOf(ticket) === contest);
      const card = contestants[0]?.route.slots.find(({ card }) => card !== undefined)?.card;
      const { batchMax = 0, holdMaxMs = 0 } = card?.affinity ?? {};
      const present = { waiting: contestants, running: rivals, batchMax, holdMaxMs };
      for (const [ticket, prospect] of forecast(present, this.nowMs)) this.#prospects.set(ticket, prospect);
    }
  }

  #fileWaiting(ticket: Ticket, nowMs: number): void {
    const waitedMs = nowMs - ticket.arrivedAtMs;
    const prospect = this.#prospects.get(ticket);
    const { position = 1, etaMs } = prospect ?? {};
    const why = whyWaiting(ticket, prospect, (slot) => this.runningAt(slot), nowMs);
    const view: WaitingView = {
      request: ticket.request,
      ...identity(ticket),
      position,
      waitedMs,
      etaMs,
      why,
    };
    file(this.#waiting, ticket.route.lane, view);
    for (const slot of ticket.route.slots) if (slot.kind === 'backend') file(this.#waiting, slot, view);
  }
}

function contestOf({ route: { lane, lines } }: Ticket): unknown {
  return lane.kind === 'group' ? lane : lines;
}

function identity({ request: { requestId, appId, backend, model } }: Ticket) {
  return { requestId, appId, backend, model };
}

function file<View>(files: Map<unknown, View[]>, key: unknown, view: View): void {
  const filed = files.get(key);
  if (filed === undefined) files.set(key, [view]);
  else filed.push(view);
}
