import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { BackendsConfig, RedisConfig } from '../config/config.ts';
import type { Arbiter } from '../decisions/arbitration/arbiter.ts';
import { Custodian } from '../decisions/arbitration/custodian.ts';
import { custodyTtlMs } from '../decisions/arbitration/custody.ts';
import { residencyMinMs } from '../decisions/arbitration/plan-swap.ts';
import type { CustodyNotices, SharedGroup } from '../decisions/arbitration/shared-card.ts';
import type { Clock } from '../model/clock.ts';
import { GatewayError } from '../model/gateway-error.ts';
import type { ActiveCalls } from '../pipeline/active-calls.ts';
import type { Log } from '../telemetry/logger.ts';
import type { ModelKeeper } from '../upstream/residency/model-keeper.ts';

interface CustodyParts {
  readonly arbiter: Arbiter;
  readonly keeper: ModelKeeper;
  readonly calls: ActiveCalls;
  readonly clock: Clock;
  readonly log: Log;
}

/** Sees to it, by way of Redis or Valkey, that of several replicas one at a time has each card. */
export async function custodianOf(redis: RedisConfig, parts: CustodyParts): Promise<Custodian> {
  const { arbiter, clock } = parts;
  // Only who needs it pays for loading it.
  const { RedisCustody } = await import('../storage/redis/redis-custody.ts');
  // Random besides, for containers may all be PID 1 on hosts of one name.
  const me = `${hostname().replaceAll(/\s/g, '-')}:${process.pid}:${randomBytes(3).toString('hex')}`;
  const store = new RedisCustody(redis, me, custodyTtlMs);
  return new Custodian({ gate: arbiter.gate, store, clock, notices: noticesOf(parts) });
}

/** A model that was just loaded stays for a while in any case, and so does the replica that had it loaded. */
export function sharedGroups({ groups }: BackendsConfig): SharedGroup[] {
  return [...groups.values()].map(({ name, mode, onStoreLoss }) => ({
    name,
    turnMs: mode === 'serial' ? 0 : residencyMinMs,
    onStoreLoss,
  }));
}

function noticesOf({ keeper, calls, log }: CustodyParts): CustodyNotices {
  return {
    gained: (group, fence) => log.debug('this replica has the card now', { group, fence }),
    gone: (group) => keeper.forget(group),
    lost: (group, running) => {
      log.error('custody of a card could not be kept; what ran on it is broken off', {
        group,
        request_ids: running.map(({ requestId }) => requestId),
      });
      for (const request of running) calls.askedBy(request)?.expire?.(custodyLost(group));
    },
    storeLost: (group, isGoingOn, why) => {
      const what = isGoingOn
        ? 'the store that replicas share does not answer; the card is used as if there were no other replica (on_store_loss: local)'
        : 'the store that replicas share does not answer; nobody new is let onto the card (on_store_loss: fail_closed)';
      log.error(what, { group, why });
    },
    storeBack: (group) => log.info('the store that replicas share answers again', { group }),
  };
}

function custodyLost(group: string): GatewayError {
  return new GatewayError(
    'no_healthy_backend',
    `This replica could not keep the card of sequence group "${group}", and broke off what ran on it; send the request again.`,
  );
}
