import { randomBytes } from 'node:crypto';
import type { HadBefore } from '../decisions/accounting/had-before.ts';
import type { AllowanceStore, Had } from '../decisions/allowances/allowance.ts';
import { SharedAllowances } from '../decisions/allowances/shared-allowances.ts';
import type { Clock } from '../model/clock.ts';
import type { Secret } from '../model/secret.ts';
import type { SharedRedis } from '../storage/redis/shared-redis.ts';
import type { SharedStore } from '../storage/redis/shared-store.ts';
import type { Log } from '../telemetry/logger.ts';
import type { LedgerKeeping } from './ledger-keeping.ts';

/**
 * Connects to Redis or Valkey for what replicas count and keep together. A store that is not there keeps nobody from
 * starting: a gateway that comes back while it is away must serve all the same, and says so.
 */
export async function connectShared(url: Secret, { clock, log }: SharedParts): Promise<SharedRedis> {
  // Only who needs it pays for loading it.
  const { SharedRedis } = await import('../storage/redis/shared-redis.ts');
  const shared = new SharedRedis(url, clock, {
    lost: (why) =>
      log.error(
        'redis.url does not answer; until it does this process keeps limits and answers for itself alone, so that replicas together let through more',
        { why },
      ),
    back: () => log.info('redis.url answers again; replicas count together'),
    refused: (why) =>
      log.error('redis.url answers, but would not do what it was asked; this process counts for itself', {
        why,
      }),
  });
  await shared.firstWord();
  return shared;
}

/** What apps may have is counted where all replicas do from now on; while that is away, by each for itself. */
export function shareAllowances(
  store: SharedStore,
  { allowances, hadBefore, keeping, clock }: AllowanceParts,
): SharedAllowances {
  return new SharedAllowances({
    store,
    local: allowances,
    hadBefore: (appId, window) => {
      const elsewhere = keeping.hadElsewhere.sums(appId, window);
      return sumOf(hadBefore.sums(appId, window), elsewhere);
    },
    replica: randomBytes(8).toString('hex'),
    clock,
  });
}

/** A store that has lost its memory is told what all are known to have had, by whoever comes first. */
function sumOf(here: Had, elsewhere: Had | undefined): Had {
  if (elsewhere === undefined) return here;
  return {
    requests: here.requests + elsewhere.requests,
    inputTokens: here.inputTokens + elsewhere.inputTokens,
    outputTokens: here.outputTokens + elsewhere.outputTokens,
    costMicro: here.costMicro + elsewhere.costMicro,
  };
}

interface AllowanceParts {
  readonly allowances: AllowanceStore;
  readonly hadBefore: HadBefore;
  readonly keeping: LedgerKeeping;
  readonly clock: Clock;
}

interface SharedParts {
  readonly clock: Clock;
  readonly log: Log;
}
