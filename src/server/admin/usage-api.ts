/** What travels when somebody asks what was used. Types only, in the spelling of the wire. */

/** Costs are in units of `currency`, not in micro-units. */
export interface Sums {
  readonly requests: number;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly cost: number;
  /** Sum over the requests. */
  readonly latency_ms: number;
}

export type UsageGrouping = 'app' | 'model' | 'backend' | 'day' | 'hour';

/** `GET /stats/usage` and `GET /admin/api/usage`, from the ledger. */
export interface UsageReport {
  readonly app_id: string | null;
  readonly since: string | null;
  readonly until: string | null;
  readonly group_by: readonly UsageGrouping[];
  /** `own`: these are the requests of this replica alone; `all`: of all that write to the same PostgreSQL. */
  readonly replicas: 'own' | 'all';
  /** Why it is not `all` although it should be. */
  readonly notice?: string;
  readonly totals: UsageSums;
  readonly rows: readonly UsageRow[];
}

export interface UsageSums extends Sums {
  readonly errors: number;
  /** `mixed` when there are several; then no cost is added up. */
  readonly currency: string;
  /** Requests whose model has no price: counted at 0, and said so. */
  readonly unpriced_requests: number;
  /** Answers that came from the cache; their tokens are among those above. */
  readonly cache_hits: number;
}

/** The members that were grouped by are present; '' is what has no name. */
export interface UsageRow extends UsageSums {
  readonly app_id?: string;
  readonly model?: string;
  readonly backend?: string;
  /** `2026-11-20`, UTC. */
  readonly day?: string;
  /** `2026-11-20T14:00Z`. */
  readonly hour?: string;
}

export type PerModelMetric = 'requests' | 'tokens' | 'time';

/** One line of `GET /stats/usagepermodel/…`: `metric` is the model's name (row 000-81); time in seconds. */
export interface MetricValue {
  readonly metric: string;
  readonly value: number;
}
