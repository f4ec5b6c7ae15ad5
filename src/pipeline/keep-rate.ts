import type { RateLimit } from '../config/config.ts';
import type { RateCaller, RateVerdict } from '../decisions/policy/rate/rate-store.ts';
import { rateLimit } from '../decisions/policy/rules/rate-limit.ts';
import { tighterOf } from '../model/rate-standing.ts';
import type { CallAccount } from './call-account.ts';
import type { Exchange } from './exchange.ts';
import type { House } from './house.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * Counts this call against the rate limit of its app, and throws `rate_limited` if it is one too many. Whoever
 * calls without a key has the daemon's limit, and is counted by where the call came from.
 *
 * Nothing waits where nothing is limited, and in-process counting does not wait either.
 */
export function keepRate(
  house: House,
  { apps, config }: Snapshot,
  account: CallAccount,
  exchange: Exchange,
): void | Promise<void> {
  const { app } = account;
  const limit = apps.isAnonymous ? config.daemon.rateLimit : app.rateLimit;
  if (limit === undefined) return;
  const caller = { appId: app.appId, address: apps.isAnonymous ? exchange.clientIp : undefined };
  const now = { monotonicMs: house.clock.monotonicMs(), wallMs: house.clock.nowMs() };
  const verdict = house.rates.take(caller, limit, now);
  if (!(verdict instanceof Promise)) return conclude(verdict, caller, limit, account, now.wallMs);
  return verdict.then((later) => conclude(later, caller, limit, account, now.wallMs));
}

function conclude(
  verdict: RateVerdict,
  caller: RateCaller,
  limit: RateLimit,
  account: CallAccount,
  atMs: number,
): void {
  const refusal = rateLimit(verdict, caller, limit, atMs);
  if (refusal !== undefined) throw refusal;
  if (!verdict.isAdmitted) return;
  const requests = tighterOf(account.rate?.requests, { ...verdict.standing, atMs });
  account.rate = { ...account.rate, requests };
}
