import type { BackendConfig, DaemonConfig } from '../config/config.ts';
import type { Operation } from '../model/operation.ts';
import type { Provider, Surface } from '../providers/provider.ts';

/**
 * Provider + configuration = backend: one place calls can be sent to, with everything that can be worked out
 * before the first call already worked out. Immutable; a reload makes new ones.
 */
export interface Backend {
  readonly name: string;
  readonly config: BackendConfig;
  readonly provider: Provider;
  /** `https://host:port`; undefined for a provider that answers in this house. */
  readonly origin: string | undefined;
  /** What stands before every surface's path: `/v1`, or ''. */
  readonly basePath: string;
  /** Names and values in turn, as they go on the wire with every request: key, fixed headers. */
  readonly fixedHeaders: readonly string[];
  readonly timeouts: DaemonConfig['timeouts'];
  /** What a price list must know of it; the same object for the backend's life, so that prices can be kept by it. */
  readonly pricing: BackendPricing;
  /** What connections must have in common to be shared; see `connections.ts`. */
  readonly connectionKey: string;
}

export interface BackendPricing {
  readonly type: string;
  readonly baseUrl: string | undefined;
  readonly cost: BackendConfig['cost'];
  /** A runtime of one's own may serve a model of a cloud's name; only whoever takes a key sends bills. */
  readonly useBundledList: boolean;
  /** An in-house provider sends no bills either. */
  readonly isFree: boolean;
}

/** Throws TypeError on a base URL that is none; the configuration has checked it, so that is a bug. */
export function makeBackend(
  config: BackendConfig,
  provider: Provider,
  timeouts: DaemonConfig['timeouts'],
): Backend {
  const address = addressOf(config, provider);
  const merged = { ...timeouts, ...config.timeouts };
  return {
    name: config.name,
    config,
    provider,
    origin: address?.origin,
    basePath: address === undefined ? '' : basePathOf(address, provider),
    fixedHeaders: fixedHeadersOf(config, provider),
    timeouts: merged,
    pricing: {
      type: provider.name,
      baseUrl: address?.href,
      cost: config.cost,
      useBundledList: provider.needsKey,
      isFree: provider.inHouse !== undefined,
    },
    connectionKey: JSON.stringify([address?.origin, config.tls, merged.connectMs]),
  };
}

/** The surface that serves the operation, or undefined if the provider has no such operation. */
export function surfaceOf(backend: Backend, operation: Operation): Surface | undefined {
  return backend.provider.surfaces[operation];
}

function addressOf(config: BackendConfig, provider: Provider): URL | undefined {
  if (provider.inHouse !== undefined) return undefined;
  const text = config.baseUrl ?? provider.baseUrl;
  if (text === undefined) throw new TypeError(`backend ${config.name} has no base_url`);
  return new URL(text);
}

/** Many people write `http://host:11434` where the API lives under `/v1`; a bare host gets it added. */
function basePathOf(address: URL, provider: Provider): string {
  const path = address.pathname.replace(/\/+$/, '');
  return path === '' && provider.quirks.addsVersionPath ? '/v1' : path;
}

function fixedHeadersOf(config: BackendConfig, provider: Provider): string[] {
  const headers = new Map<string, string>();
  if (config.apiKey !== undefined) {
    for (const [name, value] of Object.entries(provider.keyHeaders(config.apiKey.reveal())))
      headers.set(name, value);
  }
  for (const [name, value] of config.headers) headers.set(name.toLowerCase(), value.reveal());
  return [...headers].flat();
}
