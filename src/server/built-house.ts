import type { Config } from '../config/config.ts';
import type { KeptAppRules } from '../config/kept-apps.ts';
import { lockDirectory } from '../config/paths.ts';
import { HadBefore } from '../decisions/accounting/had-before.ts';
import { LastSeen } from '../decisions/accounting/last-seen.ts';
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
import type { Clock } from '../model/clock.ts';
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
import { AppKeeping } from './apps/app-keeping.ts';
import { telemetryOf } from './call-telemetry.ts';
import { custodianOf, sharedGroups } from './card-custody.ts';
import { CardLocks } from './card-locks.ts';
import { EverySecond } from './every-second.ts';
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
  /** Those of the database. */
  readonly apps: AppKeeping;
  readonly appRules: KeptAppRules;
  readonly underWay: UnderWay;
  readonly hadBefore: HadBefore;
  readonly lastSeen: LastSeen;
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
  readonly #everySecond = new EverySecond();
  /** The configuration of the files, without the apps of the database. */
  #files: Config;
  #snapshot: Snapshot;

  constructor(options: StartOptions, clock: Clock) {
    const { loaded, log } = options;
    const { daemon } = loaded.config;
    this.#options = options;
    this.clock = clock;
    this.log = log;
    this.database = openDatabase(daemon.database.path, { onWarning: (sentence) => log.warn(sentence) });
    const { environment } = options;
    this.appRules = { types: options.catalog.all, env: environment, directory: loaded.directory };
    this.apps = new AppKeeping({
      ...{ database: this.database, clock, log, rules: this.appRules, postgres: daemon.database.postgres },
      onChange: () => this.#takeUpApps(),
    });
    this.#files = loaded.config;
    const config = this.apps.mergedInto(loaded.config);
    const onTrouble = (sentence: string, cause: unknown) => log.error(sentence, { error: cause });
    const onRecovery = (sentence: string) => log.info(sentence);
    this.ledger = new Ledger(this.database, { clock, onTrouble, onRecovery });
    this.underWay = new UnderWay(this.database, this.ledger, { onTrouble });
    this.hadBefore = new HadBefore(this.database, () => this.ledger.writePending());
    this.lastSeen = new LastSeen(this.database);
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
    this.keeper = new ModelKeeper({ connections: this.connections, environment }, clock, log);
    const observer = observerOf(this.metrics, log, this.calls);
    this.arbiter = new Arbiter(this.#laneLimits(config.backends), clock, observer, this.keeper);
    this.keeper.reportTo(this.arbiter);
    const holder = { pid: process.pid, configDirectory: loaded.directory };
    this.cardLocks = new CardLocks(lockDirectory(environment), holder, log);
    this.pictures = new HostedPictures(clock);
    this.missingSurfaces = new MissingSurfaces(clock);
    this.watch = new BackendWatch(this.connections, this.missingSurfaces, clock, {
      isWorking: (backend) => this.arbiter.isWorking(backend),
      onModels: () => this.#takeDiscovered(),
    });
    this.#snapshot = this.#snapshotOf(config, 1);
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

  get files(): Config {
    return this.#files;
  }

  snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** Makes sure that no other daemon is on the cards of this configuration. Throws `CardInUse`. */
  lockCards(config: Config): void {
    this.#lockCardsOf(this.#snapshotOf(this.apps.mergedInto(config), 0));
  }

  #lockCardsOf({ backends }: Snapshot): void {
    const manner = this.#options.loaded.config.daemon.redis === undefined ? 'alone' : 'together';
    this.cardLocks.keep(backends.values(), manner);
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
    this.custodian = await custodianOf(daemon.redis, this);
    this.custodian.watch(sharedGroups(backends));
  }

  /** Starts everything that happens by itself, once the doors are open. */
  begin(): void {
    this.watch.watch(this.#snapshot.backends.values(), this.#snapshot.config.daemon.health);
    const workChecks = new WorkChecks(this);
    this.everySecond(
      () => this.calls.sweep(this.clock.monotonicMs()),
      () => void this.arbiter.watch(),
      () => workChecks.sweep(),
      () => this.cardLocks.sweep((name) => this.arbiter.isWorking(name)),
      () => this.pictures.sweep(),
      () => this.#keyCalendar.sweep(this.#snapshot.config),
      () => this.keeping.sweep(),
      () => this.underWay.sweep(),
    );
    this.keeper.watch(this.#snapshot.backends.values());
    this.arbiter.begin();
    this.#everySecond.begin(this.clock);
    // Fifty milliseconds of reading that neither the start nor the first call should pay for.
    const mayBuy = [...this.#snapshot.backends.values()].some(({ pricing }) => pricing.useBundledList);
    if (mayBuy) this.clock.after(200, () => void this.prices.warm());
  }

  everySecond(...sweeps: (() => void)[]): void {
    this.#everySecond.add(...sweeps);
  }

  /**
   * Puts a new configuration of the files in force, with the apps of the database, in one step: calls that have begun
   * keep theirs, and the referee, who
   * stays the same, has the new limits before any call can come with the new names.
   */
  adopt(files: Config): Snapshot {
    this.#files = files;
    const config = this.apps.mergedInto(files);
    return this.#putInForce(this.#snapshotOf(config, this.#snapshot.generation + 1));
  }

  #putInForce(next: Snapshot): Snapshot {
    const { config } = next;
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

  /** A card that another daemon has is an error for the operator, and no reason to leave a revoked key in force. */
  #takeUpApps(): void {
    const config = this.apps.mergedInto(this.#files);
    const next = this.#snapshotOf(config, this.#snapshot.generation + 1);
    try {
      this.#lockCardsOf(next);
    } catch (thrown) {
      this.log.error('an app of the database has a backend on a card in use', { error: thrown });
    }
    this.#putInForce(next);
  }

  /** Ends every call that is still under way; the drain is over. */
  endAllCalls(): void {
    this.calls.endAll(
      new GatewayError('shutting_down', 'Sluice is shutting down; send the request again shortly.'),
    );
  }

  /** Lets go of everything; the ledger is written first. */
  async close(): Promise<void> {
    this.#everySecond.stop();
    this.watch.stop();
    this.keeper.stop();
    await this.custodian?.stop();
    await this.#sharedAllowances?.stop();
    this.shared?.close();
    await this.connections.destroy();
    await this.ledger.stop();
    await this.keeping.stop();
    await this.apps.stop();
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
