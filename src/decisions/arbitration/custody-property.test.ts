/**
 * Replicas that share cards, played with a hand-moved clock and a store that is gone at times, loses words and answers
 * late: no two of them ever have their gate open for one card, and once the store is well everybody has their turn.
 */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { HandMovedClock } from '../../model/clock.ts';
import { Departure } from '../../model/departure.ts';
import { Arbiter } from './arbiter.ts';
import { Custodian } from './custodian.ts';
import { type Custody, custodyMarginMs, custodyTtlMs, nextStep, rivalCountsFromMs } from './custody.ts';
import type { Claim, CustodyNews, CustodyStore, Renewal } from './custody-store.ts';
import type { LaneLimits } from './lane-limits.ts';
import type { Lease } from './lease.ts';

const limits: LaneLimits = {
  groups: new Map([
    ['gpu', { queueMax: 1000, queuePerAppMax: 1000, queueWaitMaxMs: 100_000_000, isShared: true }],
  ]),
  backends: new Map([['card', { group: 'gpu', concurrency: 1, models: new Map() }]]),
  ungrouped: { queueMax: 10, queuePerAppMax: 10, queueWaitMaxMs: 1000 },
};

/** The rules of the store, in memory; its clock is the players'. */
class World {
  readonly clock = new HandMovedClock();
  readonly listeners: { who: string; hear: (news: CustodyNews) => void }[] = [];
  holder: { who: string; fence: number; untilMs: number } | undefined;
  wants = new Map<string, { sinceMs: number; seenMs: number }>();
  fence = 0;
  /** How often anything was said to all. */
  words = 0;
  /** What happens to the next words, in turn; well once it is empty. */
  faults: ('well' | 'lost before' | 'lost after')[] = [];

  now(): number {
    return this.clock.monotonicMs();
  }

  tell(from: string, what: 'wanted' | 'free', card: string): void {
    this.words++;
    for (const { who, hear } of this.listeners) {
      if (who !== from) queueMicrotask(() => hear({ what, card }));
    }
  }

  settle(): void {
    if (this.holder !== undefined && this.now() >= this.holder.untilMs) this.holder = undefined;
    for (const [who, { seenMs }] of this.wants)
      if (this.now() - seenMs > custodyTtlMs) this.wants.delete(who);
  }

  first(except?: string): [string, number] | undefined {
    const others = [...this.wants]
      .filter(([who]) => who !== except)
      .map(([who, { sinceMs }]) => [who, sinceMs] as [string, number]);
    return others.sort((one, other) => one[1] - other[1])[0];
  }
}

class ModelStore implements CustodyStore {
  readonly #world: World;
  readonly #me: string;
  isCut = false;

  constructor(world: World, me: string) {
    this.#world = world;
    this.#me = me;
  }

  async #say<T>(word: () => T): Promise<T> {
    const fault = this.isCut ? 'lost before' : (this.#world.faults.shift() ?? 'well');
    await Promise.resolve();
    if (fault === 'lost before') throw new Error('it was not sent');
    this.#world.settle();
    const answer = word();
    if (fault === 'lost after') throw new Error('the answer was not heard');
    return answer;
  }

  claim(card: string, seniorityMs: number): Promise<Claim> {
    const world = this.#world;
    return this.#say((): Claim => {
      const [before] = world.first() ?? [];
      world.wants.set(this.#me, { sinceMs: world.now() - seniorityMs, seenMs: world.now() });
      const { holder } = world;
      const [first] = world.first() ?? [];
      if (holder !== undefined && holder.who !== this.#me) {
        world.tell(this.#me, 'wanted', card);
        return { isOurs: false, heldBy: holder.who, freeInMs: holder.untilMs - world.now() };
      }
      if (holder === undefined && first !== this.#me && before === this.#me)
        world.tell(this.#me, 'free', card);
      if (holder === undefined && first !== this.#me)
        return { isOurs: false, heldBy: String(first), freeInMs: undefined };
      world.wants.delete(this.#me);
      const fence = ++world.fence;
      world.holder = { who: this.#me, fence, untilMs: world.now() + custodyTtlMs };
      return { isOurs: true, fence };
    });
  }

  renew(_card: string, fence: number): Promise<Renewal> {
    const world = this.#world;
    return this.#say((): Renewal => {
      const { holder } = world;
      if (holder !== undefined && (holder.who !== this.#me || holder.fence !== fence))
        return { isOurs: false, heldBy: holder.who };
      world.holder = { who: this.#me, fence, untilMs: world.now() + custodyTtlMs };
      const rival = world.first(this.#me);
      return { isOurs: true, rivalSeniorityMs: rival === undefined ? undefined : world.now() - rival[1] };
    });
  }

  release(card: string, fence: number): Promise<void> {
    const world = this.#world;
    return this.#say(() => {
      if (world.holder?.who !== this.#me || world.holder.fence !== fence) return;
      world.holder = undefined;
      world.tell(this.#me, 'free', card);
    });
  }

  withdraw(card: string): Promise<void> {
    return this.#say(() => {
      this.#world.wants.delete(this.#me);
      if (this.#world.holder === undefined) this.#world.tell(this.#me, 'free', card);
    });
  }

  onNews(hear: (news: CustodyNews) => void): void {
    this.#world.listeners.push({ who: this.#me, hear });
  }

  async close(): Promise<void> {}
}

class Replica {
  readonly arbiter: Arbiter;
  readonly store: ModelStore;
  readonly custodian: Custodian;
  readonly running = new Set<Lease>();
  waiting = 0;

  constructor(world: World, name: string, turnMs: number) {
    this.arbiter = new Arbiter(limits, world.clock);
    this.store = new ModelStore(world, name);
    const notices = {
      gained: () => undefined,
      gone: () => undefined,
      // What runs is broken off at once.
      lost: () => this.endAll(),
      storeLost: () => undefined,
      storeBack: () => undefined,
    };
    const { gate } = this.arbiter;
    this.custodian = new Custodian({ gate, store: this.store, clock: world.clock, notices });
    this.custodian.watch([{ name: 'gpu', turnMs, onStoreLoss: 'fail_closed' }]);
  }

  ask(priority: number): void {
    this.waiting++;
    const request = { requestId: 'r', appId: 'a', backend: 'card', model: 'm', priority };
    const taken = (lease: Lease) => {
      this.waiting--;
      this.running.add(lease);
    };
    const outcome = this.arbiter.enter(request, new Departure());
    if (outcome instanceof Promise) outcome.then(taken, () => this.waiting--);
    else taken(outcome);
  }

  end(): void {
    const [lease] = this.running;
    if (lease === undefined) return;
    this.running.delete(lease);
    lease.release();
  }

  endAll(): void {
    for (const lease of [...this.running]) {
      this.running.delete(lease);
      lease.release();
    }
  }

  get isOpen(): boolean {
    return this.custodian.custodyOf('gpu')?.kind === 'ours';
  }
}

const move = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ what: fc.constant('ask' as const), who: fc.nat(2), priority: fc.nat(9) }),
  },
  { weight: 4, arbitrary: fc.record({ what: fc.constant('end' as const), who: fc.nat(2) }) },
  {
    weight: 3,
    arbitrary: fc.record({ what: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 20_000 }) }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('cut' as const), who: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('join' as const), who: fc.nat(2) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant('fault' as const),
      how: fc.constantFrom('lost before' as const, 'lost after' as const),
    }),
  },
);

type Move = typeof move extends fc.Arbitrary<infer One> ? One : never;

/** One game from its first move until everybody has been served. */
class Game {
  readonly #world = new World();
  readonly #replicas: readonly Replica[];
  #asked = 0;

  constructor(turnMs: number) {
    this.#replicas = ['x', 'y', 'z'].map((name) => new Replica(this.#world, name, turnMs));
  }

  async make(one: Move): Promise<void> {
    if (one.what === 'fault') this.#world.faults.push(one.how);
    else if (one.what === 'pass') await this.#pass(one.ms);
    else this.#act(one, this.#replicas[one.who] as Replica);
    await this.#rest();
  }

  /** The store is well from here on; says how many wait in the end. */
  async finish(): Promise<number> {
    this.#world.faults = [];
    for (const replica of this.#replicas) replica.store.isCut = false;
    for (let round = 0; round < 100 && this.#isAnybodyLeft; round++) {
      for (const replica of this.#replicas) replica.end();
      await this.#rest();
      if (round % 4 === 3) await this.#pass(5_000);
    }
    for (const replica of this.#replicas) await replica.custodian.stop();
    // Whoever hears something must not say something for it: two would wake each other for ever.
    expect(this.#world.words).toBeLessThan(20 + 20 * (this.#asked + this.#world.now() / 1_000));
    return this.#replicas.reduce((sum, { waiting }) => sum + waiting, 0);
  }

  get #isAnybodyLeft(): boolean {
    return this.#replicas.some(({ waiting, running }) => waiting + running.size > 0);
  }

  #act(one: Exclude<Move, { what: 'fault' } | { what: 'pass' }>, replica: Replica): void {
    if (one.what === 'ask') {
      this.#asked++;
      replica.ask(one.priority);
    }
    if (one.what === 'end') replica.end();
    if (one.what === 'cut' || one.what === 'join') replica.store.isCut = one.what === 'cut';
  }

  /** In small steps: words take no time, but beats and fences must not be jumped over. */
  async #pass(ms: number): Promise<void> {
    for (let leftMs = ms; leftMs > 0; leftMs -= 250) {
      this.#world.clock.advance(Math.min(250, leftMs));
      await this.#rest();
    }
  }

  async #rest(): Promise<void> {
    for (let turn = 0; turn < 30; turn++) await Promise.resolve();
    expect(this.#replicas.filter(({ isOpen }) => isOpen).length).toBeLessThanOrEqual(1);
    expect(this.#replicas.reduce((sum, { running }) => sum + running.size, 0)).toBeLessThanOrEqual(1);
  }
}

describe('of several replicas', () => {
  it('no two have the card at once, and nobody waits for ever', async () => {
    const games = fc.asyncProperty(
      fc.array(move, { maxLength: 60, size: 'max' }),
      fc.constantFrom(0, 5_000),
      async (moves, turnMs) => {
        const game = new Game(turnMs);
        for (const one of moves) await game.make(one);
        expect(await game.finish()).toBe(0);
      },
    );
    await fc.assert(games, { numRuns: 400 });
  });
});

describe('what is next', () => {
  const ours: Custody = {
    kind: 'ours',
    fence: 1,
    sinceMs: 0,
    renewedMs: 0,
    rivalMs: undefined,
    isWanting: false,
  };
  const idle = { demandMs: undefined, isQuiet: true };

  test('custody that was not renewed is given up before anybody else can have it', () => {
    const lastMs = custodyTtlMs - custodyMarginMs;
    expect(nextStep(ours, idle, true, lastMs - 1)).toBe('renew');
    expect(nextStep(ours, idle, true, lastMs)).toBe('lose');
  });

  test('the card is given over to who is more urgent, once nobody runs', () => {
    const outranked = { ...ours, rivalMs: 100 };
    expect(nextStep(outranked, { demandMs: 200, isQuiet: false }, false, 1)).toBe('wait');
    expect(nextStep(outranked, { demandMs: 200, isQuiet: true }, false, 1)).toBe('give over');
    expect(nextStep(outranked, { demandMs: 50, isQuiet: true }, false, 1)).toBe('wait');
    expect(nextStep(outranked, idle, false, 1)).toBe('give over');
  });

  test('a turn is finished where there is work for it', () => {
    expect(rivalCountsFromMs(ours, idle, 5_000)).toBe(0);
    expect(rivalCountsFromMs(ours, { demandMs: 1, isQuiet: true }, 5_000)).toBe(5_000);
    expect(rivalCountsFromMs(ours, { demandMs: undefined, isQuiet: false }, 5_000)).toBe(5_000);
  });

  test('who waits asks, who waits no more says so', () => {
    const elsewhere: Custody = { ...ours, kind: 'elsewhere', isWanting: true };
    expect(nextStep(elsewhere, { demandMs: 1, isQuiet: true }, false, 1)).toBe('claim');
    expect(nextStep(elsewhere, idle, false, 1)).toBe('withdraw');
    expect(nextStep({ ...elsewhere, isWanting: false }, idle, true, 1)).toBe('wait');
  });
});
