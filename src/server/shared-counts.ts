import { randomBytes } from 'node:crypto';
import type { RedisConfig } from '../config/config.ts';
import type { HadBefore } from '../decisions/accounting/had-before.ts';
import type { AllowanceStore, Had } from '../decisions/allowances/allowance.ts';
import { SharedAllowances } from '../decisions/allowances/shared-allowances.ts';
import type { Clock } from '../model/clock.ts';
import type { SharedRedis } from '../storage/redis/shared-redis.ts';
import type { SharedStore, StoreNotices } from '../storage/redis/shared-store.ts';
import type { Log } from '../telemetry/logger.ts';
import type { LedgerKeeping } from './ledger-keeping.ts';

/** A store that must be there was not when the daemon started. */
export class StoreMissing extends Error {}

/**
 * Connects to Redis or Valkey for what replicas count and keep together. One that is not there keeps nobody from
 * starting, unless it was said that it should (`on_store_loss: fail_closed`): a gateway that comes back while the store
 * is away must serve all the same. Throws `StoreMissing`.
 */
export async function connectShared(redis: RedisConfig, { clock, log }: SharedParts): Promise<SharedRedis> {
  // Only who needs it pays for loading it.
  const { SharedRedis } = await import('../storage/redis/shared-redis.ts');
  const { onStoreLoss } = redis;
  const shared = new SharedRedis(redis, clock, noticesOf(log, onStoreLoss));
  await shared.firstWord();
  if (shared.unusable !== undefined) {
    shared.close();
    throw new StoreMissing(`redis.url cannot be used: ${shared.unusable}.`);
  }
  if (shared.isUp || onStoreLoss === 'local') return shared;
  shared.close();
  throw new StoreMissing(
    `redis.url cannot be reached (${shared.trouble ?? 'it does not answer'}). Start it, or say redis.on_store_loss: local, with which each daemon counts for itself meanwhile.`,
  );
}

/** What apps may have is counted where all replicas do from now on; while that is away, by each for itself, if at all. */
export function shareAllowances(
  store: SharedStore,
  { onStoreLoss }: RedisConfig,
  { allowances, hadBefore, keeping, clock }: AllowanceParts,
): SharedAllowances {
  return new SharedAllowances({
    store,
    local: allowances,
    onStoreLoss,
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

function noticesOf(log: Log, onStoreLoss: RedisConfig['onStoreLoss']): StoreNotices {
  const meanwhile =
    onStoreLoss === 'local'
      ? 'this process keeps limits and answers for itself alone, so that replicas together let through more (redis.on_store_loss: local)'
      : 'nobody with a limit is let in (redis.on_store_loss: fail_closed)';
  return {
    lost: (why) => log.error(`redis.url does not answer; until it does ${meanwhile}`, { why }),
    back: () => log.info('redis.url answers again; replicas count together'),
    refused: (why) =>
      log.error(`redis.url answers, but would not do what it was asked; ${meanwhile}`, { why }),
    risky: (why) => log.warn('redis.url may not keep what replicas count there', { why }),
  };
}
