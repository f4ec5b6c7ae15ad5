import {
  type Claim,
  type Hold,
  isRefusal,
  noOutput,
  type OutputWish,
  type Verdict,
} from '../decisions/allowances/allowance.ts';
import { claimsOfRequest, hasAllowances } from '../decisions/allowances/claims.ts';
import { refuse } from '../decisions/allowances/refuse.ts';
import { toldStandings } from '../decisions/allowances/told-standings.ts';
import type { CallAccount } from './call-account.ts';
import { CallHolds } from './call-holds.ts';
import type { House } from './house.ts';

/**
 * Holds the app to what it may have of requests, whoever answers them: so many at once, so many a day. Throws
 * `concurrency_exceeded` or `quota_exceeded`. Most apps are not limited so, and then nothing is done.
 */
export function holdRequest(house: House, account: CallAccount): void | Promise<void> {
  if (!hasAllowances(account.app)) return;
  const claims = claimsOfRequest(account.app, account.entry.startedAtMs);
  if (claims.length === 0) return;
  const wanted = { claims, output: noOutput, instead: undefined };
  return setAside(house, account, wanted, (holds, hold) => holds.asRequest(hold));
}

export interface Wanted {
  readonly claims: readonly Claim[];
  readonly output: OutputWish;
  /** What this call has set aside before, and gives back for it. */
  readonly instead: Hold | undefined;
}

/** Sets aside what is claimed, or throws why it cannot be. In-process counting does not wait. */
export function setAside(
  house: House,
  account: CallAccount,
  { claims, output, instead }: Wanted,
  take: (holds: CallHolds, hold: Hold) => void,
): void | Promise<void> {
  const conclude = (verdict: Verdict): void => {
    const nowMs = house.clock.nowMs();
    if (isRefusal(verdict)) throw refuse(account.app, verdict, output, nowMs);
    const told = toldStandings(claims, verdict.standings, nowMs);
    if (told !== undefined) account.rate = { ...account.rate, ...told };
    account.holds ??= new CallHolds();
    take(account.holds, verdict);
    for (const claim of verdict.overdrawn) house.telemetry.overdrew(account.app.appId, claim);
  };
  const verdict = house.allowances.hold(account.app.appId, claims, output, instead);
  return verdict instanceof Promise ? verdict.then(conclude) : conclude(verdict);
}
