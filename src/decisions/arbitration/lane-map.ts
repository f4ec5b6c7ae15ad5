import { Lane } from './lane.ts';
import type { BackendLimits, LaneLimits, LaneRequest, QueueLimits } from './lane-limits.ts';
import { Line } from './line.ts';
import { Slot } from './slot.ts';
import type { Route, Ticket } from './ticket.ts';

export interface Group {
  readonly lane: Lane;
  readonly line: Line<Ticket>;
  readonly slot: Slot<Ticket>;
  /** False once a reload has removed it. */
  isConfigured: boolean;
}

export interface Backend {
  readonly lane: Lane;
  readonly slot: Slot<Ticket>;
  limits: BackendLimits;
  /** For models without a limit of their own, and for the others. */
  rest: Route;
  limited: Map<string, Route>;
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
  #ungrouped: QueueLimits;

  constructor(limits: LaneLimits) {
    this.#ungrouped = limits.ungrouped;
    this.reconfigure(limits, []);
  }

  /** Nobody may hold a slot or stand in a line meanwhile: the scheduler takes all out and puts them back. */
  reconfigure(limits: LaneLimits, inUse: Iterable<Ticket>): void {
    this.#forgetUnused(inUse);
    this.#ungrouped = limits.ungrouped;
    for (const [name, queue] of limits.groups) this.#configureGroup(name, queue);
    for (const [name, backend] of limits.backends) this.#configureBackend(name, backend);
    for (const [name, backend] of this.backends) this.#drawRoutes(name, backend);
  }

  /** The group a request comes in under: its own word, for the caller's configuration is the one it began with. */
  groupOf(request: LaneRequest): string | undefined {
    return request.group ?? this.backend(request.backend).limits.group;
  }

  /** Where a request belongs, by the rule for reloads in `scheduler.ts`. */
  routeOf(request: LaneRequest, cameInGroup: string | undefined): Route {
    const backend = this.backend(request.backend);
    const route = backend.limited.get(request.model) ?? backend.rest;
    if (cameInGroup === undefined || cameInGroup === backend.limits.group) return route;
    const former = this.#group(cameInGroup);
    const slots = [former.slot, ...route.slots];
    if (backend.limits.group !== undefined) return { ...route, slots };
    return { lane: former.lane, line: former.line, slots };
  }

  backend(name: string): Backend {
    return this.backends.get(name) ?? this.#addBackend(name, unknownBackend);
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

  #configureGroup(name: string, queue: QueueLimits): void {
    const group = this.#group(name);
    group.lane.limits = queue;
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
      line: new Line(),
      slot: new Slot('group', name, 1),
      isConfigured: false,
    };
    this.groups.set(name, group);
    return group;
  }

  #addBackend(name: string, limits: BackendLimits): Backend {
    const lane = new Lane('backend', name, this.#ungrouped);
    const slot = new Slot<Ticket>('backend', name, atLeastOne(limits.concurrency));
    const rest: Route = { lane, line: new Line(), slots: [slot] };
    const backend: Backend = { lane, slot, limits, rest, limited: new Map(), isConfigured: false };
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
    backend.rest = { lane, line: group?.line ?? new Line(), slots };
    backend.limited = new Map();
    for (const [model, concurrency] of backend.limits.models) {
      const slot = new Slot<Ticket>('model', `${model}" at backend "${name}`, atLeastOne(concurrency));
      const line = group?.line ?? new Line<Ticket>();
      backend.limited.set(model, { lane, line, slots: [...slots, slot] });
    }
  }
}

/** A lane that admits nobody would hold its waiters for ever; the configuration refuses it, and so do we. */
function atLeastOne(concurrency: number): number {
  return Math.max(1, concurrency);
}
