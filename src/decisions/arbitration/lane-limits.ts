import type { BackendsConfig } from '../../config/config.ts';

/** What a call must say to be let in. Built by the caller from the configuration the call began with. */
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
}

/** How many may wait, and for how long. `Infinity` means without limit. */
export interface QueueLimits {
  readonly queueMax: number;
  readonly queuePerAppMax: number;
  readonly queueWaitMaxMs: number;
}

export interface BackendLimits {
  readonly group?: string | undefined;
  readonly concurrency: number;
  /** Only models with a limit of their own. */
  readonly models: ReadonlyMap<string, number>;
}

/** What the referee needs to know of a configuration, and nothing else of it. */
export interface LaneLimits {
  readonly groups: ReadonlyMap<string, QueueLimits>;
  readonly backends: ReadonlyMap<string, BackendLimits>;
  /** For backends without a group. */
  readonly ungrouped: QueueLimits;
}

/** Backends without a group have no queue keys of their own (contract 4.3), so they share a group's defaults. */
export const ungroupedQueueLimits: QueueLimits = {
  queueMax: 64,
  queuePerAppMax: 16,
  queueWaitMaxMs: 120_000,
};

export function laneLimitsOf(
  config: BackendsConfig,
  ungrouped: QueueLimits = ungroupedQueueLimits,
): LaneLimits {
  const backends = new Map<string, BackendLimits>();
  for (const backend of config.list) {
    const models = new Map<string, number>();
    for (const [name, model] of backend.models) {
      if (model.concurrency !== undefined) models.set(name, model.concurrency);
    }
    backends.set(backend.name, { group: backend.sequenceGroup, concurrency: backend.concurrency, models });
  }
  return { groups: config.groups, backends, ungrouped };
}
