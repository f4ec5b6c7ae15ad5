import type { Config } from '../config/config.ts';
import { lockDirectory } from '../config/paths.ts';
import { HadBefore } from '../decisions/accounting/had-before.ts';
import { Ledger } from '../decisions/accounting/ledger.ts';
import { PriceList } from '../decisions/accounting/price-list.ts';
import type { Reports } from '../decisions/accounting/reports.ts';
import { TokenEstimator } from '../decisions/accounting/token-estimator.ts';
import { Totals } from '../decisions/accounting/totals.ts';
import { UnderWay } from '../decisions/accounting/under-way.ts';
import type { AllowanceStore } from '../decisions/allowances/allowance.ts';
import { AllowancesInProcess } from '../decisions/allowances/allowances-in-process.ts';
import { hasAllowances } from '../decisions/allowances/claims.ts';
import type { SharedAllowances } from '../decisions/allowances/shared-allowances.ts';
import { Arbiter } from '../decisions/arbitration/arbiter.ts';
import type { Custodian } from '../decisions/arbitration/custodian.ts';
import { type LaneLimits, laneLimitsOf } from '../decisions/arbitration/lane-limits.ts';
import { AnswerCache } from '../decisions/cache/answer-cache.ts';
import { Flights } from '../decisions/cache/flights.ts';
import { SharedAnswers } from '../decisions/cache/shared-answers.ts';
import type { RateStore } from '../decisions/policy/rate/rate-store.ts';
import { RatesInProcess } from '../decisions/policy/rate/rates-in-process.ts';
import { SharedRates } from '../decisions/policy/rate/shared-rates.ts';
import { RoutingMemory } from '../decisions/routing/routing-memory.ts';
import type { CancelTimer, Clock } from '../model/clock.ts';
import { GatewayError } from '../model/gateway-error.ts';
import { ActiveCalls } from '../pipeline/active-calls.ts';
import { AnswerMemory } from '../pipeline/answer-memory.ts';
import { HostedPictures } from '../pipeline/hosted-pictures.ts';
import type { CallTelemetry, House } from '../pipeline/house.ts';
import { type Snapshot, takeSnapshot, withDiscovered } from '../pipeline/snapshot.ts';
import { ThoughtMemory } from '../pipeline/thought-memory.ts';
import { type Database, openDatabase } from '../storage/database.ts';
import type { SharedRedis } from '../storage/redis/shared-redis.ts';
import { AccessLog } from '../telemetry/access-log.ts';
import type { Log } from '../telemetry/logger.ts';
import { Metrics } from '../telemetry/metrics.ts';
import { Traces } from '../telemetry/trace-file.ts';
import { BackendWatch } from '../upstream/backend-watch.ts';
import { Connections } from '../upstream/connections.ts';
import { MissingSurfaces } from '../upstream/missing-surfaces.ts';
import { ModelKeeper } from '../upstream/residency/model-keeper.ts';
import { telemetryOf } from './call-telemetry.ts';
import { custodianOf, sharedGroups } from './card-custody.ts';
import { CardLocks } from './card-locks.ts';
import { KeyCalendar } from './key-calendar.ts';
import { LedgerKeeping } from './ledger-keeping.ts';
import { liveSources } from './live-sources.ts';
import { observerOf } from './referee-observer.ts';
import { connectShared, shareAllowances } from './shared-counts.ts';
import type { StartOptions } from './start-options.ts';
import { WorkChecks } from './work-checks.ts';

/**
 * The house itself: where every `new` is. It owns what lives as long as the process (ledger, referee,
 * connections) and the one thing that changes, the snapshot.
 */
export class BuiltHouse implements House {
  readonly clock: Clock;
  readonly log: Log;
  readonly database: Database;
  readonly ledger: Ledger;
  readonly keeping: LedgerKeeping;
  readonly underWay: UnderWay;
  readonly hadBefore: HadBefore;
  readonly prices: PriceList;
  /** Of this process alone, as `rates`, until `shareCounts` has found that there are others. */
  allowances: AllowanceStore;
  rates: RateStore = new RatesInProcess();
  readonly routing = new RoutingMemory();
  readonly answerCache = new AnswerCache();
  sharedAnswers: SharedAnswers | undefined;
  readonly flights = new Flights();
  readonly totals: Totals;
  readonly estimator = new TokenEstimator();
  readonly arbiter: Arbiter;
  readonly connections: Connections;
  readonly keeper: ModelKeeper;
  readonly cardLocks: CardLocks;
  /** Only where several replicas share the cards. */
  custodian: Custodian | undefined;
  /** Only where several replicas count together. */
  shared: SharedRedis | undefined;
  readonly missingSurfaces: MissingSurfaces;
  readonly thoughts = new ThoughtMemory();
  readonly answers = new AnswerMemory();
  readonly pictures: HostedPictures;
  readonly watch: BackendWatch;
  readonly calls = new ActiveCalls();
  readonly metrics: Metrics;
  readonly traces: Traces;
  readonly telemetry: CallTelemetry;
  readonly #keyCalendar: KeyCalendar;
  isDraining = false;
  readonly #options: StartOptions;
  #sharedAllowances: SharedAllowances | undefined;
  readonly #sweeps: (() => void)[] = [];
  #stopSweeping: CancelTimer | undefined;
  #snapshot: Snapshot;

  constructor(options: StartOptions, clock: Clock) {
    const { loaded, log } = options;
    const { daemon, backends } = loaded.config;
    this.#options = options;
    this.clock = clock;
    this.log = log;
    this.database = openDatabase(daemon.database.path, { onWarning: (sentence) => log.warn(sentence) });
    this.ledger = new Ledger(this.database, {
      clock,
      onTrouble: (sentence, cause) => log.error(sentence, { error: cause }),
      onRecovery: (sentence) => log.info(sentence),
    });
    this.underWay = new UnderWay(this.database, this.ledger, {
      onTrouble: (sentence, cause) => log.error(sentence, { error: cause }),
    });
    this.hadBefore = new HadBefore(this.database, () => this.ledger.writePending());
    this.allowances = new AllowancesInProcess(
      (appId, window) => this.hadBefore.sums(appId, window),
      () => clock.nowMs(),
      (appId, window) => this.keeping.hadElsewhere.sums(appId, window),
    );
    this.totals = new Totals(clock.nowMs());
    this.totals.restore(this.database);
    this.keeping = new LedgerKeeping({
      ...{ database: this.database, ledger: this.ledger, totals: this.totals, clock, log },
      config: () => this.#snapshot.config,
      postgres: daemon.database.postgres,
      isIdle: () => this.calls.size === 0,
    });
    this.estimator.restore(this.database);
    this.prices = new PriceList(clock);
    const startedMs = clock.monotonicMs();
    this.metrics = new Metrics({
      version: options.version,
      withProcess: true,
      compat: oldSystems(daemon.metrics.compat),
      uptimeS: () => (clock.monotonicMs() - startedMs) / 1000,
    });
    this.traces = new Traces({ clock, logger: log });
    this.telemetry = telemetryOf(this.metrics, new AccessLog(log), log, () => this.#snapshot.config);
    this.#keyCalendar = new KeyCalendar(clock, log);
    this.connections = new Connections(options.proxy);
    const { environment } = options;
    this.keeper = new ModelKeeper({ connections: this.connections, environment }, clock, log);
    const observer = observerOf(this.metrics, log, this.calls);
    this.arbiter = new Arbiter(this.#laneLimits(backends), clock, observer, this.keeper);
    this.keeper.reportTo(this.arbiter);
    const holder = { pid: process.pid, configDirectory: loaded.directory };
    this.cardLocks = new CardLocks(lockDirectory(environment), holder, log);
    this.pictures = new HostedPictures(clock);
    this.missingSurfaces = new MissingSurfaces(clock);
    this.watch = new BackendWatch(this.connections, this.missingSurfaces, clock, {
      isWorking: (backend) => this.arbiter.isWorking(backend),
      onModels: () => this.#takeDiscovered(),
    });
    this.#snapshot = this.#snapshotOf(loaded.config, 1);
    this.metrics.watch(liveSources(this, daemon.redis !== undefined));
  }

  get reports(): Reports {
    return this.keeping.reports;
  }

  healthOf(backend: string) {
    return this.watch.healthOf(backend).state;
  }

  random(): number {
    return Math.random();
  }

  snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** Makes sure that no other daemon is on the cards of this configuration. Throws `CardInUse`. */
  lockCards(config: Config): void {
    const manner = this.#options.loaded.config.daemon.redis === undefined ? 'alone' : 'together';
    this.cardLocks.keep(this.#snapshotOf(config, 0).backends.values(), manner);
  }

  /** Before any door is open: the first request is to be counted where the others are. */
  async shareCounts({ daemon }: Config): Promise<void> {
    if (daemon.redis === undefined) return;
    this.shared = await connectShared(daemon.redis, this);
    this.#sharedAllowances = shareAllowances(this.shared, daemon.redis, this);
    this.allowances = this.#sharedAllowances;
    this.rates = new SharedRates(this.shared, daemon.redis);
    this.sharedAnswers = new SharedAnswers(this.shared);
  }

  /** Until this is done nobody is let onto a card that replicas share. */
  async shareCards({ daemon, backends }: Config): Promise<void> {
    if (daemon.redis === undefined) return;
    this.custodian = await custodianOf(daemon.redis.url, this);
    this.custodian.watch(sharedGroups(backends));
  }

  /** Starts everything that happens by itself, once the doors are open. */
  begin(): void {
    this.watch.watch(this.#snapshot.backends.values(), this.#snapshot.config.daemon.health);
    this.everySecond(() => this.calls.sweep(this.clock.monotonicMs()));
    this.everySecond(() => void this.arbiter.watch());
    const workChecks = new WorkChecks(this);
    this.everySecond(() => workChecks.sweep());
    this.everySecond(() => this.cardLocks.sweep((name) => this.arbiter.isWorking(name)));
    this.everySecond(() => this.pictures.sweep());
    this.everySecond(() => this.#keyCalendar.sweep(this.#snapshot.config));
    this.everySecond(() => this.keeping.sweep());
    this.everySecond(() => this.underWay.sweep());
    this.keeper.watch(this.#snapshot.backends.values());
    this.arbiter.begin();
    this.#stopSweeping = this.clock.every(1_000, () => {
      for (const sweep of this.#sweeps) sweep();
    });
    // Fifty milliseconds of reading that neither the start nor the first call should pay for.
    const mayBuy = [...this.#snapshot.backends.values()].some(({ pricing }) => pricing.useBundledList);
    if (mayBuy) this.clock.after(200, () => void this.prices.warm());
  }

  everySecond(sweep: () => void): void {
    this.#sweeps.push(sweep);
  }

  /**
   * Puts a new configuration in force, in one step: calls that have begun keep theirs, and the referee, who
   * stays the same, has the new limits before any call can come with the new names.
   */
  adopt(config: Config): Snapshot {
    const next = this.#snapshotOf(config, this.#snapshot.generation + 1);
    this.keeper.watch(next.backends.values());
    this.arbiter.reconfigure(this.#laneLimits(config.backends));
    this.custodian?.watch(sharedGroups(config.backends));
    this.#snapshot = next;
    this.#keyCalendar.tell(config);
    this.connections.keepOnly(next.backends.values());
    this.missingSurfaces.keepOnly(next.backends.values());
    this.watch.watch(next.backends.values(), config.daemon.health);
    this.routing.keepOnly(new Set(next.backends.keys()));
    this.allowances.keepOnly(new Set(config.apps.filter(hasAllowances).map(({ appId }) => appId)));
    this.rates.keepOnly(appsWithRate(config), config.daemon.rateLimit !== undefined);
    return next;
  }

  /** Ends every call that is still under way; the drain is over. */
  endAllCalls(): void {
    this.calls.endAll(
      new GatewayError('shutting_down', 'Sluice is shutting down; send the request again shortly.'),
    );
  }

  /** Lets go of everything; the ledger is written first. */
  async close(): Promise<void> {
    this.#stopSweeping?.();
    this.watch.stop();
    this.keeper.stop();
    await this.custodian?.stop();
    await this.#sharedAllowances?.stop();
    this.shared?.close();
    await this.connections.destroy();
    await this.ledger.stop();
    await this.keeping.stop();
    this.underWay.close();
    this.#keepLessons();
    this.database.close();
    this.cardLocks.releaseAll();
    await this.traces.close();
  }

  /** Estimates only: a full disk costs a lesson, not the stop. */
  #keepLessons(): void {
    try {
      this.estimator.save(this.database);
    } catch (thrown) {
      this.log.warn('what was learned about tokens could not be written', { error: thrown });
    }
  }

  #laneLimits(backends: Config['backends']): LaneLimits {
    return laneLimitsOf(backends, undefined, this.#options.loaded.config.daemon.redis !== undefined);
  }

  #snapshotOf(config: Config, generation: number): Snapshot {
    const providerByType = (type: string) => this.#options.catalog.byType(type);
    return takeSnapshot(config, providerByType, this.watch.models, generation, this.clock.nowMs());
  }

  #takeDiscovered(): void {
    this.#snapshot = withDiscovered(this.#snapshot, this.watch.models);
  }
}

function appsWithRate({ apps }: Config): Set<string> {
  return new Set(apps.filter(({ rateLimit }) => rateLimit !== undefined).map(({ appId }) => appId));
}

function oldSystems(compat: readonly string[]) {
  return compat.filter((system) => system === 'ai-gateway' || system === 'selfhosted');
}
