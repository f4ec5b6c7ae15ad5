import type { JsonObject } from '../model/json.ts';
import type { Operation } from '../model/operation.ts';
import type { PicturePreset } from '../model/picture-preset.ts';
import type { Secret } from '../model/secret.ts';

/** How long is waited for what; of the daemon, and of a backend that has its own. */
export interface Timeouts {
  readonly connectMs: number;
  readonly firstByteMs: number;
  readonly idleMs: number;
  readonly slowClientMs: number;
  readonly totalMs: number;
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
  readonly timeouts: Partial<Timeouts>;
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
