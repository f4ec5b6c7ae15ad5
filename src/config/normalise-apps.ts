import type { AppConfig, CacheConfig, DaemonConfig, TraceConfig } from './config.ts';
import type { ConfigSection } from './config-section.ts';
import { KeyRing } from './key-ring.ts';
import { normaliseCostLimit } from './normalise-cost.ts';
import { normaliseJwt } from './normalise-jwt.ts';
import { normaliseQuota } from './normalise-quota.ts';
import { normaliseRateLimit } from './normalise-rate.ts';
import { expandPath } from './paths.ts';
import type { AppEntry, AppsFile } from './schema/apps-schema.ts';
import { toMs } from './seconds.ts';
import type { Surroundings } from './surroundings.ts';

/** The app without its backend, which needs the backends to be known. */
export type AppWithEntry = { readonly config: AppConfig; readonly entry: AppEntry; readonly at: number };

type Defaults = Pick<DaemonConfig, 'cache' | 'costLimit' | 'rateLimit' | 'quota'>;

/**
 * Contract 4.2. An app that sets no `cost_limit` or `rate_limit` has the daemon's, and of `quota` each key it does not
 * set; `null` means it has none.
 */
export function normaliseApps(
  section: ConfigSection,
  defaults: Defaults,
  around: Surroundings,
): AppWithEntry[] {
  const { apps = [] } = (section.value ?? {}) as Partial<AppsFile>;
  const keyRing = new KeyRing(section);
  const places = new Map<string, number>();
  const all: AppWithEntry[] = [];
  apps.forEach((entry: AppEntry | undefined, at) => {
    if (entry === undefined) return;
    complainIfTwice(section, places, entry.app_id, at);
    all.push({ config: normaliseApp(section, entry, at, keyRing, defaults, around), entry, at });
  });
  keyRing.warnOfPlainKeys();
  return all;
}

function complainIfTwice(
  section: ConfigSection,
  places: Map<string, number>,
  appId: string,
  at: number,
): void {
  const first = places.get(appId);
  if (first === undefined) places.set(appId, at);
  else section.error(['apps', at, 'app_id'], `is also the app_id of apps[${first}]; give each app its own`);
}

function normaliseApp(
  section: ConfigSection,
  entry: AppEntry,
  at: number,
  keyRing: KeyRing,
  defaults: Defaults,
  around: Surroundings,
): AppConfig {
  const path = ['apps', at];
  const keys = keyRing.keysOf(entry, at);
  const jwt = normaliseJwt(section, [...path, 'jwt'], entry.jwt, around);
  if (keys.length === 0 && jwt === undefined && (entry.api_keys ?? []).length === 0) {
    section.warn(
      path,
      'has neither `api_keys` nor `jwt`, so nobody can use it; give it a key made by `sluice token`',
    );
  }
  return {
    appId: entry.app_id,
    name: entry.name ?? entry.app_id,
    description: entry.description ?? '',
    active: entry.active ?? true,
    keys,
    jwt,
    policy: { allow: entry.policy?.allow ?? [], deny: entry.policy?.deny ?? [] },
    defaultModel: entry.default_model ?? undefined,
    fallbackModels: entry.fallback_models ?? [],
    backend: backendName(entry),
    systemPrompt: entry.system_prompt ?? undefined,
    priority: entry.priority ?? 5,
    weight: entry.weight ?? 1,
    keepalive: entry.keepalive,
    cache: normaliseCache(entry.cache ?? {}, defaults.cache),
    concurrency: entry.concurrency,
    costLimit:
      entry.cost_limit === undefined
        ? defaults.costLimit
        : normaliseCostLimit(section, [...path, 'cost_limit'], entry.cost_limit),
    rateLimit:
      entry.rate_limit === null
        ? undefined
        : (normaliseRateLimit(section, [...path, 'rate_limit'], entry.rate_limit) ?? defaults.rateLimit),
    quota: normaliseQuota(entry.quota, defaults.quota),
    trace: normaliseTrace(entry.trace, around),
    madeAtMs: undefined,
  };
}

function normaliseCache(cache: NonNullable<AppEntry['cache']>, defaults: CacheConfig): CacheConfig {
  return {
    isEnabled: cache.enabled ?? defaults.isEnabled,
    ttlMs: cache.ttl_s === undefined ? defaults.ttlMs : toMs(cache.ttl_s),
    share: cache.share ?? defaults.share,
  };
}

/** An inline backend is listed with the others, under a name no operator can give. */
function backendName(entry: AppEntry): string | undefined {
  if (entry.backend === undefined || entry.backend === null) return undefined;
  return typeof entry.backend === 'string' ? entry.backend : inlineBackendName(entry.app_id);
}

export const INLINE_PREFIX = 'app:';

export const inlineBackendName = (appId: string): string => `${INLINE_PREFIX}${appId}`;

function normaliseTrace(trace: AppEntry['trace'], { env, directory }: Surroundings): TraceConfig | undefined {
  if (trace === undefined || trace === null) return undefined;
  const pathOf = (path: string | null | undefined) =>
    path === undefined || path === null ? undefined : expandPath(path, env, directory);
  return {
    file: pathOf(trace.file),
    imageDir: pathOf(trace.image_dir),
    includePrompts: trace.include_prompts ?? false,
    includeResponse: trace.include_response ?? false,
    includeKeys: trace.include_keys ?? false,
  };
}
