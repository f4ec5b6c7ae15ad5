import type { BackendConfig, DaemonConfig } from '../config/config.ts';
import { dialectByName } from '../dialects/all-dialects.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { quirksOf, type WireQuirks } from '../dialects/wire-quirks.ts';
import type { Operation } from '../model/operation.ts';
import type { Configured, Provider, Surface, SurfacePlace } from '../providers/provider.ts';
import { addHeadersOnce } from './add-header.ts';

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
  /** The same, and what the best of its dialects demands of every request: for what is asked beside calls. */
  readonly lookUpHeaders: readonly string[];
  /** What it speaks, best first; `quirks.dialects` in the configuration may have narrowed it. */
  readonly surfaces: readonly BackendSurface[];
  /** How it differs from the book within its dialects. */
  readonly quirks: WireQuirks;
  readonly timeouts: DaemonConfig['timeouts'];
  /** What a price list must know of it; the same object for the backend's life, so that prices can be kept by it. */
  readonly pricing: BackendPricing;
  /** What connections must have in common to be shared; see `connections.ts`. */
  readonly connectionKey: string;
}

/** One dialect of a backend, and all that is needed to ask in it. */
export interface BackendSurface {
  readonly dialect: Dialect;
  readonly isOptional: boolean;
  /** Names and values in turn: the backend's, or with this surface's own way of sending the key. */
  readonly fixedHeaders: readonly string[];
  /** The whole path, query included. */
  pathFor(place: Omit<SurfacePlace, keyof Configured>): string;
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
  const basePath =
    address === undefined ? '' : provider.basePath(address.pathname.replace(/\/+$/, '')).replace(/\/+$/, '');
  const fixedHeaders = fixedHeadersOf(config, provider, provider.keyHeaders);
  const surfaces = surfacesOf(config, provider, basePath);
  const lookUpHeaders = [...fixedHeaders];
  addHeadersOnce(lookUpHeaders, surfaces[0]?.dialect.requiredHeaders ?? []);
  return {
    name: config.name,
    config,
    provider,
    origin: address?.origin,
    basePath,
    fixedHeaders,
    lookUpHeaders,
    surfaces,
    quirks: quirksOf(ownQuirks(config, provider), config.quirks),
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

/** The kinds of work it has a surface of its own for, or does as a job. */
export function operationsOf({ surfaces, provider }: Backend): readonly Operation[] {
  const jobs = provider.jobs?.operations ?? [];
  return [...new Set([...surfaces.map(({ dialect }) => dialect.operation), ...jobs])];
}

function ownQuirks({ baseUrl, quirks }: BackendConfig, provider: Provider): Partial<WireQuirks> {
  return typeof provider.quirks === 'function' ? provider.quirks({ baseUrl, quirks }) : provider.quirks;
}

function addressOf(config: BackendConfig, provider: Provider): URL | undefined {
  if (provider.inHouse !== undefined) return undefined;
  const text = config.baseUrl ?? provider.baseUrl;
  if (text === undefined) throw new TypeError(`backend ${config.name} has no base_url`);
  return new URL(text);
}

function surfacesOf(config: BackendConfig, provider: Provider, basePath: string): BackendSurface[] {
  const only = config.quirks['dialects'];
  const named = Array.isArray(only) ? (only as readonly unknown[]) : undefined;
  return provider.surfaces
    .filter((surface) => named === undefined || named.includes(surface.dialect))
    .map((surface) => surfaceOf(config, provider, basePath, surface, named !== undefined));
}

/** A surface the operator names is there, however new the others of its kind must be. */
function surfaceOf(
  config: BackendConfig,
  provider: Provider,
  basePath: string,
  surface: Surface,
  isNamed: boolean,
): BackendSurface {
  const dialect = dialectByName(surface.dialect);
  if (dialect === undefined) throw new TypeError(`${provider.name} speaks the unknown ${surface.dialect}`);
  const { path, from } = surface;
  const { baseUrl, quirks } = config;
  const before = from === 'host' ? '' : basePath;
  return {
    dialect,
    isOptional: surface.isOptional === true && !isNamed,
    fixedHeaders: fixedHeadersOf(config, provider, surface.keyHeaders ?? provider.keyHeaders),
    pathFor:
      typeof path === 'string'
        ? () => before + path
        : (place) => before + path({ ...place, baseUrl, quirks }),
  };
}

function fixedHeadersOf(
  config: BackendConfig,
  provider: Provider,
  keyHeaders: Provider['keyHeaders'],
): string[] {
  const headers = new Map(Object.entries(provider.headers ?? {}));
  if (config.apiKey !== undefined) {
    for (const [name, value] of Object.entries(keyHeaders(config.apiKey.reveal()))) headers.set(name, value);
  }
  for (const [name, value] of config.headers) headers.set(name.toLowerCase(), value.reveal());
  return [...headers].flat();
}
