import type { BackendConfig, BackendsConfig, ModelConfig } from '../../config/config.ts';
import { canonicalJson } from '../../model/canonical-json.ts';

/**
 * What a call must say to be let in, made anew each time it enters. Built by the caller from the configuration the
 * call began with, who knows it again by the object: whatever is told of a request is told with this very one.
 */
export interface LaneRequest {
  /** Chosen by the client perhaps, so not necessarily unique: it is shown, and looked up, but nothing is keyed by it. */
  readonly requestId: string;
  readonly appId: string;
  /** Name of the backend. */
  readonly backend: string;
  /** The model as the backend knows it. */
  readonly model: string;
  /** The backend's sequence group in the caller's configuration, which a reload may already have replaced. */
  readonly group?: string | undefined;
  /** The client's own patience, if it told us; never lengthens the lane's. */
  readonly waitMaxMs?: number | undefined;
  /** 0..9, higher first; 5 if absent. */
  readonly priority?: number | undefined;
  /** The app's share beside other apps; 1 if absent. */
  readonly weight?: number | undefined;
}

/** How many may wait, for how long, and how long one may keep its turn. `Infinity` means without limit. */
export interface QueueLimits {
  readonly queueMax: number;
  readonly queuePerAppMax: number;
  readonly queueWaitMaxMs: number;
  /** From being let in to the end; absent: for ever. Not `AffinityLimits.holdMaxMs`. */
  readonly heldMaxMs?: number | undefined;
}

/**
 * serial: one request at a time. swap: one model at a time, with as many requests as it takes. sets: models beside
 * one another while their declared memory fits the card.
 */
export type GroupMode = 'serial' | 'swap' | 'sets';

export interface AffinityLimits {
  /** How many requests in a row may pass somebody who waits for another model. */
  readonly batchMax: number;
  /** How long somebody who waits for another model may be passed. */
  readonly holdMaxMs: number;
}

export interface GroupLimits extends QueueLimits {
  /** `serial` if absent. */
  readonly mode?: GroupMode | undefined;
  readonly capacityVramMib?: number | undefined;
  /** Absent: nobody is passed for the sake of a model that is loaded. */
  readonly affinity?: AffinityLimits | undefined;
  /** Replicas take turns at it: it begins elsewhere, until this one is given it. */
  readonly isShared?: boolean | undefined;
  /** Unload a model before the next is loaded. Absent: in `swap` and `sets`. */
  readonly unloadOnSwitch?: boolean | undefined;
}

/** What the referee may know about a model, beyond how many requests it takes. */
export interface ModelFacts {
  readonly vramMib?: number | undefined;
  /** Canonical JSON. */
  readonly loadOptions?: string | undefined;
  readonly unloadAfterMs?: number | undefined;
  /** Load it while nothing else is to be done. */
  readonly isWarm?: boolean | undefined;
}

export interface BackendLimits {
  readonly group?: string | undefined;
  readonly concurrency: number;
  /** Only models with a limit of their own. */
  readonly models: ReadonlyMap<string, number>;
  /** For models without one, in a group that knows models; absent: only the backend's own limit. */
  readonly concurrencyPerModel?: number | undefined;
  readonly facts?: ReadonlyMap<string, ModelFacts> | undefined;
  /** How long whoever loads and unloads here may be silent about an order; absent: as long as is usual. */
  readonly answers?: AnswerLimits | undefined;
}

/** After so long an order to the keeper counts as lost. Generous: the keeper keeps the real time limits. */
export interface AnswerLimits {
  readonly loadMaxMs: number;
  readonly unloadMaxMs: number;
}

/** What the referee needs to know of a configuration, and nothing else of it. */
export interface LaneLimits {
  readonly groups: ReadonlyMap<string, GroupLimits>;
  readonly backends: ReadonlyMap<string, BackendLimits>;
  /** For backends without a group. */
  readonly ungrouped: QueueLimits;
}

/** Backends without a group have no queue keys of their own (contract 4.3), so they share a group's defaults. */
export const ungroupedQueueLimits: QueueLimits = {
  queueMax: 64,
  queuePerAppMax: 16,
  queueWaitMaxMs: 120_000,
  heldMaxMs: 1_800_000,
};

/** @param isShared replicas take turns at the groups. */
export function laneLimitsOf(
  config: BackendsConfig,
  ungrouped: QueueLimits = ungroupedQueueLimits,
  isShared = false,
): LaneLimits {
  const backends = new Map<string, BackendLimits>();
  for (const backend of config.list) {
    const mode = config.groups.get(backend.sequenceGroup ?? '')?.mode ?? 'serial';
    backends.set(backend.name, mode === 'serial' ? limitsOf(backend) : limitsPerModel(backend));
  }
  const groups: ReadonlyMap<string, GroupLimits> = isShared ? shared(config.groups) : config.groups;
  return { groups, backends, ungrouped };
}

function shared(groups: BackendsConfig['groups']): ReadonlyMap<string, GroupLimits> {
  return new Map([...groups].map(([name, group]) => [name, { ...group, isShared: true }]));
}

function limitsOf({ sequenceGroup, concurrency, models, residency }: BackendConfig): BackendLimits {
  const limited = new Map<string, number>();
  const facts = new Map<string, ModelFacts>();
  for (const [name, model] of models) {
    if (model.concurrency !== undefined) limited.set(name, model.concurrency);
    const known = factsOf(model);
    if (sequenceGroup !== undefined && Object.keys(known).length > 0) facts.set(name, known);
  }
  const common = { group: sequenceGroup, concurrency, models: limited };
  if (sequenceGroup === undefined) return common;
  return { ...common, answers: answersOf(residency), ...(facts.size > 0 && { facts }) };
}

/**
 * Before a load its runtime may have to come up, others of the group may have to go, and another order may be under way
 * there.
 */
function answersOf({ loadMaxMs, settleMs, commands }: BackendConfig['residency']): AnswerLimits {
  const unloadMaxMs = 60_000 + 2 * settleMs + 4 * commands.withinMs;
  return { loadMaxMs: 2 * loadMaxMs + 2 * unloadMaxMs, unloadMaxMs: loadMaxMs + unloadMaxMs };
}

function factsOf({ vramMib, unloadAfterMs, loadOptions, isWarm }: ModelConfig): ModelFacts {
  return {
    ...(vramMib !== undefined && { vramMib }),
    ...(unloadAfterMs !== undefined && { unloadAfterMs }),
    ...(loadOptions !== undefined && { loadOptions: canonicalJson(loadOptions) }),
    ...(isWarm && { isWarm }),
  };
}

/** Where models come and go, `concurrency` is that of each: what a backend may do in sum, the card decides. */
function limitsPerModel(backend: BackendConfig): BackendLimits {
  const limits = limitsOf(backend);
  return { ...limits, concurrency: Number.POSITIVE_INFINITY, concurrencyPerModel: limits.concurrency };
}
