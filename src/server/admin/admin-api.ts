import type { Sums } from './usage-api.ts';

/**
 * What travels between the daemon and those who ask it about itself: the command line, and later the dashboard.
 * Types only, in the spelling of the wire (snake case, times in ISO 8601 UTC), so that both clients of the admin
 * API may import this page and nothing else of the server.
 */

/** Every refusal of the admin API. */
export interface AdminErrorBody {
  readonly error: {
    readonly code: string;
    readonly message: string;
    /** All that is wrong with what was sent. */
    readonly complaints?: readonly ComplaintLine[];
  };
}

/** One complaint about the configuration; `file:line:column key: message` when printed. */
export interface ComplaintLine {
  readonly severity: 'error' | 'warning';
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly key: string;
  readonly message: string;
}

/** `POST /admin/reload`: 200 when `reloaded`, 422 when `refused` (the old configuration stays in force). */
export interface ReloadResult {
  readonly status: 'reloaded' | 'refused';
  readonly at: string;
  /** Of the configuration now in force; the first one is 1. */
  readonly generation: number;
  /** Errors when refused; warnings otherwise. */
  readonly complaints: readonly ComplaintLine[];
  /** Keys whose new value is only taken up by a restart, e.g. `listen.port`. */
  readonly needs_restart: readonly string[];
}

/** `POST /admin/shutdown`. */
export interface ShutdownAnswer {
  readonly status: 'shutting_down';
}

/** `GET /admin/api/status`. */
export interface StatusReport {
  readonly status: 'running' | 'draining';
  readonly version: string;
  readonly node: string;
  readonly pid: number;
  readonly started_at: string;
  readonly uptime_s: number;
  readonly addresses: readonly string[];
  readonly admin_addresses: readonly string[];
  readonly config: {
    readonly path: string;
    readonly generation: number;
    readonly loaded_at: string;
    readonly age_s: number;
    /** null = nobody has asked for a reload yet. */
    readonly last_reload: ReloadResult | null;
  };
  readonly apps: number;
  readonly running: number;
  readonly queued: number;
  readonly database: DatabaseLine;
  readonly backends: readonly BackendLine[];
  readonly lanes: readonly LaneLine[];
  /** What replicas share (`redis.url`); null = this daemon shares nothing. */
  readonly redis: SharedLine | null;
}

/** While it is down the daemon counts for itself alone. */
export interface SharedLine {
  readonly state: 'up' | 'down';
  readonly last_error: string | null;
}

export interface DatabaseLine {
  /** null = entries are kept in the SQLite file alone. */
  readonly postgres: {
    readonly state: 'connecting' | 'well' | 'unreachable' | 'refused';
    readonly why: string | null;
    readonly since: string;
  } | null;
  /** Entries that have not arrived where they should be. */
  readonly waiting: number;
}

export interface BackendLine {
  readonly name: string;
  readonly type: string;
  readonly group: string | null;
  readonly base_url: string | null;
  /** `unknown` until it was first asked. */
  readonly state: 'up' | 'down' | 'unknown';
  readonly running: number;
  readonly concurrency: number;
  readonly last_error: string | null;
  /** When it was last probed; null: not yet, or never. */
  readonly checked_at: string | null;
}

/** The queue before a group, or before a backend outside every group. */
export interface LaneLine {
  readonly name: string;
  readonly kind: 'group' | 'backend';
  readonly mode: string;
  readonly description: string;
  readonly running: number;
  readonly slots: number;
  readonly queued: number;
  /** null = no limit. */
  readonly queue_max: number | null;
  /** Of the ticket that has waited longest; 0 when nobody waits. */
  readonly oldest_wait_ms: number;
  /** An operator lets nobody in. */
  readonly draining: boolean;
  /** The models on the card of a group, by our own books. */
  readonly loaded: readonly LoadedModel[];
  /** Models its backends say they hold that nobody loaded through us. */
  readonly strangers: readonly { readonly backend: string; readonly model: string }[];
}

export interface LoadedModel {
  readonly backend: string;
  readonly model: string;
  readonly state: string;
  /** In this state for so long. */
  readonly for_ms: number;
  /** Requests it is serving. */
  readonly in_use: number;
  /** Requests that wait for it. */
  readonly waiting: number;
  /** null = not declared. */
  readonly vram_mib: number | null;
}

/** A request that is waiting or being served at this moment. */
export interface RunningCall {
  readonly request_id: string;
  readonly app_id: string;
  readonly operation: string;
  readonly model: string;
  readonly backend: string | null;
  readonly lane: string | null;
  readonly state: 'queued' | 'running';
  /** 1 = next; null when running. */
  readonly position: number | null;
  /** A sentence on what it waits for; null when running. */
  readonly why: string | null;
  /** How much longer it will probably wait; null when running, or while nothing has been measured. */
  readonly eta_ms: number | null;
  readonly stream: boolean;
  /** Time in the queue so far, or all of it once running. */
  readonly queued_ms: number;
  readonly running_ms: number;
}

/** `GET /admin/api/running`. */
export interface RunningReport {
  readonly lanes: readonly LaneLine[];
  readonly requests: readonly RunningCall[];
}

/** `POST /admin/api/cancel/{request_id}`; 404 when no such request is known. */
export interface CancelAnswer {
  readonly status: 'cancelled';
  readonly request_id: string;
}

/** `POST /admin/api/models/{model}/unload`; 404 when no group has it loaded. */
export interface UnloadAnswer {
  /** It goes as soon as nobody uses it, and no request keeps it meanwhile. */
  readonly status: 'unloading';
  readonly model: string;
  /** From so many groups. */
  readonly groups: number;
}

/** `POST /admin/api/groups/{group}/drain` and `/resume`; 404 when there is no such group. */
export interface GroupAnswer {
  /** draining: nobody new is let in, who runs ends, who waits goes on waiting. */
  readonly status: 'draining' | 'resumed';
  readonly group: string;
}

/** `GET /stats/live` (row 000-80). */
export interface LiveReport {
  readonly at: string;
  readonly per_backend: Readonly<Record<string, LiveBackend>>;
  readonly per_group: Readonly<Record<string, LiveLane>>;
  readonly per_app: Readonly<Record<string, LiveApp>>;
  /** Every lane with who is in it, groups first. */
  readonly lanes: readonly (LaneLine & { readonly requests: readonly RunningCall[] })[];
}

export interface LiveBackend extends Sums {
  readonly running: number;
  /** `running` and `queue_len` under the names of the predecessor. */
  readonly in_flight: number;
  readonly queue_len: number;
  readonly state: BackendLine['state'];
}

export interface LiveLane {
  readonly running: number;
  readonly queued: number;
  /** `queued` under the name of the predecessor. */
  readonly queue_len: number;
}

export interface LiveApp extends Sums {
  readonly running: number;
  readonly queued: number;
}

/** `GET /admin/api/models`. */
export interface ModelsReport {
  readonly models: readonly ModelLine[];
}

export interface ModelLine {
  readonly id: string;
  readonly backends: readonly string[];
  readonly operations: readonly string[];
  readonly aliases: readonly string[];
}

/** `GET /admin/api/explain?app=&model=&operation=`: who would serve this, in what order, and why not the others. */
export interface Explanation {
  readonly app_id: string;
  readonly operation: string;
  readonly asked_model: string;
  /** After aliases and defaults; null when nothing was named and the app has no default. */
  readonly resolved_model: string | null;
  readonly verdict: {
    readonly is_allowed: boolean;
    /** The code a client would see, e.g. `model_not_allowed`; null when allowed. */
    readonly code: string | null;
    readonly reason: string;
  };
  /** In the order they would be tried. */
  readonly candidates: readonly ExplainedBackend[];
  readonly excluded: readonly ExplainedBackend[];
}

export interface ExplainedBackend {
  readonly backend: string;
  readonly model: string;
  readonly why: string;
}

/** `GET /readyz` and friends. */
export interface Check {
  readonly healthy: boolean;
  readonly message: string;
}

export interface ReadinessReport {
  readonly status: 'ready' | 'not_ready';
  readonly checks: Readonly<Record<string, Check>>;
}

/** `GET /health`. */
export interface HealthReport {
  readonly status: 'ok' | 'down';
  readonly timestamp: string;
  readonly version: string;
  readonly backend_ok: boolean;
  readonly checks: Readonly<Record<string, Check>>;
}
