import { Secret } from '../model/secret.ts';
import { checkNetworks } from './check-values.ts';
import type { DaemonConfig } from './config.ts';
import type { ConfigSection } from './config-section.ts';
import { normaliseCostLimit } from './normalise-cost.ts';
import { normaliseDatabase } from './normalise-database.ts';
import { normaliseListen } from './normalise-listen.ts';
import { normaliseQuota } from './normalise-quota.ts';
import { normaliseRateLimit } from './normalise-rate.ts';
import { normaliseRedis } from './normalise-redis.ts';
import { expandPath } from './paths.ts';
import type { DaemonFile } from './schema/daemon-schema.ts';
import { toMs } from './seconds.ts';
import type { Surroundings } from './surroundings.ts';

/** Defaults of contract 4.1, filled in. */
export function normaliseDaemon(section: ConfigSection, around: Surroundings): DaemonConfig {
  const file = (section.value ?? {}) as DaemonFile;
  const { cors, reload, shutdown } = file;
  return {
    listen: normaliseListen(section, file.listen ?? {}, around),
    admin: normaliseAdmin(section, file.admin ?? {}, around),
    metrics: normaliseMetrics(file.metrics ?? {}),
    logging: normaliseLogging(file.logging ?? {}, around),
    database: normaliseDatabase(section, file.database ?? {}, around),
    redis: normaliseRedis(section, file.redis ?? {}, around),
    breaker: normaliseBreaker(file.circuit_breaker ?? {}),
    health: { intervalMs: file.health?.interval_ms, timeoutMs: file.health?.timeout_ms ?? 3_000 },
    retry: normaliseRetry(file.retry ?? {}),
    timeouts: normaliseTimeouts(file.timeouts ?? {}),
    limits: normaliseLimits(file.limits ?? {}),
    cors: normaliseCors(section, cors ?? {}),
    defaultBackend: file.default_backend ?? undefined,
    reload: { enableSighup: reload?.enable_sighup ?? true, watch: reload?.watch ?? false },
    shutdown: { drainMs: toMs(shutdown?.drain_s ?? 30) },
    cache: normaliseCache(file.cache ?? {}),
    costLimit: normaliseCostLimit(section, ['cost_limit'], file.cost_limit),
    rateLimit: normaliseRateLimit(section, ['rate_limit'], file.rate_limit),
    quota: normaliseQuota(file.quota),
  };
}

type Part<Key extends keyof DaemonFile> = NonNullable<DaemonFile[Key]>;

function normaliseAdmin(
  section: ConfigSection,
  admin: Part<'admin'>,
  around: Surroundings,
): DaemonConfig['admin'] {
  const bind = admin.bind ?? ['127.0.0.1:8081'];
  checkNetworks(section, ['admin', 'stats_networks'], admin.stats_networks, []);
  return {
    bind: bind.map((address, at) => normaliseBind(section, address, at, around)),
    onMain: admin.on_main ?? false,
    statsNetworks: admin.stats_networks ?? [],
    dashboard: admin.dashboard ?? false,
    tokenHash: admin.token_hash?.slice('sha256:'.length).toLowerCase(),
  };
}

function normaliseBind(section: ConfigSection, address: string, at: number, around: Surroundings): string {
  if (address.includes('/') || address.startsWith('~'))
    return expandPath(address, around.env, around.directory);
  const [, port] = /^(?:\[[0-9a-fA-F:.%]+\]|[^:[\]\s]+):(\d{1,5})$/.exec(address) ?? [];
  if (port === undefined || Number(port) > 65535) {
    section.error(
      ['admin', 'bind', at],
      'must be host:port, [v6]:port or the path of a socket, e.g. "127.0.0.1:8081"',
    );
  }
  return address;
}

function normaliseMetrics(metrics: Part<'metrics'>): DaemonConfig['metrics'] {
  return {
    enabled: metrics.enabled ?? true,
    username: metrics.username,
    password: metrics.password === undefined ? undefined : new Secret(metrics.password),
    compat: metrics.compat ?? [],
  };
}

/** The words of syslog and of Python, in our four. */
const levels = {
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  critical: 'error',
} as const;

function normaliseLogging(logging: Part<'logging'>, around: Surroundings): DaemonConfig['logging'] {
  const level = (logging.level ?? 'info').toLowerCase() as keyof typeof levels;
  return {
    level: levels[level],
    format: logging.format ?? 'json',
    file: pathOf(logging.file, around),
    accessLog: logging.access_log ?? true,
    redactPrompts: logging.redact_prompts ?? true,
  };
}

function normaliseCache(cache: Part<'cache'>): DaemonConfig['cache'] {
  return {
    isEnabled: cache.enabled ?? false,
    itemsMax: cache.max_items ?? 1_000,
    bytesMax: cache.max_bytes ?? 64 << 20,
    ttlMs: toMs(cache.ttl_s ?? 300),
    share: cache.share ?? 'app',
  };
}

function normaliseBreaker(breaker: Part<'circuit_breaker'>): DaemonConfig['breaker'] {
  return {
    failureThreshold: breaker.failure_threshold ?? 3,
    resetMs: breaker.reset_timeout_ms ?? 10_000,
    halfOpenMax: breaker.half_open_requests ?? 1,
  };
}

function normaliseRetry(retry: Part<'retry'>): DaemonConfig['retry'] {
  return {
    attempts: retry.attempts ?? 2,
    withinMs: retry.within_ms ?? 10_000,
    budget: retry.budget ?? 0.1,
  };
}

function normaliseTimeouts(timeouts: Part<'timeouts'>): DaemonConfig['timeouts'] {
  return {
    connectMs: toMs(timeouts.default_connect_s ?? 10),
    firstByteMs: toMs(timeouts.first_byte_s ?? 120),
    idleMs: toMs(timeouts.idle_s ?? 120),
    slowClientMs: toMs(timeouts.slow_client_s ?? 60),
    totalMs: toMs(timeouts.default_read_s ?? 600),
  };
}

const toBytes = (mebibytes: number): number => Math.ceil(mebibytes * 1024 * 1024);

function normaliseLimits(limits: Part<'limits'>): DaemonConfig['limits'] {
  return {
    bodyBytesMax: toBytes(limits.max_body_mb ?? 32),
    decompressedBytesMax: toBytes(limits.max_decompressed_mb ?? 64),
    jsonDepthMax: limits.max_json_depth ?? 128,
    eventBytesMax: toBytes(limits.max_event_mb ?? 16),
    connectionsMax: limits.max_connections ?? 8192,
  };
}

function normaliseCors(section: ConfigSection, cors: Part<'cors'>): DaemonConfig['cors'] {
  const { origins = [], credentials = false } = cors;
  if (credentials && origins.includes('*')) {
    section.error(
      ['cors', 'credentials'],
      'cannot be true while `cors.origins` has *; list the origins, or set it to false',
    );
  }
  return { origins, credentials };
}

function pathOf(path: string | null | undefined, around: Surroundings): string | undefined {
  return path === undefined || path === null ? undefined : expandPath(path, around.env, around.directory);
}
