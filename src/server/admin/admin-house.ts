import type { Config } from '../../config/config.ts';
import type { Operation } from '../../model/operation.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type {
  Check,
  Explanation,
  LiveReport,
  ModelLine,
  ReloadResult,
  RunningReport,
  StatusReport,
} from './admin-api.ts';
import type { AppsHouse } from './apps-house.ts';
import type { BackendTest } from './backends-api.ts';
import type { LoginDesk } from './login/login-desk.ts';
import type { MetricValue, PerModelMetric, UsageGrouping, UsageReport } from './usage-api.ts';

/**
 * What the admin endpoints need from the house, and no more: they show state and pass on orders, they take no
 * part. Every question is answered from memory or from one query of the ledger; none may wait for a backend.
 */
export interface AdminHouse {
  readonly version: string;
  readonly log: Pick<Logger, 'info' | 'warn'>;

  /** The snapshot in force. Access rules are read from it on every request, so a reload changes them at once. */
  config(): Config;
  /** The same for people: secrets masked, and where each value came from. */
  describeConfig(): unknown;

  /** Config loaded, ledger open, not draining, some backend not known to be down. Must never throw or wait. */
  checks(): HouseChecks;
  status(): StatusReport;
  live(): LiveReport;
  running(): RunningReport;
  models(): readonly ModelLine[];
  explain(question: ExplainQuestion): Explanation;

  readonly apps: AppsHouse;
  readonly logins: LoginDesk;

  usage(query: UsageQuery): UsageReport | Promise<UsageReport>;
  usagePerModel(metric: PerModelMetric): readonly MetricValue[] | Promise<readonly MetricValue[]>;
  /** undefined = `metrics.enabled: false`. */
  metricsText(): Promise<MetricsText> | MetricsText | undefined;

  /** Never throws for a bad configuration: that is `refused`, with its complaints. */
  reload(): Promise<ReloadResult>;
  /** Begins the drain and returns at once. */
  shutdown(): void;
  /** Ends a waiting or running request; false = no request with that id is under way. */
  cancel(requestId: string): boolean;
  /** Tries a backend, with one token of `model` or of one it has; undefined = there is no such backend. */
  testBackend(backend: string, model: string | undefined): Promise<BackendTest | undefined>;
  /** Has a model unloaded as soon as nobody uses it; says from how many groups. */
  unload(model: string): number;
  /** Lets nobody into the group until it is resumed; false = there is no such group. */
  drainGroup(group: string): boolean;
  resumeGroup(group: string): boolean;
}

export interface HouseChecks {
  readonly config: Check;
  readonly database: Check;
  readonly backends: Check;
  /** Unhealthy once the drain has begun. */
  readonly shutdown: Check;
}

export interface ExplainQuestion {
  readonly appId: string;
  readonly model: string;
  readonly operation: Operation;
}

export interface UsageQuery {
  readonly appId: string | undefined;
  /** Inclusive; undefined = from the beginning. */
  readonly sinceMs: number | undefined;
  /** Exclusive; undefined = until now. */
  readonly untilMs: number | undefined;
  readonly groupBy: readonly UsageGrouping[];
}

export interface MetricsText {
  readonly contentType: string;
  readonly body: string;
}
