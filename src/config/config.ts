import type { JsonObject } from '../model/json.ts';
import type { MicroUnits } from '../model/money.ts';
import type { Operation } from '../model/operation.ts';
import type { PicturePreset } from '../model/picture-preset.ts';
import type { Secret } from '../model/secret.ts';

/**
 * The configuration as the house uses it: read, checked, every reference resolved, every default filled in,
 * frozen. Keys keep the names of contract 4 in camel case, with the unit last. Nothing here is optional that
 * has a default. Secrets are `Secret`s, so that a Config may be printed.
 */
export interface Config {
  readonly daemon: DaemonConfig;
  readonly apps: readonly AppConfig[];
  readonly backends: BackendsConfig;
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
  readonly redis:
    | {
        readonly url: Secret;
        /** While it is gone: count in each process for itself, or let nobody in who is to be counted. */
        readonly onStoreLoss: 'local' | 'fail_closed';
      }
    | undefined;
  /** `circuit_breaker`. */
  readonly breaker: {
    readonly failureThreshold: number;
    readonly resetMs: number;
    readonly halfOpenMax: number;
  };
  /** `intervalMs` undefined: as is usual for the kind of backend. */
  readonly health: { readonly intervalMs: number | undefined; readonly timeoutMs: number };
  readonly retry: { readonly attempts: number; readonly withinMs: number; readonly budget: number };
  readonly timeouts: {
    readonly connectMs: number;
    readonly firstByteMs: number;
    readonly idleMs: number;
    readonly slowClientMs: number;
    readonly totalMs: number;
  };
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

export interface BackendsConfig {
  /** Fully resolved: following chains is done, cycles are refused. */
  readonly aliases: ReadonlyMap<string, string>;
  readonly fallbacks: ReadonlyMap<string, readonly string[]>;
  readonly groups: ReadonlyMap<string, SequenceGroup>;
  /** In file order; inline per-app backends come last. */
  readonly list: readonly BackendConfig[];
}

export interface SequenceGroup {
  readonly name: string;
  readonly description: string;
  readonly mode: 'serial' | 'swap' | 'sets';
  readonly capacityVramMib: number | undefined;
  /** Undefined: nobody is passed for the sake of a model that is loaded. */
  readonly affinity: { readonly batchMax: number; readonly holdMaxMs: number } | undefined;
  /** Undefined: as the mode has it. */
  readonly unloadOnSwitch: boolean | undefined;
  readonly queueMax: number;
  readonly queuePerAppMax: number;
  readonly queueWaitMaxMs: number;
  /** Where replicas share it and cannot reach `redis.url`: let nobody in, or go on as if there were no other. */
  readonly onStoreLoss: 'fail_closed' | 'local';
  /** One request may keep its turn for so long; `Infinity`: for ever. */
  readonly heldMaxMs: number;
  /** What streams are sent while they wait. */
  readonly keepalive: Keepalive;
  /** So long they are sent nothing at all. */
  readonly headerHoldMs: number;
}

export type Keepalive = 'comment' | 'delta' | 'none';

export interface BackendConfig {
  readonly name: string;
  readonly type: string;
  /** Without a trailing slash; undefined = the provider's own. */
  readonly baseUrl: string | undefined;
  readonly apiKey: Secret | undefined;
  readonly headers: ReadonlyMap<string, Secret>;
  readonly sequenceGroup: string | undefined;
  readonly concurrency: number;
  readonly models: ReadonlyMap<string, ModelConfig>;
  /** Per operation: exact names and globs; an operation that is absent is not served, unless the whole map is undefined. */
  readonly supports: ReadonlyMap<Operation, readonly string[]> | undefined;
  /** List the backend's own models and serve them. */
  readonly autoModels: boolean;
  /** How it is probed; what is undefined is as the daemon has it, or as its type wants it. */
  readonly health: {
    readonly path: string | undefined;
    readonly intervalMs: number | undefined;
    readonly timeoutMs: number | undefined;
    /** Asked for one token, so often. */
    readonly model: string | undefined;
    readonly modelIntervalMs: number | undefined;
  };
  /** Its share among equals; undefined: they are asked in file order. */
  readonly weight: number | undefined;
  readonly priority: number;
  readonly timeouts: Partial<DaemonConfig['timeouts']>;
  readonly tls: { readonly caFile: string | undefined; readonly insecure: boolean };
  readonly cost: CostConfig | undefined;
  readonly quirks: Readonly<Record<string, unknown>>;
  readonly residency: ResidencyConfig;
  /** Undefined: the operator said nothing, and translation does what it can. */
  readonly responsesShim: ResponsesShim | undefined;
  /** How it makes pictures; undefined: the operator said nothing. */
  readonly pictures?: PicturePreset | undefined;
  /** Only this app may use it: an inline per-app backend. */
  readonly onlyForApp: string | undefined;
}

/** How the memory of a backend in a group is managed. */
export interface ResidencyConfig {
  /** What is done about models that somebody else loaded, before one of the group's is. */
  readonly foreign: 'warn' | 'unload' | 'refuse';
  readonly settleMs: number;
  readonly loadMaxMs: number;
  readonly sleepLevel: 1 | 2;
  readonly commands: MemoryCommands;
}

/** Shell commands in the place of what the type of a backend knows of its memory. */
export interface MemoryCommands {
  readonly loaded: string | undefined;
  readonly load: string | undefined;
  readonly unload: string | undefined;
  readonly busy: string | undefined;
  readonly withinMs: number;
}

/** How questions of the Responses API are put to a backend without that API (predecessors 000-66). */
export interface ResponsesShim {
  readonly isEnabled: boolean;
  /** What they are translated into; `responses`: they are not. */
  readonly operation: 'chat' | 'completions' | 'responses';
  /** Hosted tools are refused; else they are left out with a warning. */
  readonly refusesHostedTools: boolean;
  readonly systemMessagesFirst: boolean;
  readonly joinsSystemMessages: boolean;
  /** What messages may hold; undefined = anything. */
  readonly modalities: ReadonlySet<Modality> | undefined;
  readonly attachmentBytesMax: number | undefined;
}

export type Modality = 'text' | 'image' | 'audio' | 'file';

export interface ModelConfig {
  readonly concurrency: number | undefined;
  readonly vramMib: number | undefined;
  /** Undefined: never. */
  readonly unloadAfterMs: number | undefined;
  /** Load it while nothing else is to be done. */
  readonly isWarm: boolean;
  readonly aliases: readonly string[];
  /** Longer questions are refused; undefined = the backend itself refuses what is too long. */
  readonly inputTokensMax: number | undefined;
  readonly outputTokensMax: number | undefined;
  /** How it is loaded; undefined = nobody said. */
  readonly loadOptions: JsonObject | undefined;
  /** What becomes of clients' options that would load it otherwise. */
  readonly loadOptionsPolicy: 'pin' | 'max' | 'pass';
  /** How it makes pictures, where that differs from the others of the backend. */
  readonly pictures?: PicturePreset | undefined;
}

export interface CostConfig {
  readonly currency: string;
  readonly default: ModelPrice | undefined;
  readonly models: ReadonlyMap<string, ModelPrice>;
}

/** Units of currency per million tokens, per image, per request, per minute of sound that was heard. */
export interface ModelPrice {
  readonly promptPerMillion: number;
  readonly completionPerMillion: number;
  readonly cachedPromptPerMillion: number | undefined;
  readonly perImage: number;
  readonly perRequest: number;
  /** Absent: nothing. */
  readonly perAudioMinute?: number | undefined;
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
