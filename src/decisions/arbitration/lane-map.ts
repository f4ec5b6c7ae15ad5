import { Card } from './card.ts';
import { Lane } from './lane.ts';
import type { BackendLimits, GroupLimits, LaneLimits, LaneRequest, QueueLimits } from './lane-limits.ts';
import { Lines } from './lines.ts';
import { residencyOf } from './residency.ts';
import { Slot } from './slot.ts';
import type { Route, Ticket } from './ticket.ts';

export interface Group {
  readonly lane: Lane;
  /** For those whose backend has left the group since they came. */
  readonly lines: Lines<Ticket>;
  readonly slot: Slot<Ticket>;
  /** False once a reload has removed it. */
  isConfigured: boolean;
}

export interface Backend {
  readonly lane: Lane;
  readonly slot: Slot<Ticket>;
  limits: BackendLimits;
  /** For models without a limit of their own, where nothing depends on which model it is. */
  rest: Route;
  /** For the others. */
  routes: Map<string, Route>;
  card: Card | undefined;
  isConfigured: boolean;
}

/** Names nobody has configured (any more) are served one request at a time: the safe guess. */
const unknownBackend: BackendLimits = { concurrency: 1, models: new Map() };

/**
 * Every group and backend by name, and from them the route of a request. Knows nothing of time or turns.
 *
 * What a reload removes stays here with its last limits, for those who still use it and for calls that began
 * under the old configuration and arrive late; it is forgotten at the next reload that finds it unused.
 */
export class LaneMap {
  readonly groups = new Map<string, Group>();
  readonly backends = new Map<string, Backend>();
  #withCards: readonly Slot<Ticket>[] = [];
  #ungrouped: QueueLimits;

  constructor(limits: LaneLimits) {
    this.#ungrouped = limits.ungrouped;
    this.reconfigure(limits, []);
  }

  /** The slots of groups in which it matters which models are loaded. */
  get withCards(): readonly Slot<Ticket>[] {
    return this.#withCards;
  }

  /** Nobody may hold a slot or stand in a line meanwhile: the scheduler takes all out and puts them back. */
  reconfigure(limits: LaneLimits, inUse: Iterable<Ticket>): void {
    this.#forgetUnused(inUse);
    this.#closeBooks();
    this.#ungrouped = limits.ungrouped;
    for (const [name, group] of limits.groups) {
      this.#configureGroup(name, group, isAware(name, group, limits.backends.values()));
    }
    for (const [name, backend] of limits.backends) this.#configureBackend(name, backend);
    for (const [name, backend] of this.backends) this.#drawRoutes(name, backend);
    this.#withCards = [...this.groups.values()].flatMap(({ slot }) => (slot.card === undefined ? [] : slot));
  }

  /** The group a request comes in under: its own word, for the caller's configuration is the one it began with. */
  groupOf(request: LaneRequest): string | undefined {
    return request.group ?? this.backend(request.backend).limits.group;
  }

  /** Where a request belongs, by the rule for reloads in `scheduler.ts`. */
  routeOf(request: Pick<LaneRequest, 'backend' | 'model'>, cameInGroup: string | undefined): Route {
    const backend = this.backend(request.backend);
    const route = this.#routeAt(request.backend, backend, request.model);
    if (cameInGroup === undefined || cameInGroup === backend.limits.group) return route;
    const former = this.#group(cameInGroup);
    const guest = { ...route, slots: [former.slot, ...route.slots], guestAt: former.slot };
    return backend.limits.group === undefined ? { ...guest, lane: former.lane, lines: former.lines } : guest;
  }

  backend(name: string): Backend {
    return this.backends.get(name) ?? this.#addBackend(name, unknownBackend);
  }

  /** Lanes may come to belong to others, so what apps have had of them counts no longer. */
  #closeBooks(): void {
    for (const { lane } of [...this.groups.values(), ...this.backends.values()]) lane.shares = undefined;
  }

  #forgetUnused(inUse: Iterable<Ticket>): void {
    const groups = new Set<string | undefined>();
    const backends = new Set<string>();
    for (const ticket of inUse) {
      groups.add(ticket.cameInGroup);
      backends.add(ticket.request.backend);
    }
    for (const [name, backend] of this.backends) {
      if (!backend.isConfigured && !backends.has(name)) this.backends.delete(name);
      backend.isConfigured = false;
    }
    for (const { limits } of this.backends.values()) groups.add(limits.group);
    for (const [name, group] of this.groups) {
      if (!group.isConfigured && !groups.has(name)) this.groups.delete(name);
      group.isConfigured = false;
    }
  }

  /** What is known of a card stays known over a reload. */
  #configureGroup(name: string, limits: GroupLimits, isAwareOfModels: boolean): void {
    const isNew = !this.groups.has(name);
    const group = this.#group(name);
    if (isNew && limits.isShared === true) group.slot.elsewhere = 'it has not been asked for yet';
    group.lane.limits = limits;
    group.slot.capacity = (limits.mode ?? 'serial') === 'serial' ? 1 : Number.POSITIVE_INFINITY;
    group.slot.card = isAwareOfModels ? (group.slot.card ?? new Card(name, limits)) : undefined;
    if (group.slot.card !== undefined) group.slot.card.limits = limits;
    group.isConfigured = true;
  }

  #configureBackend(name: string, limits: BackendLimits): void {
    const backend = this.backends.get(name) ?? this.#addBackend(name, limits);
    backend.limits = limits;
    backend.slot.capacity = atLeastOne(limits.concurrency);
    backend.isConfigured = true;
  }

  #group(name: string): Group {
    return this.groups.get(name) ?? this.#addGroup(name);
  }

  #addGroup(name: string): Group {
    const group: Group = {
      lane: new Lane('group', name, this.#ungrouped),
      lines: new Lines(),
      slot: new Slot('group', name, 1),
      isConfigured: false,
    };
    this.groups.set(name, group);
    return group;
  }

  #addBackend(name: string, limits: BackendLimits): Backend {
    const lane = new Lane('backend', name, this.#ungrouped);
    const slot = new Slot<Ticket>('backend', name, atLeastOne(limits.concurrency));
    const rest: Route = { lane, lines: new Lines(), slots: [slot], guestAt: undefined, resident: undefined };
    const routes = new Map<string, Route>();
    const backend: Backend = { lane, slot, limits, rest, routes, card: undefined, isConfigured: false };
    this.backends.set(name, backend);
    this.#drawRoutes(name, backend);
    return backend;
  }

  /** Lines and model slots are made anew; they are empty now, and nobody knows them but tickets about to return. */
  #drawRoutes(name: string, backend: Backend): void {
    backend.lane.limits = this.#ungrouped;
    const group = backend.limits.group === undefined ? undefined : this.#group(backend.limits.group);
    const lane = group?.lane ?? backend.lane;
    const slots = group === undefined ? [backend.slot] : [group.slot, backend.slot];
    backend.card = group?.slot.card;
    backend.rest = { lane, lines: new Lines(), slots, guestAt: undefined, resident: undefined };
    backend.routes = new Map();
    for (const model of backend.limits.models.keys()) this.#drawRoute(name, backend, model);
    for (const model of backend.limits.facts?.keys() ?? []) {
      if (backend.card !== undefined && !backend.routes.has(model)) this.#drawRoute(name, backend, model);
    }
  }

  #routeAt(name: string, backend: Backend, model: string): Route {
    const known = backend.routes.get(model);
    if (known !== undefined) return known;
    if (backend.card === undefined) return backend.rest;
    this.#forgetStrangers(backend.card);
    return this.#drawRoute(name, backend, model);
  }

  #drawRoute(name: string, backend: Backend, model: string): Route {
    const { limits, card, rest } = backend;
    const concurrency = limits.models.get(model) ?? (card && limits.concurrencyPerModel);
    const slots =
      concurrency === undefined ? rest.slots : [...rest.slots, modelSlot(name, model, concurrency)];
    const facts = limits.facts?.get(model);
    const resident = card?.residentOf(residencyOf(name, model, facts), facts);
    if (resident !== undefined && limits.answers !== undefined) resident.answers = limits.answers;
    const route: Route = { ...rest, lines: new Lines(), slots, resident };
    backend.routes.set(model, route);
    return route;
  }

  #forgetStrangers(card: Card): void {
    const isConfigured = ({
      residency: { backend, model },
    }: {
      residency: { backend: string; model: string };
    }) => {
      const limits = this.backends.get(backend)?.limits;
      return limits?.models.has(model) === true || limits?.facts?.has(model) === true;
    };
    for (const { residency } of card.forgetStrangers(isConfigured)) {
      this.backends.get(residency.backend)?.routes.delete(residency.model);
    }
  }
}

function modelSlot(backend: string, model: string, concurrency: number): Slot<Ticket> {
  return new Slot<Ticket>('model', `${model}" at backend "${backend}`, atLeastOne(concurrency));
}

/** Must the group know which model is loaded? If not, nothing of it is looked at, and it costs nothing. */
function isAware(name: string, limits: GroupLimits, backends: Iterable<BackendLimits>): boolean {
  if ((limits.mode ?? 'serial') !== 'serial') return true;
  if (limits.affinity !== undefined || limits.unloadOnSwitch === true) return true;
  for (const { group, facts } of backends) {
    if (group !== name || facts === undefined) continue;
    for (const { unloadAfterMs, isWarm } of facts.values()) {
      if (unloadAfterMs !== undefined || isWarm === true) return true;
    }
  }
  return false;
}

/** A lane that admits nobody would hold its waiters for ever; the configuration refuses it, and so do we. */
function atLeastOne(concurrency: number): number {
  return Math.max(1, concurrency);
}
