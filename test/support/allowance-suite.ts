import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AllowanceStore,
  type Claim,
  type Hold,
  isRefusal,
  type OutputWish,
  type Verdict,
} from '../../src/decisions/allowances/allowance.ts';

/** A store for a test of its own, and other processes' views of the same one, if it can be shared. */
export interface StoreUnderTest {
  /** What the ledger says each app had, in micro-units, in any window. */
  open(hadBefore?: number): AllowanceStore;
}

const day = { startMs: Date.UTC(2026, 10, 20), endMs: Date.UTC(2026, 10, 21) };

export const claim = (changes: Partial<Claim> = {}): Claim => ({
  kind: 'cost',
  window: day,
  limit: 100,
  amount: 10,
  perOutputToken: 0,
  isShadow: false,
  ...changes,
});

const none: OutputWish = { most: 0, least: 0 };

export function held(verdict: Verdict): Hold {
  if (isRefusal(verdict)) throw new Error(`refused: ${JSON.stringify(verdict)}`);
  return verdict;
}

/** What every store of allowances does, wherever it counts. */
export function describeAllowances(name: string, store: StoreUnderTest): void {
  describe(`allowances ${name}`, () => {
    it('let in as many as fit, however many come at once, and not one more', async () => {
      const allowances = store.open();
      const verdicts = await Promise.all(
        Array.from({ length: 500 }, async () => allowances.hold('app', [claim()], none)),
      );
      expect(verdicts.filter((verdict) => !isRefusal(verdict))).toHaveLength(10);
      expect(verdicts.find(isRefusal)?.standing).toEqual({ used: 0, held: 100 });
    });

    it('give back what was not used, once', async () => {
      const allowances = store.open();
      const hold = held(await allowances.hold('app', [claim({ amount: 100 })], none));
      expect(isRefusal(await allowances.hold('app', [claim({ amount: 1 })], none))).toBe(true);
      await hold.settle(() => 30);
      await hold.settle(() => 30);
      const refusal = await allowances.hold('app', [claim({ amount: 71 })], none);
      expect(refusal).toMatchObject({ standing: { used: 30, held: 0 } });
      held(await allowances.hold('app', [claim({ amount: 70 })], none));
    });

    it('count what was used beyond what was set aside', async () => {
      const allowances = store.open();
      await held(await allowances.hold('app', [claim()], none)).settle(() => 95);
      const refusal = await allowances.hold('app', [claim()], none);
      expect(refusal).toMatchObject({ standing: { used: 95 } });
    });

    it('give back one hold for another in one step, whether that fits or not', async () => {
      const allowances = store.open();
      const first = held(await allowances.hold('app', [claim({ amount: 90 })], none));
      const second = held(await allowances.hold('app', [claim({ amount: 100 })], none, first));
      await first.settle(() => 90);
      const tooMuch = await allowances.hold('app', [claim({ amount: 101 })], none, second);
      expect(tooMuch).toMatchObject({ standing: { used: 0, held: 0 } });
      await second.settle(() => 100);
      const third = held(await allowances.hold('app', [claim({ amount: 60 })], none, second));
      await third.settle(() => 20);
      expect(await allowances.hold('app', [claim({ amount: 81 })], none)).toMatchObject({
        standing: { used: 20, held: 0 },
      });
    });

    it('let nobody in between a hold and the one that takes its place', async () => {
      const allowances = store.open();
      let mine = held(await allowances.hold('app', [claim({ amount: 100 })], none));
      for (let turn = 0; turn < 20; turn += 1) {
        const [next, ...others] = await Promise.all([
          allowances.hold('app', [claim({ amount: 100 })], none, mine),
          ...Array.from({ length: 5 }, () => allowances.hold('app', [claim({ amount: 1 })], none)),
        ]);
        mine = held(next);
        expect(others.every(isRefusal)).toBe(true);
      }
    });

    it('take all that is claimed or nothing', async () => {
      const allowances = store.open();
      const both = [claim(), claim({ kind: 'requests', limit: 1, amount: 1 })];
      held(await allowances.hold('app', both, none));
      const refusal = await allowances.hold('app', both, none);
      expect(refusal).toMatchObject({ claim: { kind: 'requests' } });
      const rest = held(await allowances.hold('app', [claim({ amount: 90 })], none));
      await rest.settle(() => 0);
    });

    it('begin with what the ledger knows, and each app and period has its own', async () => {
      const allowances = store.open(95);
      expect(await allowances.hold('app', [claim()], none)).toMatchObject({ standing: { used: 95 } });
      held(await allowances.hold('app', [claim({ amount: 5 })], none));
      held(await allowances.hold('other', [claim({ amount: 5 })], none));
      const tomorrow = { startMs: day.endMs, endMs: day.endMs + 86_400_000 };
      held(await allowances.hold('app', [claim({ amount: 5, window: tomorrow })], none));
    });

    it('of requests at once are all back when those are over', async () => {
      const allowances = store.open(95);
      const atOnce = claim({ kind: 'concurrency', window: undefined, limit: 2, amount: 1 });
      const first = held(await allowances.hold('app', [atOnce], none));
      held(await allowances.hold('app', [atOnce], none));
      expect(isRefusal(await allowances.hold('app', [atOnce], none))).toBe(true);
      await first.settle(() => 0);
      held(await allowances.hold('app', [atOnce], none));
    });

    it('hold an answer of open length to what is left, but not below what is of use', async () => {
      const allowances = store.open();
      const written = claim({ amount: 10, perOutputToken: 2 });
      const hold = held(await allowances.hold('app', [written], { most: 1_000, least: 5 }));
      expect(hold.outputTokens).toBe(45);
      expect(isRefusal(await allowances.hold('app', [written], { most: 1_000, least: 5 }))).toBe(true);
      await hold.settle(() => 75);
      const last = held(await allowances.hold('app', [written], { most: 1_000, least: 5 }));
      expect(last.outputTokens).toBe(7);
      await last.settle(() => 25);
      expect(isRefusal(await allowances.hold('app', [written], { most: 1_000, least: 5 }))).toBe(true);
    });

    it('tell how each stood when something had been set aside of it', async () => {
      const allowances = store.open(20);
      const written = claim({ kind: 'output_tokens', amount: 0, perOutputToken: 1 });
      const both = [claim({ kind: 'input_tokens' }), written];
      const first = held(await allowances.hold('app', both, { most: 15, least: 15 }));
      expect(first.standings).toEqual([
        { used: 20, held: 10 },
        { used: 20, held: 15 },
      ]);
      const shadow = claim({ limit: 1, isShadow: true });
      const second = held(await allowances.hold('app', [shadow, ...both], { most: 1_000, least: 1 }));
      expect(second.standings).toEqual([
        { used: 20, held: 10 },
        { used: 20, held: 20 },
        { used: 20, held: 80 },
      ]);
      expect(second.overdrawn).toEqual([shadow]);
      await first.settle(() => 4);
      const third = held(await allowances.hold('app', [claim({ kind: 'input_tokens', amount: 1 })], none));
      expect(third.standings).toEqual([{ used: 24, held: 11 }]);
    });

    it('in shadow only tell', async () => {
      const allowances = store.open();
      const shadow = claim({ isShadow: true, amount: 60 });
      expect(held(await allowances.hold('app', [shadow], none)).overdrawn).toEqual([]);
      expect(held(await allowances.hold('app', [shadow], none)).overdrawn).toEqual([shadow]);
    });

    it('are never passed, and nothing stays set aside, whatever happens in whatever order', async () => {
      const step = fc.record({
        app: fc.constantFrom('one' as const, 'two' as const),
        amount: fc.integer({ min: 0, max: 60 }),
        most: fc.integer({ min: 0, max: 20 }),
        perOutputToken: fc.constantFrom(0, 0.7, 3),
        usedShare: fc.double({ min: 0, max: 1, noNaN: true }),
        settlesNext: fc.boolean(),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
          const game = new Game(store.open());
          for (const one of steps) {
            await game.ask(one);
            expect(game.used.one).toBeLessThanOrEqual(100);
            expect(game.used.two).toBeLessThanOrEqual(100);
            if (one.settlesNext) await game.settleOldest();
          }
          while (game.isUnderWay) await game.settleOldest();
          for (const app of ['one', 'two'] as const) {
            const standing = { used: game.used[app], held: 0 };
            expect(await game.allowances.hold(app, [claim({ amount: 101 })], none)).toMatchObject({
              standing,
            });
          }
        }),
        { numRuns: 100 },
      );
    });
  });
}

interface Step {
  readonly app: 'one' | 'two';
  readonly amount: number;
  readonly most: number;
  readonly perOutputToken: number;
  readonly usedShare: number;
}

/** Two apps ask, and use up to what was set aside for them. */
class Game {
  readonly allowances: AllowanceStore;
  /** What they will have used once all is settled. */
  readonly used = { one: 0, two: 0 };
  readonly #open: { hold: Hold; used: number }[] = [];

  constructor(allowances: AllowanceStore) {
    this.allowances = allowances;
  }

  get isUnderWay(): boolean {
    return this.#open.length > 0;
  }

  async ask({ app, amount, most, perOutputToken, usedShare }: Step): Promise<void> {
    const verdict = await this.allowances.hold(app, [claim({ amount, perOutputToken })], { most, least: 0 });
    if (isRefusal(verdict)) return;
    const used = Math.floor((amount + perOutputToken * verdict.outputTokens) * usedShare);
    this.used[app] += used;
    this.#open.push({ hold: verdict, used });
  }

  async settleOldest(): Promise<void> {
    const over = this.#open.shift();
    await over?.hold.settle(() => over.used);
  }
}
