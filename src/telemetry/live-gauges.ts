import { Gauge, type Registry } from 'prom-client';

/** How each backend's breaker stands; the metric says 0, 1 or 2. */
export type BreakerState = 'closed' | 'half-open' | 'open';

/** One value per label value: `[['ollama-1', 3], …]`. */
export type LabelledValues<Value> = Iterable<readonly [label: string, value: Value]>;

/**
 * Where the figures come from that are true only now; each is asked when somebody reads the metrics. A
 * metric whose source is not given does not exist.
 */
export interface LiveSources {
  readonly requestsInFlight?: () => LabelledValues<number>;
  readonly queueDepth?: () => LabelledValues<number>;
  readonly backendUp?: () => LabelledValues<boolean>;
  readonly breakerState?: () => LabelledValues<BreakerState>;
  readonly activeApps?: () => number;
  readonly ledgerSpoolEntries?: () => number;
  readonly redisUp?: () => boolean;
}

/** Makes the gauges of the given sources. */
export function addLiveGauges(registry: Registry, sources: LiveSources): void {
  const { requestsInFlight, queueDepth, backendUp, breakerState, activeApps, ledgerSpoolEntries, redisUp } =
    sources;
  const labelled = (name: string, help: string, label: string, read: () => LabelledValues<number>) =>
    addLabelled(registry, name, help, label, read);
  if (requestsInFlight !== undefined)
    labelled('sluice_requests_in_flight', 'Requests a backend is working on.', 'backend', requestsInFlight);
  if (queueDepth !== undefined)
    labelled('sluice_queue_depth', 'Requests waiting for a lane of the group.', 'group', queueDepth);
  if (backendUp !== undefined)
    labelled('sluice_backend_up', '1 if the backend answered its last probe.', 'backend', () =>
      mapped(backendUp(), (isUp) => (isUp ? 1 : 0)),
    );
  if (breakerState !== undefined)
    labelled('sluice_breaker_state', 'Circuit breaker: 0 closed, 1 half-open, 2 open.', 'backend', () =>
      mapped(breakerState(), (state) => breakerNumbers[state]),
    );
  if (activeApps !== undefined) addPlain(registry, 'sluice_active_apps', 'Apps seen lately.', activeApps);
  if (ledgerSpoolEntries !== undefined)
    addPlain(
      registry,
      'sluice_ledger_spool_entries',
      'Ledger entries waiting on disk for the database.',
      ledgerSpoolEntries,
    );
  if (redisUp !== undefined)
    addPlain(registry, 'sluice_redis_up', '1 if what replicas share can be reached.', () =>
      redisUp() ? 1 : 0,
    );
}

const breakerNumbers: Readonly<Record<BreakerState, number>> = { closed: 0, 'half-open': 1, open: 2 };

function* mapped<Value>(values: LabelledValues<Value>, toNumber: (value: Value) => number) {
  for (const [label, value] of values) yield [label, toNumber(value)] as const;
}

function addLabelled(
  registry: Registry,
  name: string,
  help: string,
  label: string,
  read: () => LabelledValues<number>,
): void {
  new Gauge({
    name,
    help,
    labelNames: [label],
    registers: [registry],
    collect() {
      this.reset();
      for (const [value, number] of read()) this.set({ [label]: value }, number);
    },
  });
}

function addPlain(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}
