import type { AllowanceKind, Claim, Hold } from './allowance.ts';

type Settle = (had: (kind: AllowanceKind) => number) => Promise<void>;

/** What is set aside for a request where all replicas count, or here while nobody knows what they do. */
export class SharedHold implements Hold {
  readonly outputTokens: number;
  readonly costMicro: number;
  readonly standings: Hold['standings'];
  readonly overdrawn: readonly Claim[];
  readonly #settle: Settle;
  readonly #id: string | undefined;
  #isSettled = false;

  /** @param id under which the store has it; undefined: it does not. */
  constructor(
    { outputTokens, costMicro, standings, overdrawn }: Omit<Hold, 'settle'>,
    settle: Settle,
    id: string | undefined,
  ) {
    this.outputTokens = outputTokens;
    this.costMicro = costMicro;
    this.standings = standings;
    this.overdrawn = overdrawn;
    this.#settle = settle;
    this.#id = id;
  }

  async settle(had: (kind: AllowanceKind) => number): Promise<void> {
    if (this.#isSettled) return;
    this.#isSettled = true;
    await this.#settle(had);
  }

  /**
   * Nothing of it was used, and whoever asks has the store give it back in one step with what comes instead: tells the
   * id. Undefined: there is nothing in the store to be given back.
   */
  passOn(): string | undefined {
    if (this.#isSettled) return undefined;
    if (this.#id === undefined) void this.settle(() => 0);
    this.#isSettled = true;
    return this.#id;
  }
}
