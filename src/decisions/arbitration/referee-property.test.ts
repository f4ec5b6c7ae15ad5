import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HandMovedClock } from '../../model/clock.ts';
import { Departure } from '../../model/departure.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import { Arbiter } from './arbiter.ts';
import type { BackendLimits, LaneLimits, LaneRequest, QueueLimits } from './lane-limits.ts';
import type { Lease } from './lease.ts';
import { cancelledByOperator } from './refusals.ts';
import { Scheduler } from './scheduler.ts';
import type { Ticket } from './ticket.ts';

/**
 * Random games, played by the scheduler and by a second referee that is as simple as can be: one list, everything
 * counted anew for every question. They must agree on every grant and every refusal, in order; and whatever both
 * think, the promises of the house are checked on the side.
 */

/** What an app has had of a lane; opened for a lane when somebody must wait, forgotten when it is empty. */
interface NaiveBooks {
  readonly settled: Map<string, number>;
  /** Who of each app waits or runs. */
  readonly here: Map<string, Set<NaiveTicket>>;
  readonly pending: Map<NaiveTicket, number>;
  beginMs: number;
}

interface NaiveTicket {
  readonly id: string;
  grantedAtMs: number;
  readonly request: LaneRequest;
  readonly cameIn: string | undefined;
  readonly deadlineMs: number;
  state: 'waiting' | 'running' | 'ended';
}

interface Known<Limits> {
  readonly limits: Limits;
  readonly isConfigured: boolean;
}

class NaiveReferee {
  readonly tickets: NaiveTicket[] = [];
  readonly #books = new Map<string, NaiveBooks>();
  readonly #pace = new Map<string, number>();
  #nowMs = 0;
  #groups = new Map<string, Known<QueueLimits>>();
  #backends = new Map<string, Known<BackendLimits>>();
  #ungrouped: QueueLimits;

  constructor(limits: LaneLimits) {
    this.#ungrouped = limits.ungrouped;
    this.reload(limits);
  }

  arrive(id: string, request: LaneRequest, nowMs: number): string[] {
    const cameIn = request.group ?? this.#backend(request.backend).group;
    this.#nowMs = nowMs;
    this.#meetGroup(cameIn);
    const ticket: NaiveTicket = { id, request, cameIn, deadlineMs: 0, state: 'waiting', grantedAtMs: 0 };
    const lane = this.#laneOf(ticket);
    const limits = this.#limitsOf(lane);
    const patience = Math.min(limits.queueWaitMaxMs, request.waitMaxMs ?? Number.POSITIVE_INFINITY);
    const ahead = this.waiting.filter((other) => this.#laneOf(other) === lane);
    const mine = { ...ticket, deadlineMs: nowMs + patience };
    this.tickets.push(mine);
    const granted = this.#serve();
    if (granted.length > 0) return granted;
    const ofApp = ahead.filter((other) => other.request.appId === request.appId);
    const isFull = ahead.length >= limits.queueMax || ofApp.length >= limits.queuePerAppMax;
    const code = isFull ? 'queue_full' : this.#isHopeless(mine) ? 'queue_timeout' : undefined;
    if (code === undefined) {
      this.#openBooks(lane, mine);
      return [];
    }
    this.tickets.pop();
    return [`-${id} ${code}`];
  }

  cancel(ticket: NaiveTicket): string[] {
    if (ticket.state !== 'waiting') return [];
    ticket.state = 'ended';
    this.#leaveBooks(ticket);
    return [`-${ticket.id} client_left`, ...this.#serve()];
  }

  release(ticket: NaiveTicket): string[] {
    if (ticket.state !== 'running') return [];
    ticket.state = 'ended';
    this.#settle(ticket);
    return this.#serve();
  }

  tick(nowMs: number): string[] {
    this.#nowMs = nowMs;
    const late = this.waiting.filter((ticket) => ticket.deadlineMs <= nowMs);
    for (const ticket of late) {
      ticket.state = 'ended';
      this.#leaveBooks(ticket);
    }
    return [...late.map(({ id }) => `-${id} queue_timeout`), ...this.#serve()];
  }

  reload(limits: LaneLimits): string[] {
    const live = this.tickets.filter(({ state }) => state !== 'ended');
    const backends = survivors(this.#backends, new Set(live.map(({ request }) => request.backend)));
    const groupsInUse = [
      ...live.map(({ cameIn }) => cameIn),
      ...[...backends.values()].map((b) => b.limits.group),
    ];
    const groups = survivors(this.#groups, new Set(groupsInUse));
    // Who is forgotten and comes again begins anew.
    const lanes = new Set([
      ...[...groups.keys()].map((g) => `group ${g}`),
      ...[...backends.keys()].map((b) => `backend ${b}`),
    ]);
    for (const lane of this.#pace.keys()) if (!lanes.has(lane)) this.#pace.delete(lane);
    for (const [name, mine] of limits.groups) groups.set(name, { limits: mine, isConfigured: true });
    for (const [name, mine] of limits.backends) backends.set(name, { limits: mine, isConfigured: true });
    this.#groups = groups;
    this.#backends = backends;
    this.#ungrouped = limits.ungrouped;
    for (const backend of backends.values()) this.#meetGroup(backend.limits.group);
    this.#books.clear();
    for (const ticket of this.waiting) this.#openBooks(this.#laneOf(ticket), ticket);
    return this.#serve();
  }

  get waiting(): NaiveTicket[] {
    return this.tickets.filter(({ state }) => state === 'waiting');
  }

  get running(): NaiveTicket[] {
    return this.tickets.filter(({ state }) => state === 'running');
  }

  /** The group it came in under and the group of its backend now. */
  groupsOf(ticket: NaiveTicket): string[] {
    const both = [ticket.cameIn, this.#backend(ticket.request.backend).group];
    return [...new Set(both.filter((name) => name !== undefined))];
  }

  /** A promise of the house that the ticket would break by running beside the others; undefined = none. */
  brokenPromise(ticket: NaiveTicket, others: readonly NaiveTicket[]): string | undefined {
    const { backend, model } = ticket.request;
    const groups = this.groupsOf(ticket);
    if (others.some((other) => this.groupsOf(other).some((name) => groups.includes(name))))
      return 'group overlap';
    const beside = others.filter((other) => other.request.backend === backend);
    const { concurrency, models } = this.#backend(backend);
    if (beside.length >= concurrency) return 'backend overload';
    const ofModel = beside.filter((other) => other.request.model === model);
    return ofModel.length >= (models.get(model) ?? Number.POSITIVE_INFINITY) ? 'model overload' : undefined;
  }

  #serve(): string[] {
    const granted: string[] = [];
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      const books = this.#books.get(this.#laneOf(next));
      if (books !== undefined) this.#charge(books, next, this.#laneOf(next));
      next.state = 'running';
      next.grantedAtMs = this.#nowMs;
      granted.push(`+${next.id}`);
    }
    return granted;
  }

  /** Of all who could go, the best; nobody is passed by in their own line, nor held up by who came later. */
  #next(): NaiveTicket | undefined {
    const { waiting } = this;
    const lines = waiting.map((ticket) => this.#lineOf(ticket));
    const heads = waiting.filter((_, at) => lines.indexOf(lines[at] ?? '') === at);
    const able = heads.filter((ticket, at) => {
      const earlier = heads.slice(0, at);
      if (earlier.some((other) => this.#isGuest(other) && this.#shareGroup(other, ticket))) return false;
      return this.brokenPromise(ticket, this.running) === undefined;
    });
    return able.sort((one, other) => this.#order(one, other))[0];
  }

  #order(one: NaiveTicket, other: NaiveTicket): number {
    return (
      priorityOf(other) - priorityOf(one) ||
      this.#standing(one) - this.#standing(other) ||
      this.tickets.indexOf(one) - this.tickets.indexOf(other)
    );
  }

  #isGuest(ticket: NaiveTicket): boolean {
    return ticket.cameIn !== undefined && ticket.cameIn !== this.#backend(ticket.request.backend).group;
  }

  #shareGroup(one: NaiveTicket, other: NaiveTicket): boolean {
    return this.groupsOf(one).some((name) => this.groupsOf(other).includes(name));
  }

  #openBooks(lane: string, newcomer: NaiveTicket): void {
    let books = this.#books.get(lane);
    if (books === undefined) {
      books = { settled: new Map(), here: new Map(), pending: new Map(), beginMs: 0 };
      for (const ticket of this.running) if (this.#laneOf(ticket) === lane) this.#charge(books, ticket, lane);
      this.#books.set(lane, books);
    }
    enter(books, newcomer);
  }

  #charge(books: NaiveBooks, ticket: NaiveTicket, lane: string): void {
    enter(books, ticket);
    books.beginMs = Math.max(books.beginMs, books.settled.get(ticket.request.appId) ?? 0);
    books.pending.set(ticket, (this.#pace.get(lane) ?? 1000) / weightOf(ticket));
  }

  /** What it really took, for its app and for the pace of its lane. */
  #settle(ticket: NaiveTicket): void {
    const lane = this.#laneOf(ticket);
    const heldMs = this.#nowMs - ticket.grantedAtMs;
    const paceMs = this.#pace.get(lane);
    this.#pace.set(lane, paceMs === undefined ? heldMs : paceMs + 0.2 * (heldMs - paceMs));
    const books = this.#books.get(lane);
    const { appId } = ticket.request;
    books?.settled.set(appId, (books.settled.get(appId) ?? 0) + heldMs / weightOf(ticket));
    this.#leaveBooks(ticket, lane);
  }

  #leaveBooks(ticket: NaiveTicket, lane = this.#laneOf(ticket)): void {
    const books = this.#books.get(lane);
    books?.pending.delete(ticket);
    books?.here.get(ticket.request.appId)?.delete(ticket);
    if ([...(books?.here.values() ?? [])].every(({ size }) => size === 0)) this.#books.delete(lane);
  }

  #standing(ticket: NaiveTicket): number {
    const books = this.#books.get(this.#laneOf(ticket));
    const { appId } = ticket.request;
    const pending = [...(books?.pending ?? [])].filter(([other]) => other.request.appId === appId);
    return pending.reduce((sum, [, chargedMs]) => sum + chargedMs, books?.settled.get(appId) ?? 0);
  }

  #isHopeless(ticket: NaiveTicket): boolean {
    const paceMs = this.#pace.get(this.#laneOf(ticket));
    const { waitMaxMs } = ticket.request;
    if (paceMs === undefined || waitMaxMs === undefined) return false;
    const before = this.waiting.filter(
      (other) => other !== ticket && this.#lineOf(other) === this.#lineOf(ticket),
    );
    const { backend, model } = ticket.request;
    const { concurrency, models } = this.#backend(backend);
    const inGroup = this.groupsOf(ticket).length > 0 ? 1 : Number.POSITIVE_INFINITY;
    const parallel = Math.min(concurrency, inGroup, models.get(model) ?? Number.POSITIVE_INFINITY);
    return Math.floor(before.length / parallel) * paceMs > waitMaxMs;
  }

  #laneOf(ticket: NaiveTicket): string {
    const group = this.#backend(ticket.request.backend).group ?? ticket.cameIn;
    return group === undefined ? `backend ${ticket.request.backend}` : `group ${group}`;
  }

  #lineOf(ticket: NaiveTicket): string {
    const { backend, model, appId } = ticket.request;
    const { group, models } = this.#backend(backend);
    const mine = `${this.#laneOf(ticket)} ${priorityOf(ticket)} ${appId}`;
    // Who is left in a former group stands in one line with others of that kind.
    if (group === undefined && ticket.cameIn !== undefined) return `left ${mine}`;
    return models.has(model) ? `${mine} ${backend} ${model}` : `${mine} ${backend}`;
  }

  #limitsOf(lane: string): QueueLimits {
    return this.#groups.get(lane.replace('group ', ''))?.limits ?? this.#ungrouped;
  }

  /** A group nobody configured has the limits of no group. */
  #meetGroup(name: string | undefined): void {
    if (name === undefined || this.#groups.has(name)) return;
    this.#groups.set(name, { limits: this.#ungrouped, isConfigured: false });
  }

  #backend(name: string): BackendLimits {
    const unknown = { limits: { concurrency: 1, models: new Map() }, isConfigured: false };
    const known = this.#backends.get(name) ?? unknown;
    this.#backends.set(name, known);
    return known.limits;
  }
}

/** An app of which nobody else is here begins where the others are. */
function enter(books: NaiveBooks, ticket: NaiveTicket): void {
  const { appId } = ticket.request;
  const here = books.here.get(appId) ?? new Set();
  if (here.size === 0) books.settled.set(appId, Math.max(books.settled.get(appId) ?? 0, books.beginMs));
  books.here.set(appId, here.add(ticket));
}

function priorityOf({ request }: NaiveTicket): number {
  return request.priority ?? 5;
}

function weightOf({ request }: NaiveTicket): number {
  return request.weight ?? 1;
}

function survivors<Limits>(known: Map<string, Known<Limits>>, inUse: ReadonlySet<string | undefined>) {
  const left = new Map<string, Known<Limits>>();
  for (const [name, { limits, isConfigured }] of known) {
    if (isConfigured || inUse.has(name)) left.set(name, { limits, isConfigured: false });
  }
  return left;
}

/** Both referees at one table. */
class Game {
  readonly naive: NaiveReferee;
  readonly #scheduler: Scheduler;
  readonly #tickets = new Map<string, Ticket>();
  readonly #outcomes = new Map<string, string[]>();
  #diary: string[] = [];
  #nowMs = 0;
  #arrivals = 0;

  constructor(limits: LaneLimits) {
    this.naive = new NaiveReferee(limits);
    this.#scheduler = new Scheduler(limits, {
      grant: (ticket) => this.#note(`+${ticket.request.requestId}`),
      reject: (ticket, { code }) => this.#note(`-${ticket.request.requestId} ${code}`),
    });
  }

  play(step: Step): void {
    this.#diary = [];
    const expected = this.#both(step);
    // Those whose time is up in the same moment may be told in any order; everything else is in order.
    agree(inOrder(this.#diary), inOrder(expected));
    this.#checkPromises();
  }

  /** Ends what runs, again and again, until nothing is left; then looks for anything left behind. */
  finish(): void {
    while (this.naive.running.length > 0) this.play({ type: 'release', pick: 0, times: 1 });
    expect(this.naive.waiting).toEqual([]);
    for (const { slot } of this.#scheduler.lanes.groups.values())
      expect([slot.inUse, slot.heads.size]).toEqual([0, 0]);
    for (const { rest, routes, lane } of this.#scheduler.lanes.backends.values()) {
      expect([lane.waiting, lane.shares]).toEqual([0, undefined]);
      for (const { lines, slots } of [rest, ...routes.values()]) {
        expect(lines.length).toBe(0);
        for (const slot of slots) {
          expect([slot.inUse, slot.heads.size, slot.guests, slot.guestsWaiting]).toEqual([0, 0, 0, 0]);
        }
      }
    }
    expect(this.#scheduler.earliestDeadlineMs).toBeUndefined();
    this.#checkOutcomes();
  }

  #both(step: Step): string[] {
    switch (step.type) {
      case 'arrive':
        return this.#arrive(step);
      case 'cancel':
        return this.#cancel(picked(this.naive.tickets, step.pick));
      case 'release':
        return this.#release(picked(this.naive.running, step.pick), step.times);
      case 'pass':
        this.#nowMs += step.ms;
        this.#scheduler.tick(this.#nowMs);
        return this.naive.tick(this.#nowMs);
      case 'reload':
        this.#scheduler.reconfigure(step.limits, this.#nowMs);
        return this.naive.reload(step.limits);
    }
  }

  #arrive({ request }: Step & { type: 'arrive' }): string[] {
    const id = `${++this.#arrivals}`;
    const asked = { ...request, requestId: id };
    const outcome = this.#scheduler.arrive(asked, this.#nowMs);
    if (outcome instanceof GatewayError) this.#note(`-${id} ${outcome.code}`);
    else {
      this.#tickets.set(id, outcome);
      if (outcome.state === 'running') this.#note(`+${id}`);
    }
    return this.naive.arrive(id, asked, this.#nowMs);
  }

  #cancel(ticket: NaiveTicket | undefined): string[] {
    if (ticket === undefined) return [];
    this.#scheduler.cancel(this.#real(ticket), cancelledByOperator(), this.#nowMs);
    return this.naive.cancel(ticket);
  }

  #release(ticket: NaiveTicket | undefined, times: number): string[] {
    if (ticket === undefined) return [];
    for (let time = 0; time < times; time++) this.#scheduler.release(this.#real(ticket), this.#nowMs);
    return this.naive.release(ticket);
  }

  /** Nobody is ever let in beside someone they must not meet, and a group never runs two of its own. */
  #checkPromises(): void {
    const { running, waiting } = this.naive;
    for (const grant of this.#diary.filter((line) => line.startsWith('+'))) {
      const ticket = running.find(({ id }) => `+${id}` === grant);
      const others = running.filter((other) => other !== ticket);
      const broken = ticket === undefined ? undefined : this.naive.brokenPromise(ticket, others);
      if (broken !== undefined) throw new Error(broken);
    }
    const cameIn = running.flatMap((ticket) => ticket.cameIn ?? []);
    if (new Set(cameIn).size < cameIn.length) throw new Error('two of one group');
    const idOf = ({ request }: Ticket) => request.requestId;
    agree([...this.#scheduler.running].map(idOf).sort(), running.map(({ id }) => id).sort());
    agree(
      [...this.#scheduler.waiting()].map(idOf),
      waiting.map(({ id }) => id),
    );
  }

  /** Everyone who came was let in or sent away: one of them, once. */
  #checkOutcomes(): void {
    for (let id = 1; id <= this.#arrivals; id++) expect(this.#outcomes.get(`${id}`)).toHaveLength(1);
  }

  #note(line: string): void {
    this.#diary.push(line);
    const id = line.slice(1).split(' ')[0] ?? '';
    this.#outcomes.set(id, [...(this.#outcomes.get(id) ?? []), line]);
  }

  #real({ id }: NaiveTicket): Ticket {
    const ticket = this.#tickets.get(id);
    if (ticket === undefined) throw new Error(`the scheduler refused ${id}, the naive referee did not`);
    return ticket;
  }
}

/** As `toEqual`, which is slow, says it: but only if it has something to say. */
function agree(actual: readonly string[], expected: readonly string[]): void {
  if (actual.join() !== expected.join()) expect(actual).toEqual(expected);
}

function inOrder(diary: readonly string[]) {
  const isLate = (line: string) => line.endsWith('queue_timeout');
  return [...diary.filter(isLate).sort(), ...diary.filter((line) => !isLate(line))];
}

function picked<T>(list: readonly T[], pick: number): T | undefined {
  return list[pick % Math.max(1, list.length)];
}

type Step =
  | { readonly type: 'arrive'; readonly request: Omit<LaneRequest, 'requestId'> }
  | { readonly type: 'cancel'; readonly pick: number }
  | { readonly type: 'release'; readonly pick: number; readonly times: number }
  | { readonly type: 'pass'; readonly ms: number }
  | { readonly type: 'reload'; readonly limits: LaneLimits };

const groupName = fc.constantFrom('g1', 'g2', 'g3');
const backendName = fc.constantFrom('b1', 'b2', 'b3', 'b4');
const modelName = fc.constantFrom('m1', 'm2');

const queueLimits = fc.record({
  queueMax: fc.constantFrom(0, 2, 5, 50, Number.POSITIVE_INFINITY),
  queuePerAppMax: fc.constantFrom(1, 3, 50, Number.POSITIVE_INFINITY),
  queueWaitMaxMs: fc.constantFrom(5, 20, 1000, Number.POSITIVE_INFINITY),
});

const backendLimits = fc.record({
  group: fc.option(groupName, { nil: undefined, freq: 3 }),
  concurrency: fc.integer({ min: 1, max: 3 }),
  models: fc
    .array(fc.tuple(modelName, fc.integer({ min: 1, max: 2 })), { maxLength: 2 })
    .map((list) => new Map(list)),
});

const laneLimits: fc.Arbitrary<LaneLimits> = fc.record({
  groups: fc.array(fc.tuple(groupName, queueLimits), { maxLength: 4 }).map((list) => new Map(list)),
  backends: fc
    .array(fc.tuple(backendName, backendLimits), { minLength: 1, maxLength: 6 })
    .map((list) => new Map(list)),
  ungrouped: queueLimits,
});

const arrival = fc.record({
  type: fc.constant('arrive' as const),
  request: fc.record({
    appId: fc.constantFrom('app1', 'app2'),
    backend: backendName,
    model: modelName,
    // Mostly as configured now; sometimes the word of an older configuration.
    group: fc
      .option(groupName, { nil: undefined, freq: 1 })
      .chain((name) => fc.constantFrom(undefined, undefined, name)),
    waitMaxMs: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined, freq: 1 }),
    priority: fc.constantFrom(undefined, undefined, 4, 6),
    weight: fc.constantFrom(undefined, undefined, 0.5, 4),
  }),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: arrival },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('release' as const),
      pick: fc.nat(20),
      times: fc.integer({ min: 1, max: 2 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('cancel' as const), pick: fc.nat(60) }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 12 }) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('reload' as const), limits: laneLimits }) },
);

const games = fc.tuple(laneLimits, fc.array(step, { maxLength: 60, size: 'max' }));

test('every game is played by the rules, and leaves nothing behind', () => {
  const property = fc.property(games, ([limits, steps]) => {
    const game = new Game(limits);
    for (const each of steps) game.play(each);
    game.finish();
  });
  fc.assert(property, { numRuns: 2000 });
}, 180_000);

test('whatever clients do, every promise is kept or refused, and every slot comes back', async () => {
  const property = fc.asyncProperty(games, async ([limits, steps]) => {
    const clock = new HandMovedClock();
    const arbiter = new Arbiter(limits, clock);
    const departures: Departure[] = [];
    const leases: Lease[] = [];
    const served: Promise<unknown>[] = [];
    const act: Record<Step['type'], (each: Step) => void> = {
      arrive: (each) => {
        if (each.type !== 'arrive') return;
        const departure = new Departure();
        departures.push(departure);
        const entered = arbiter.enter({ ...each.request, requestId: 'x' }, departure);
        served.push(
          Promise.resolve(entered).then(
            (lease) => leases.push(lease),
            (refusal) => expect(refusal).toBeInstanceOf(GatewayError),
          ),
        );
      },
      cancel: (each) => each.type === 'cancel' && picked(departures, each.pick)?.leave(),
      release: (each) => each.type === 'release' && picked(leases, each.pick)?.release(),
      pass: (each) => each.type === 'pass' && clock.advance(each.ms),
      reload: (each) => each.type === 'reload' && arbiter.reconfigure(each.limits),
    };
    for (const each of steps) {
      act[each.type](each);
      if (each.type === 'release') await undefined;
    }
    const drained = arbiter.drain(1000);
    await Promise.all(served);
    for (const lease of leases) lease.release();
    expect([await drained, arbiter.runningCount, arbiter.waitingCount]).toEqual([0, 0, 0]);
  });
  await fc.assert(property, { numRuns: 300 });
});
