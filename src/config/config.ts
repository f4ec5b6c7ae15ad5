import type { MicroUnits } from '../model/money.ts';
import type { Secret } from '../model/secret.ts';
import type { BackendsConfig, Keepalive, Timeouts } from './backends-config.ts';

export type {
  BackendConfig,
  BackendsConfig,
  CostConfig,
  Keepalive,
  MemoryCommands,
  Modality,
  ModelConfig,
  ModelPrice,
  ResidencyConfig,
  ResponsesShim,
  SequenceGroup,
  Timeouts,
} from './backends-config.ts';

/**
 * The configuration as the house uses it: read, checked, every reference resolved, every default filled in,
 * frozen. Keys keep the names of contract 4 in camel case, with the unit last. Nothing here is optional that
 * has a default. Secrets are `Secret`s, so that a Config may be printed.
 */
export interface Config {
  readonly daemon: DaemonConfig;
  readonly apps: readonly AppConfig[];
  readonly backends: BackendsConfig;
  /** Also where no app has a key: there are apps, though they may not be in force. */
  readonly isKeyDemanded: boolean;
}

export interface DaemonConfig {
  readonly listen: {
    readonly hostV4: string | undefined;
    readonly hostV6: string | undefined;
    readonly port: number;
    readonly unixSocket: string | undefined;
    /** File mode, e.g. 0o660. */
    readonly unixSocketMode: number;
    readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined;
    /** CIDRs, and perhaps the word `unix`. */
    readonly trustedProxies: readonly string[];
  };
  readonly admin: {
    /** `host:port`, `[v6]:port`, or the path of a socket. */
    readonly bind: readonly string[];
    readonly onMain: boolean;
    readonly statsNetworks: readonly string[];
    readonly dashboard: boolean;
    /** Hex of the SHA-256 of the admin token. */
    readonly tokenHash: string | undefined;
  };
  readonly metrics: {
    readonly enabled: boolean;
    readonly username: string | undefined;
    readonly password: Secret | undefined;
    readonly compat: readonly string[];
  };
  readonly logging: {
    readonly level: 'debug' | 'info' | 'warn' | 'error';
    readonly format: 'json' | 'text';
    readonly file: string | undefined;
    readonly accessLog: boolean;
    readonly redactPrompts: boolean;
  };
  readonly database: DatabaseConfig;
  /** Where several replicas agree; undefined: this one is alone. */
  readonly redis: RedisConfig | undefined;
  /** `circuit_breaker`. */
  readonly breaker: {
    readonly failureThreshold: number;
    readonly resetMs: number;
    readonly halfOpenMax: number;
  };
  /** `intervalMs` undefined: as is usual for the kind of backend. */
  readonly health: { readonly intervalMs: number | undefined; readonly timeoutMs: number };
  readonly retry: { readonly attempts: number; readonly withinMs: number; readonly budget: number };
  readonly timeouts: Timeouts;
  readonly limits: {
    readonly bodyBytesMax: number;
    readonly decompressedBytesMax: number;
    readonly jsonDepthMax: number;
    readonly eventBytesMax: number;
    readonly connectionsMax: number;
  };
  readonly cors: { readonly origins: readonly string[]; readonly credentials: boolean };
  /** The backend that serves models nobody else has. */
  readonly defaultBackend: string | undefined;
  readonly reload: { readonly enableSighup: boolean; readonly watch: boolean };
  readonly shutdown: { readonly drainMs: number };
  /** `itemsMax` and `bytesMax` hold for all apps together. */
  readonly cache: CacheConfig & { readonly itemsMax: number; readonly bytesMax: number };
  /** Defaults for apps that set none. */
  readonly costLimit: CostLimit | undefined;
  readonly rateLimit: RateLimit | undefined;
  /** Undefined: nothing of it is set. For apps that do not set a key of it themselves. */
  readonly quota: Quota | undefined;
}

export interface RedisConfig {
  readonly url: Secret;
  /** PEM files, for `rediss://`. */
  readonly tls: {
    readonly caFile: string | undefined;
    readonly certFile: string | undefined;
    readonly keyFile: string | undefined;
  };
  /** They say where the primary is, whose name is the host of `url`. None: `url` says it. */
  readonly sentinels: readonly { readonly host: string; readonly port: number }[];
  readonly sentinelUsername: string | undefined;
  readonly sentinelPassword: Secret | undefined;
  /** While it is gone: count in each process for itself, or let nobody in who is to be counted. */
  readonly onStoreLoss: 'local' | 'fail_closed';
}

export interface DatabaseConfig {
  /** The SQLite file there always is. */
  readonly path: string;
  /** Where its entries go besides. */
  readonly postgres: PostgresConfig | undefined;
  /** Undefined: requests are kept for ever. */
  readonly retentionDays: number | undefined;
}

export interface PostgresConfig {
  /** Or the directory of its socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly username: string;
  readonly password: Secret | undefined;
  readonly sslMode: 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';
  readonly sslCert: string | undefined;
  readonly sslKey: string | undefined;
  readonly sslCa: string | undefined;
  readonly poolSize: number;
  /** A connection is replaced after so many. */
  readonly queriesMax: number;
  /** 0 = idle connections are kept. */
  readonly idleMs: number;
  readonly connectTimeoutMs: number;
  readonly commandTimeoutMs: number;
}

export interface AppConfig {
  readonly appId: string;
  readonly name: string;
  readonly description: string;
  readonly active: boolean;
  readonly keys: readonly AppKey[];
  readonly jwt: JwtConfig | undefined;
  readonly policy: { readonly allow: readonly string[]; readonly deny: readonly string[] };
  readonly defaultModel: string | undefined;
  /** Tried in order when the model asked for fails; before those of `fallbacks`. */
  readonly fallbackModels: readonly string[];
  /** Name of the only backend this app may be served by (an inline one gets the name `app:<app_id>`). */
  readonly backend: string | undefined;
  readonly systemPrompt: string | undefined;
  /** 0..9, higher first. */
  readonly priority: number;
  readonly weight: number;
  /** What its streams are sent while they wait; undefined: as their group has it. */
  readonly keepalive: Keepalive | undefined;
  readonly cache: CacheConfig;
  /** So many requests of it at once; undefined: as many as come. */
  readonly concurrency: number | undefined;
  readonly costLimit: CostLimit | undefined;
  readonly rateLimit: RateLimit | undefined;
  /** Undefined: nothing of it is set, for the app or by the daemon. */
  readonly quota: Quota | undefined;
  readonly trace: TraceConfig | undefined;
  /** Wall time, of an app of the database: another one of its name is not it. Undefined: it stands in a file. */
  readonly madeAtMs: number | undefined;
}

/** Whether answers are kept, for how long, and for whom. */
export interface CacheConfig {
  readonly isEnabled: boolean;
  readonly ttlMs: number;
  readonly share: 'app' | 'all';
}

export interface AppKey {
  /** Hex of the SHA-256 of the key. Plain keys are hashed while the file is read and then forgotten. */
  readonly hash: string;
  readonly name: string | undefined;
  readonly expiresAtMs: number | undefined;
}

export interface JwtConfig {
  readonly publicKeyPem: string | undefined;
  readonly secret: Secret | undefined;
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
}

export type CostPeriod = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'total';

export interface CostLimit {
  readonly period: CostPeriod;
  readonly limit: MicroUnits;
  readonly status: number;
  /** IANA name; calendar periods begin at its midnights. */
  readonly timezone: string;
  /** It is counted and told, but refuses nobody. */
  readonly isShadow: boolean;
}

/** How many tokens and requests an app may use; what is undefined is not limited. */
export interface Quota {
  readonly inputTokensPerDay: number | undefined;
  readonly outputTokensPerDay: number | undefined;
  readonly requestsPerDay: number | undefined;
  /** Of one request. */
  readonly maxInputTokens: number | undefined;
  /** Of one answer; a request for several may have it for each. */
  readonly maxOutputTokens: number | undefined;
}

/** At least one of the three windows is there; those that are hold together. */
export interface RateLimit {
  readonly perMinute: number | undefined;
  readonly perHour: number | undefined;
  readonly perDay: number | undefined;
  /** How many may come at once under the shortest window; undefined = all of it. Of token buckets alone. */
  readonly burst: number | undefined;
  readonly algorithm: 'token_bucket' | 'sliding_window' | 'calendar';
}

export interface TraceConfig {
  readonly file: string | undefined;
  readonly imageDir: string | undefined;
  readonly includePrompts: boolean;
  readonly includeResponse: boolean;
  readonly includeKeys: boolean;
}

/** A sentence for a human about one place in the configuration. */
export interface Complaint {
  readonly severity: 'error' | 'warning';
  /** File as given or found; `environment` for variables; `command line` for flags. */
  readonly file: string;
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** Dotted path of the key: `backends[2].type`. */
  readonly key: string;
  /** What is wrong and what to do, in one sentence. */
  readonly message: string;
}
