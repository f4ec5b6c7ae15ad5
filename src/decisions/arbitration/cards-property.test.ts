import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GatewayError } from '../../model/gateway-error.ts';
import type { ModelKeeper, Residency } from '../../model/model-keeper.ts';
import type { GroupLimits, GroupMode, LaneLimits } from './lane-limits.ts';
import { cancelledByOperator } from './refusals.ts';
import { Scheduler } from './scheduler.ts';
import type { Ticket } from './ticket.ts';

/**
 * Random games on one card in all three modes, against a card that really fills up: every order to load is looked at
 * with what is there at that moment, and every grant with what runs. Arrivals, ends, cancels, answers of the keeper
 * good and bad, reloads, pauses and the passing of time come in any order, as numbers, so that a game that fails can
 * be made small.
 */

const capacityMib = 24;
const memoryMib = [8, 12, 20, undefined];
const concurrency = 2;
const queueWaitMaxMs = 100_000;

function limitsFor(mode: GroupMode, variant: number): LaneLimits {
  const group: GroupLimits = {
    mode,
    capacityVramMib: capacityMib,
    affinity: [undefined, { batchMax: 2, holdMaxMs: 5000 }, { batchMax: 8, holdMaxMs: 30_000 }][variant % 3],
    unloadOnSwitch: true,
    queueMax: 12,
    queuePerAppMax: 8,
    queueWaitMaxMs,
  };
  const facts = memoryMib.map((vramMib, at) => {
    const unloadAfterMs = variant % 2 === 0 ? undefined : 20_000;
    return [`m${at}`, { vramMib, unloadAfterMs, isWarm: at === variant }] as const;
  });
  const backend = {
    group: 'gpu',
    concurrency: mode === 'serial' ? concurrency : Number.POSITIVE_INFINITY,
    concurrencyPerModel: concurrency,
    models: new Map<string, number>(),
    facts: new Map(facts),
  };
  return {
    groups: new Map([['gpu', group]]),
    backends: new Map([
      ['managed', backend],
      ['free', { ...backend, facts: new Map() }],
    ]),
    ungrouped: group,
  };
}

type Order = { readonly residency: Residency; readonly isLoad: boolean; readonly givenAtMs: number };

/** After so long without an answer the scheduler takes an order for lost. */
const answerMaxMs = (order: Order) => (order.isLoad ? 900_000 : 120_000);

class Game implements ModelKeeper {
  orders: Order[] = [];
  readonly #mode: GroupMode;
  readonly #scheduler: Scheduler;
  /** What is on the card, as far as it was told. */
  readonly #loaded = new Map<string, Residency>();
  readonly #waiting = new Set<Ticket>();
  readonly #running = new Set<Ticket>();
  readonly #ended = new Set<Ticket>();
  #nowMs = 0;

  constructor(mode: GroupMode, variant: number) {
    this.#mode = mode;
    this.#scheduler = new Scheduler(
      limitsFor(mode, variant),
      {
        grant: (ticket) => this.#granted(ticket),
        reject: (ticket) => this.#over(ticket, this.#waiting),
      },
      this,
    );
  }

  manages({ backend }: Residency): boolean {
    return backend === 'managed';
  }

  load(residency: Residency): void {
    const beside = [...this.#loaded.values()];
    check(this.#fit([...beside, residency]), `no room for ${residency.model} beside ${beside.length}`);
    this.#forgetLost();
    check(!this.orders.some((order) => order.residency.key === residency.key), 'ordered twice at once');
    for (const { request } of this.#running)
      check(this.#mode === 'sets' || request.model === residency.model, 'loaded while another model runs');
    this.#loaded.set(residency.key, residency);
    this.orders.push({ residency, isLoad: true, givenAtMs: this.#nowMs });
  }

  unload(residency: Residency): void {
    for (const { route } of this.#running)
      check(route.resident?.residency.key !== residency.key, `${residency.model} was unloaded while it ran`);
    this.#forgetLost();
    this.orders.push({ residency, isLoad: false, givenAtMs: this.#nowMs });
  }

  /** A keeper does one thing after the other: it has come to these before it comes to the next. */
  #forgetLost(): void {
    this.orders = this.orders.filter((order) => this.#nowMs - order.givenAtMs < answerMaxMs(order));
  }

  abandonLoad(): void {}

  play(number: number): void {
    const kind = number % 16;
    const pick = Math.floor(number / 16);
    if (kind < 6) this.#arrive(pick);
    else if (kind < 9) this.#release(pick);
    else if (kind < 12) this.#answer(pick);
    else if (kind === 12) this.#cancel(pick);
    else if (kind < 15) this.#pass(pick % 7 === 0 ? 30_000 : (pick * 977) % 6000);
    else this.#order(pick);
    this.#check();
  }

  /** Ends what runs and answers what was ordered until nobody is left. */
  finish(): void {
    this.#scheduler.resume('gpu', this.#nowMs);
    for (let round = 0; this.#waiting.size + this.#running.size > 0; round++) {
      check(round < 500, 'somebody waits for ever');
      while (this.orders.length > 0) this.#answer(0);
      for (const ticket of [...this.#running]) this.#end(ticket);
      this.#pass(1000);
      this.#check();
    }
  }

  #arrive(pick: number): void {
    const model = pick % 9 === 8 ? 'own' : `m${pick % 4}`;
    const request = {
      requestId: 'r',
      appId: `app${pick % 3}`,
      backend: model === 'own' ? 'free' : 'managed',
      model,
      group: 'gpu',
      priority: pick % 5 === 0 ? 7 : undefined,
      weight: pick % 7 === 0 ? 3 : undefined,
      waitMaxMs: pick % 11 === 0 ? 15_000 : undefined,
    };
    const outcome = this.#scheduler.arrive(request, this.#nowMs);
    if (outcome instanceof GatewayError) return;
    if (outcome.state === 'running') this.#granted(outcome);
    else this.#waiting.add(outcome);
  }

  #release(pick: number): void {
    const ticket = at(this.#running, pick);
    if (ticket !== undefined) this.#end(ticket);
  }

  #end(ticket: Ticket): void {
    this.#over(ticket, this.#running);
    this.#scheduler.release(ticket, this.#nowMs);
    this.#scheduler.release(ticket, this.#nowMs);
  }

  #cancel(pick: number): void {
    const ticket = at(this.#waiting, pick);
    if (ticket !== undefined) this.#scheduler.cancel(ticket, cancelledByOperator(), this.#nowMs);
  }

  /** A load that fails leaves nothing; an unload that fails twice is taken for done, and here it is. */
  #answer(pick: number): void {
    const order = this.orders[pick % Math.max(1, this.orders.length)];
    if (order === undefined) return;
    this.orders.splice(this.orders.indexOf(order), 1);
    const { key } = order.residency;
    const isBad = pick % 4 === 3;
    if (order.isLoad) {
      if (isBad) this.#loaded.delete(key);
      if (isBad) this.#scheduler.loadFailed(key, 'no', this.#nowMs);
      else this.#scheduler.loaded(key, 1000, this.#nowMs);
      return;
    }
    this.#loaded.delete(key);
    if (isBad) this.#scheduler.unloadFailed(key, 'no', this.#nowMs);
    else this.#scheduler.unloaded(key, this.#nowMs);
  }

  #pass(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (let rings = 0; ; rings++) {
      const dueMs = this.#scheduler.earliestDeadlineMs ?? Number.POSITIVE_INFINITY;
      if (dueMs > untilMs) break;
      check(rings < 1000, 'the alarm never stops');
      this.#nowMs = Math.max(this.#nowMs, dueMs);
      this.#scheduler.tick(this.#nowMs);
    }
    this.#nowMs = untilMs;
  }

  #order(pick: number): void {
    const which = pick % 4;
    if (which === 0) this.#scheduler.unload(`m${pick % 3}`, this.#nowMs);
    else if (which === 1) this.#scheduler.pause('gpu');
    else if (which === 2) this.#scheduler.resume('gpu', this.#nowMs);
    else this.#scheduler.reconfigure(limitsFor(this.#mode, pick % 6), this.#nowMs);
  }

  #granted(ticket: Ticket): void {
    check(!this.#running.has(ticket) && !this.#ended.has(ticket), 'granted twice');
    this.#waiting.delete(ticket);
    this.#running.add(ticket);
    const { resident } = ticket.route;
    if (ticket.request.backend === 'managed')
      check(this.#loaded.has(resident?.residency.key ?? ''), 'granted before it was loaded');
    const ofModel = [...this.#running].filter(({ request }) => request.model === ticket.request.model);
    check(ofModel.length <= concurrency, 'more than a model takes');
  }

  #over(ticket: Ticket, from: Set<Ticket>): void {
    check(from.delete(ticket), 'ended without having been there');
    check(!this.#ended.has(ticket), 'ended twice');
    this.#ended.add(ticket);
  }

  #check(): void {
    const running = [...this.#running];
    if (this.#mode === 'serial') check(running.length <= 1, 'two at once');
    const residencies = new Map(running.map(({ route }) => [route.resident?.residency.key, route.resident]));
    check(this.#fit([...residencies.values()].flatMap((resident) => resident?.residency ?? [])), 'overlap');
    check(this.#scheduler.runningCount === running.length, 'lost or invented one that runs');
    check(this.#scheduler.waitingCount === this.#waiting.size, 'lost or invented one that waits');
    for (const { arrivedAtMs } of this.#waiting)
      check(this.#nowMs - arrivedAtMs < queueWaitMaxMs, 'waits beyond the bound');
  }

  #fit(residencies: readonly Residency[]): boolean {
    if (residencies.length <= 1) return true;
    if (this.#mode !== 'sets' || residencies.some(({ vramMib }) => vramMib === undefined)) return false;
    return residencies.reduce((sum, { vramMib = 0 }) => sum + vramMib, 0) <= capacityMib;
  }
}

function at<T>(set: ReadonlySet<T>, pick: number): T | undefined {
  return [...set][pick % Math.max(1, set.size)];
}

function check(isKept: boolean, broken: string): void {
  if (!isKept) throw new Error(broken);
}

const games = fc.record({
  mode: fc.constantFrom<GroupMode>('serial', 'swap', 'sets'),
  variant: fc.nat(5),
  numbers: fc.array(fc.nat(20_000), { maxLength: 60, size: 'max' }),
});

test('on a card nothing overlaps beyond its mode, nobody is lost, and everybody is told in time', () => {
  const property = fc.property(games, ({ mode, variant, numbers }) => {
    const game = new Game(mode, variant);
    for (const number of numbers) game.play(number);
    game.finish();
  });
  // An order to unload that was never answered, and the model wanted again.
  const lost = {
    mode: 'serial',
    variant: 0,
    numbers: [0, 9545, 598, 10992, 13, 13, 13, 13, 9869, 9],
  } as const;
  fc.assert(property, { numRuns: 10_000, examples: [[{ ...lost, numbers: [...lost.numbers] }]] });
}, 120_000);

/** Apps that always have work for one model: what each has had, at every moment of a random game. */
const contests = fc.record({
  weights: fc.array(fc.constantFrom(1, 1, 2, 0.5, 4), { minLength: 2, maxLength: 4 }),
  services: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 20, maxLength: 60, size: 'max' }),
});

test('apps that always have work are never further apart than one request each', () => {
  const property = fc.property(contests, ({ weights, services }) => {
    const granted: Ticket[] = [];
    const scheduler = new Scheduler(limitsFor('serial', 0), {
      grant: (ticket) => granted.push(ticket),
      reject: () => undefined,
    });
    const had = weights.map(() => 0);
    let nowMs = 0;
    const come = (app: number) => {
      const request = { requestId: `${app}`, appId: `app${app}`, backend: 'free', model: 'm', group: 'gpu' };
      const outcome = scheduler.arrive({ ...request, weight: weights[app] }, nowMs);
      if (!(outcome instanceof GatewayError) && outcome.state === 'running') granted.push(outcome);
    };
    // Nobody is ahead for having come first.
    come(0);
    for (const app of weights.keys()) for (let i = 0; i < 2; i++) come(app);
    for (const [turn, serviceS] of services.entries()) {
      const ticket = granted.shift();
      if (ticket === undefined) throw new Error('nobody runs');
      nowMs += serviceS * 1000;
      scheduler.release(ticket, nowMs);
      const app = Number(ticket.request.requestId);
      if (turn > 0) had[app] = (had[app] ?? 0) + serviceS / (weights[app] ?? 1);
      come(app);
      const longest = weights.map((weight) => 30 / weight);
      const spread = Math.max(...had) - Math.min(...had);
      check(spread <= 2 * Math.max(...longest), `apart by ${spread}: ${had}`);
    }
  });
  fc.assert(property, { numRuns: 1000 });
});

/** One app: come, end, leave, as numbers. What is granted, in order. */
function playPlain(group: GroupLimits, numbers: readonly number[]): string[] {
  const diary: string[] = [];
  const tickets: Ticket[] = [];
  const backends = ['one', 'two'].map(
    (name) => [name, { group: 'gpu', concurrency: 2, models: new Map() }] as const,
  );
  const scheduler = new Scheduler(
    { groups: new Map([['gpu', group]]), backends: new Map(backends), ungrouped: group },
    { grant: ({ request }) => diary.push(`+${request.requestId}`), reject: () => undefined },
  );
  for (const [at, number] of numbers.entries()) {
    const ticket = tickets[number % Math.max(1, tickets.length)];
    if (number % 3 === 0) {
      const backend = number % 2 === 0 ? 'one' : 'two';
      const outcome = scheduler.arrive(
        { requestId: `${at}`, appId: 'app', backend, model: `m${number % 7}` },
        at,
      );
      if (outcome instanceof GatewayError) continue;
      tickets.push(outcome);
      if (outcome.state === 'running') diary.push(`+${at}`);
    } else if (ticket !== undefined) {
      if (number % 3 === 1) scheduler.release(ticket, at);
      else scheduler.cancel(ticket, cancelledByOperator(), at);
    }
  }
  return diary;
}

test('a serial group that knows its models but stays with none lets everybody in as one that knows nothing', () => {
  const plain = { queueMax: 20, queuePerAppMax: 20, queueWaitMaxMs: 1e9 };
  const aware: GroupLimits = { ...plain, affinity: { batchMax: 0, holdMaxMs: 0 } };
  const property = fc.property(fc.array(fc.nat(10_000), { maxLength: 80, size: 'max' }), (numbers) => {
    expect(playPlain(aware, numbers)).toEqual(playPlain(plain, numbers));
  });
  fc.assert(property, { numRuns: 500 });
});

test('the games are games: things happen in them', () => {
  const seen = new Set<string>();
  for (let seed = 0; seed < 200; seed++) {
    const game = new Game((['serial', 'swap', 'sets'] as const)[seed % 3] ?? 'swap', seed % 6);
    for (let i = 0; i < 60; i++) {
      game.play((seed * 7919 + i * 104_729) % 20_011);
      for (const { isLoad } of game.orders) seen.add(isLoad ? 'load' : 'unload');
    }
    game.finish();
  }
  expect([...seen].sort()).toEqual(['load', 'unload']);
});
