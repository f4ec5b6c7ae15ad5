import type { Config } from '../config/config.ts';
import { Apps } from '../decisions/policy/apps.ts';
import { type DiscoveredModels, RouteTable } from '../decisions/routing/route-table.ts';
import type { Provider } from '../providers/provider.ts';
import { type Backend, makeBackend } from '../upstream/backend.ts';

/**
 * One configuration and all that is worked out from it, immutable. A call keeps the snapshot it began with to
 * its end, whatever is reloaded meanwhile (contract 4, promise 6).
 */
export interface Snapshot {
  readonly config: Config;
  /** Counts from 1 with every configuration that came into force. */
  readonly generation: number;
  readonly loadedAtMs: number;
  readonly apps: Apps;
  readonly backends: ReadonlyMap<string, Backend>;
  readonly routes: RouteTable;
}

export type ProviderByType = (type: string) => Provider | undefined;

/** Throws if a backend's type is unknown; the configuration has checked it, so that is a bug. */
export function takeSnapshot(
  config: Config,
  providerByType: ProviderByType,
  discovered: DiscoveredModels,
  generation: number,
  loadedAtMs: number,
): Snapshot {
  const backends = new Map<string, Backend>();
  for (const backend of config.backends.list) {
    const provider = providerByType(backend.type);
    if (provider === undefined)
      throw new TypeError(`backend ${backend.name} is of unknown type ${backend.type}`);
    backends.set(backend.name, makeBackend(backend, provider, config.daemon.timeouts));
  }
  const routes = new RouteTable(config, [...backends.values()], discovered);
  const { cache, costLimit, quota } = config.daemon;
  return {
    config,
    generation,
    loadedAtMs,
    apps: new Apps(config.apps, { cache, costLimit, quota }, config.isKeyDemanded),
    backends,
    routes,
  };
}

/** The same configuration with newly discovered models. */
export function withDiscovered(snapshot: Snapshot, discovered: DiscoveredModels): Snapshot {
  const routes = new RouteTable(snapshot.config, [...snapshot.backends.values()], discovered);
  return { ...snapshot, routes };
}
