import type { Totals } from '../decisions/accounting/totals.ts';
import type { Arbiter } from '../decisions/arbitration/arbiter.ts';
import type { RoutingMemory } from '../decisions/routing/routing-memory.ts';
import type { Clock } from '../model/clock.ts';
import type { ActiveCalls } from '../pipeline/active-calls.ts';
import type { Snapshot } from '../pipeline/snapshot.ts';
import type { SharedRedis } from '../storage/redis/shared-redis.ts';
import type { BackendWatch } from '../upstream/backend-watch.ts';
import type { LedgerKeeping } from './ledger-keeping.ts';
import { recentlyActive } from './recently-active.ts';

interface LiveHouse {
  readonly arbiter: Arbiter;
  readonly watch: BackendWatch;
  readonly routing: RoutingMemory;
  readonly totals: Totals;
  readonly calls: ActiveCalls;
  readonly clock: Clock;
  readonly keeping: LedgerKeeping;
  readonly shared: SharedRedis | undefined;
  snapshot(): Snapshot;
}

/** Figures that are true only now, for whoever reads the metrics. */
export function liveSources(house: LiveHouse, hasRedis: boolean) {
  return {
    requestsInFlight: () =>
      house.arbiter.view().backends.map((lane) => [lane.name, lane.running.length] as const),
    queueDepth: () => house.arbiter.queueDepths(),
    backendUp: () =>
      [...house.snapshot().backends.keys()].map(
        (name) => [name, house.watch.healthOf(name).state !== 'down'] as const,
      ),
    breakerState: () => {
      const { breaker } = house.snapshot().config.daemon;
      const nowMs = house.clock.monotonicMs();
      return [...house.snapshot().backends.keys()].map(
        (name) => [name, house.routing.stateOf(name, breaker, nowMs)] as const,
      );
    },
    activeApps: () => recentlyActive(house.totals, house.calls, house.clock.nowMs()),
    ledgerSpoolEntries: () => house.keeping.waitingCount,
    ...(hasRedis && {
      redisUp: () => house.shared?.isUp === true,
    }),
  };
}
