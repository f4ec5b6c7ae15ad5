import type { RateLimit } from '../../../config/config.ts';
import type { RateStanding } from '../../../model/rate-standing.ts';
import type { RateRule } from './rate-rule.ts';

/**
 * Where requests are counted against their callers' rate limits. It knows no exchange and no error: what a verdict
 * means to the client is said in `rules/rate-limit.ts`. Counting in this process answers at once; a store that
 * several processes share may make its caller wait.
 */
export interface RateStore {
  /**
   * Counts one request under every rule of the limit, or, if one of them has no room, under none. What was
   * counted stays counted, whatever becomes of the request.
   */
  take(caller: RateCaller, limit: RateLimit, now: Moment): RateVerdict | Promise<RateVerdict>;
  /** Forgets everybody else: after a reload, for apps that are gone or no longer limited. */
  keepOnly(appIds: ReadonlySet<string>, withStrangers: boolean): void;
}

/** Whose requests are counted together. */
export interface RateCaller {
  readonly appId: string;
  /** For callers without a key: where they call from, since each is counted by itself. */
  readonly address: string | undefined;
}

/** One moment in both times: durations are measured in the first, calendars are read in the second. */
export interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

export type RateVerdict = CountedVerdict | UncountedVerdict;

/** Nobody could count the request, and whoever runs the gateway wants nobody let in uncounted. */
export interface UncountedVerdict {
  readonly isAdmitted: undefined;
}

export type CountedVerdict =
  | { readonly isAdmitted: true; readonly standing: RateStanding }
  | {
      readonly isAdmitted: false;
      readonly standing: RateStanding;
      /** The rule that refuses longest. */
      readonly rule: RateRule;
      /** After exactly so long, and no shorter, the request would be admitted. */
      readonly waitMs: number;
    };
