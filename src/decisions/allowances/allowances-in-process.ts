import {
  type AllowanceKind,
  type AllowanceStore,
  type Claim,
  type Had,
  type Hold,
  hadOf,
  type OutputWish,
  type Verdict,
} from './allowance.ts';
import { costHeld, fitIn, heldBy, isOverdrawn } from './fit-in.ts';
import type { PeriodWindow } from './period-window.ts';

/** A window stays in memory for so long after its end: clocks step back, and then its sums are wanted again. */
const KEPT_MS = 2 * 3_600_000;

/** The ledger's sums. What has ended must be in them when they are asked for. */
export type HadBefore = (appId: string, window: PeriodWindow) => Had;

/** What other processes are known to have used; it may be more each time it is asked for. */
export type HadElsewhere = (appId: string, window: PeriodWindow) => Had | undefined;

/** How one allowance stands. */
interface Pot {
  readonly kind: AllowanceKind;
  readonly window: PeriodWindow | undefined;
  used: number;
  held: number;
  /** So much of `used` was used by others. */
  elsewhere: number;
}

/**
 * Counts in the memory of this process. It begins with what the ledger knows, so a restart forgets nothing; one thread,
 * and nothing between looking and setting aside can wait, so however many come at once, none gets what another has.
 */
export class AllowancesInProcess implements AllowanceStore {
  readonly #hadBefore: HadBefore;
  readonly #hadElsewhere: HadElsewhere;
  readonly #nowMs: () => number;
  readonly #apps = new Map<string, Pot[]>();

  constructor(hadBefore: HadBefore, nowMs: () => number, hadElsewhere: HadElsewhere = () => undefined) {
    this.#hadBefore = hadBefore;
    this.#hadElsewhere = hadElsewhere;
    this.#nowMs = nowMs;
  }

  hold(appId: string, claims: readonly Claim[], output: OutputWish, instead?: Hold): Verdict {
    void instead?.settle(() => 0);
    const pots = claims.map((claim) => this.#withElsewhere(appId, this.#potOf(appId, claim)));
    const fitting = fitIn(claims, pots, output);
    if ('claim' in fitting)
      return { claim: fitting.claim, standing: { used: fitting.standing.used, held: fitting.standing.held } };
    const { outputTokens } = fitting;
    const overdrawn = claims.filter((claim, at) => {
      const pot = pots[at];
      return claim.isShadow && pot !== undefined && isOverdrawn(claim, pot, outputTokens);
    });
    const amounts = claims.map((claim) => heldBy(claim, outputTokens));
    pots.forEach((pot, at) => {
      pot.held += amounts[at] ?? 0;
    });
    return new HeldInProcess(pots, amounts, {
      outputTokens,
      standings: pots.map(({ used, held }) => ({ used, held })),
      overdrawn,
      costMicro: costHeld(claims, outputTokens),
    });
  }

  keepOnly(appIds: ReadonlySet<string>): void {
    for (const [appId, pots] of this.#apps) {
      if (!appIds.has(appId) && pots.every(({ held }) => held === 0)) this.#apps.delete(appId);
    }
  }

  /** What is set aside at this moment, all apps together: 0 when nothing is under way. */
  get held(): number {
    let held = 0;
    for (const pots of this.#apps.values()) for (const pot of pots) held += pot.held;
    return held;
  }

  #potOf(appId: string, { kind, window }: Claim): Pot {
    const pots = this.#apps.get(appId) ?? [];
    const known = pots.find((pot) => pot.kind === kind && isSame(pot.window, window));
    if (known !== undefined) return known;
    const used = window === undefined ? 0 : hadOf(this.#hadBefore(appId, window), kind);
    const pot = { kind, window, used, held: 0, elsewhere: 0 };
    this.#apps.set(appId, [...pots.filter((old) => !this.#isOver(old)), pot]);
    return pot;
  }

  #withElsewhere(appId: string, pot: Pot): Pot {
    const had = pot.window === undefined ? undefined : this.#hadElsewhere(appId, pot.window);
    const elsewhere = had === undefined ? 0 : hadOf(had, pot.kind);
    pot.used += elsewhere - pot.elsewhere;
    pot.elsewhere = elsewhere;
    return pot;
  }

  #isOver({ window, held }: Pot): boolean {
    return window !== undefined && held === 0 && window.endMs + KEPT_MS < this.#nowMs();
  }
}

class HeldInProcess implements Hold {
  readonly outputTokens: number;
  readonly costMicro: number;
  readonly standings: Hold['standings'];
  readonly overdrawn: readonly Claim[];
  readonly #pots: readonly Pot[];
  readonly #amounts: readonly number[];
  #isSettled = false;

  constructor(
    pots: readonly Pot[],
    amounts: readonly number[],
    { outputTokens, costMicro, standings, overdrawn }: Omit<Hold, 'settle'>,
  ) {
    this.#pots = pots;
    this.#amounts = amounts;
    this.outputTokens = outputTokens;
    this.costMicro = costMicro;
    this.standings = standings;
    this.overdrawn = overdrawn;
  }

  settle(had: (kind: AllowanceKind) => number): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#pots.forEach((pot, at) => {
      pot.held -= this.#amounts[at] ?? 0;
      if (pot.window !== undefined) pot.used += had(pot.kind);
    });
  }
}

function isSame(one: PeriodWindow | undefined, other: PeriodWindow | undefined): boolean {
  return one?.startMs === other?.startMs && one?.endMs === other?.endMs;
}
