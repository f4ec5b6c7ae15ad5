import type { Config } from '../config/config.ts';
import { describeConfig } from '../config/print.ts';
import type { ModelMetric } from '../decisions/accounting/reports.ts';
import type { SharedRedis } from '../storage/redis/shared-redis.ts';
import type { Log } from '../telemetry/logger.ts';
import type {
  Check,
  DatabaseLine,
  Explanation,
  LiveReport,
  ModelLine,
  ReloadResult,
  RunningReport,
  SharedLine,
  StatusReport,
} from './admin/admin-api.ts';
import type {
  AdminHouse,
  ExplainQuestion,
  HouseChecks,
  MetricsText,
  UsageQuery,
} from './admin/admin-house.ts';
import type { AppsHouse } from './admin/apps-house.ts';
import type { BackendTest } from './admin/backends-api.ts';
import { LoginDesk } from './admin/login/login-desk.ts';
import type { MetricValue, UsageReport } from './admin/usage-api.ts';
import { AppDesk } from './apps/app-desk.ts';
import type { BuiltHouse } from './built-house.ts';
import { explainRoute } from './explain-route.ts';
import { iso } from './iso-moment.ts';
import type { LedgerKeeping } from './ledger-keeping.ts';
import { backendLines, laneLines, liveReport, runningCalls } from './live-report.ts';
import type { Reloading } from './reloading.ts';
import { testBackend } from './test-backend.ts';
import { usageReport } from './usage-report.ts';

export interface DeskFacts {
  readonly version: string;
  readonly startedAtMs: number;
  readonly addresses: () => readonly string[];
  readonly adminAddresses: () => readonly string[];
  readonly shutdown: () => void;
}

/**
 * Where the admin endpoints ask: shows the house as it is, and passes orders on. Every answer is made from
 * memory or one query of the ledger.
 */
export class AdminDesk implements AdminHouse {
  readonly version: string;
  readonly log: Log;
  readonly apps: AppsHouse;
  readonly logins: LoginDesk;
  readonly #house: BuiltHouse;
  readonly #reloading: Reloading;
  readonly #facts: DeskFacts;

  constructor(house: BuiltHouse, reloading: Reloading, facts: DeskFacts) {
    this.version = facts.version;
    this.log = house.log;
    this.apps = new AppDesk({
      keeping: house.apps,
      rules: house.appRules,
      clock: house.clock,
      log: house.log,
      config: () => house.snapshot().config,
      files: () => house.files,
      lastSeenMs: (appId) => house.lastSeen.of(appId),
    });
    this.logins = new LoginDesk({
      clock: house.clock,
      log: house.log,
      tokenHash: () => this.config().daemon.admin.tokenHash,
    });
    this.#house = house;
    this.#reloading = reloading;
    this.#facts = facts;
  }

  config(): Config {
    return this.#house.snapshot().config;
  }

  describeConfig(): unknown {
    return describeConfig(this.#reloading.loaded);
  }

  checks(): HouseChecks {
    return {
      config: healthy(`generation ${this.#house.snapshot().generation}`),
      database: this.#checkDatabase(),
      backends: this.#checkBackends(),
      shutdown: check(!this.#house.isDraining, this.#house.isDraining ? 'draining' : 'serving'),
    };
  }

  status(): StatusReport {
    const house = this.#house;
    const snapshot = house.snapshot();
    const nowMs = house.clock.nowMs();
    return {
      status: house.isDraining ? 'draining' : 'running',
      version: this.version,
      node: process.version,
      pid: process.pid,
      started_at: iso(this.#facts.startedAtMs),
      uptime_s: Math.round((nowMs - this.#facts.startedAtMs) / 1000),
      addresses: this.#facts.addresses(),
      admin_addresses: this.#facts.adminAddresses(),
      config: {
        path: this.#reloading.loaded.directory,
        generation: snapshot.generation,
        loaded_at: iso(snapshot.loadedAtMs),
        age_s: Math.round((nowMs - snapshot.loadedAtMs) / 1000),
        last_reload: this.#reloading.lastResult ?? null,
      },
      apps: snapshot.config.apps.length,
      running: house.arbiter.runningCount,
      queued: house.arbiter.waitingCount,
      database: databaseLine(house.keeping),
      backends: backendLines(house),
      lanes: laneLines(house),
      redis: sharedLine(house.shared),
    };
  }

  live(): LiveReport {
    return liveReport(this.#house);
  }

  running(): RunningReport {
    return { lanes: laneLines(this.#house), requests: runningCalls(this.#house) };
  }

  models(): readonly ModelLine[] {
    return this.#house.snapshot().routes.modelLines();
  }

  explain(question: ExplainQuestion): Explanation {
    return explainRoute(this.#house, question);
  }

  usage(query: UsageQuery): Promise<UsageReport> {
    return usageReport(this.#house, query);
  }

  usagePerModel(metric: ModelMetric): Promise<readonly MetricValue[]> {
    return this.#house.reports.perModel(metric, {}, this.#house.clock.nowMs());
  }

  metricsText(): Promise<MetricsText> | undefined {
    return this.config().daemon.metrics.enabled ? this.#readMetrics() : undefined;
  }

  async #readMetrics(): Promise<MetricsText> {
    return { contentType: this.#house.metrics.contentType, body: await this.#house.metrics.text() };
  }

  reload(): Promise<ReloadResult> {
    return this.#reloading.reload();
  }

  shutdown(): void {
    this.#facts.shutdown();
  }

  cancel(requestId: string): boolean {
    return this.#house.calls.cancel(requestId);
  }

  testBackend(backend: string, model: string | undefined): Promise<BackendTest | undefined> {
    return testBackend(this.#house, backend, model);
  }

  /** By the name a backend has for it, or an alias of that. */
  unload(model: string): number {
    const { arbiter } = this.#house;
    const target = this.config().backends.aliases.get(model);
    return arbiter.unload(model) + (target === undefined ? 0 : arbiter.unload(target));
  }

  drainGroup(group: string): boolean {
    return this.#house.arbiter.pause(group);
  }

  resumeGroup(group: string): boolean {
    return this.#house.arbiter.resume(group);
  }

  /** PostgreSQL that takes nothing is no reason to take requests elsewhere: they do not wait for it. */
  #checkDatabase(): Check {
    const { ledger, keeping } = this.#house;
    if (ledger.waitingCount > 0) return check(false, `${ledger.waitingCount} entries wait for the database`);
    const shipping = keeping.shippingState;
    if (shipping === undefined) return healthy('open');
    if (shipping.what === 'well') return healthy('open, and PostgreSQL');
    // Why, is for those who may ask for the status.
    return healthy(`open; PostgreSQL takes no entries, ${keeping.waitingCount} wait for it`);
  }

  /** Ready as long as some backend is not known to be down: one dead runtime must not take the gateway away. */
  #checkBackends(): Check {
    const names = [...this.#house.snapshot().backends.keys()];
    const down = names.filter((name) => this.#house.watch.healthOf(name).state === 'down');
    if (down.length === 0) return healthy(`${names.length} configured`);
    // Anybody may ask for readiness, so this counts and names nobody.
    return check(down.length < names.length, `${down.length} of ${names.length} down`);
  }
}

function healthy(message: string): Check {
  return { healthy: true, message };
}

function check(isHealthy: boolean, message: string): Check {
  return { healthy: isHealthy, message };
}

function databaseLine({ shippingState, waitingCount }: LedgerKeeping): DatabaseLine {
  if (shippingState === undefined) return { postgres: null, waiting: waitingCount };
  const { what, why = null, sinceMs } = shippingState;
  return { postgres: { state: what, why, since: iso(sinceMs) }, waiting: waitingCount };
}

function sharedLine(shared: SharedRedis | undefined): SharedLine | null {
  if (shared === undefined) return null;
  return { state: shared.isUp ? 'up' : 'down', last_error: shared.trouble ?? null };
}
