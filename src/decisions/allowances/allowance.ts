import type { PeriodWindow } from './period-window.ts';

/**
 * What an app may have only so much of: requests at once (in no period), or requests, tokens and money in each.
 * Amounts are whole numbers; money is in micro-units.
 */
export type AllowanceKind = 'concurrency' | 'requests' | 'input_tokens' | 'output_tokens' | 'cost';

/** What a request wants of one allowance at worst. */
export interface Claim {
  readonly kind: AllowanceKind;
  /** The stretch of time in which no more than `limit` may be had; undefined: at any one moment. */
  readonly window: PeriodWindow | undefined;
  readonly limit: number;
  readonly amount: number;
  /** And so much more for every token that is written. */
  readonly perOutputToken: number;
  /** It is counted and told, but refuses nobody. */
  readonly isShadow: boolean;
}

/** How many tokens a request would have written, all its answers together. */
export interface OutputWish {
  readonly most: number;
  /** Fewer are no use to it: where that is less than `most`, it is content with what is left. */
  readonly least: number;
}

export const noOutput: OutputWish = { most: 0, least: 0 };

/** What has been had of an allowance, and what is set aside for requests under way. */
export interface Standing {
  readonly used: number;
  readonly held: number;
}

/** What is set aside for a request, until it is over. */
export interface Hold {
  /** So many tokens it may write. */
  readonly outputTokens: number;
  /** So much money, in micro-units; 0 where it is not limited. */
  readonly costMicro: number;
  /** Of each claim, in their order: how its allowance stood when this had just been set aside. */
  readonly standings: readonly Standing[];
  /** The allowances in shadow that would have refused it. */
  readonly overdrawn: readonly Claim[];
  /**
   * It is over, and had so much of each: the rest is there again for others. A second time changes nothing. It never
   * fails, and nobody need wait for it.
   */
  settle(had: (kind: AllowanceKind) => number): void | Promise<void>;
}

/** Nothing was set aside: this claim did not fit. */
export interface Refusal {
  readonly claim: Claim;
  readonly standing: Standing;
}

export type Verdict = Hold | Refusal;

export const isRefusal = (verdict: Verdict): verdict is Refusal => 'claim' in verdict;

/**
 * Where it is kept count. Counting in this process answers at once; a store that several processes share makes its
 * caller wait.
 */
export interface AllowanceStore {
  /**
   * Sets aside what is claimed, all of it or nothing: two who come at once never get the same. Rejects with a
   * `GatewayError` where nobody knows what is left, and nobody is to be let in then.
   *
   * @param instead what the same request had set aside before, of which it has used nothing: given back in the same step,
   *   whatever comes of it, so that neither the request itself nor anybody else can be in its way.
   */
  hold(
    appId: string,
    claims: readonly Claim[],
    output: OutputWish,
    instead?: Hold,
  ): Verdict | Promise<Verdict>;
  /** Forgets apps that have no limits any more, after a reload. */
  keepOnly(appIds: ReadonlySet<string>): void;
}

/** What an app had in a stretch of time, as the ledger knows. */
export interface Had {
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costMicro: number;
}

export function hadOf(had: Had, kind: AllowanceKind): number {
  switch (kind) {
    case 'concurrency':
      return 0;
    case 'requests':
      return had.requests;
    case 'input_tokens':
      return had.inputTokens;
    case 'output_tokens':
      return had.outputTokens;
    case 'cost':
      return had.costMicro;
  }
}
