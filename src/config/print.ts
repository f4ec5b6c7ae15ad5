import { fromMicroUnits } from '../model/money.ts';
import type {
  AppConfig,
  CostLimit,
  DaemonConfig,
  DatabaseConfig,
  PostgresConfig,
  Quota,
  RateLimit,
} from './config.ts';
import { dotted, type KeyPath } from './key-path.ts';
import type { LoadedConfig } from './load.ts';
import { describeBackends } from './print-backends.ts';
import { inside, type Row } from './print-row.ts';

export interface DescribedKey {
  /** As an operator would write it: `listen.port`, `apps[0].active`. */
  readonly key: string;
  /** JSON-like; secrets are masked. */
  readonly value: unknown;
  /** `apps.json:12`, `environment API_PORT`, `flag --port` or `default`. */
  readonly origin: string;
}

/** The effective configuration, one row per key, in the order of contract 4: for `sluice config print`. */
export function describeConfig(loaded: LoadedConfig): DescribedKey[] {
  const { daemon, apps, backends } = loaded.config;
  const { origins } = loaded;
  const rows = [
    ...describeDaemon(daemon),
    ...apps.flatMap((app, at) => describeApp(app, ['apps', at])),
    ...describeBackends(backends, apps),
  ];
  const originOf = (path: KeyPath, or: string | undefined) =>
    origins.get(dotted(path)) ??
    (or === undefined ? undefined : origins.get(dotted([...placeOf(path), ...or.split('.')])));
  return rows
    .filter(([, value]) => value !== undefined)
    .map(([path, value, or]) => ({ key: dotted(path), value, origin: originOf(path, or) ?? 'default' }));
}

/** What a key belongs to: `backends[2]`, `apps[0].backend`, `database`. */
const placeOf = ([section, ...path]: KeyPath): KeyPath =>
  section === undefined ? [] : [section, ...path.slice(0, depths[section] ?? 1)];

const depths: Readonly<Record<string, number>> = { apps: 2, database: 0 };

function describeDaemon(daemon: DaemonConfig): Row[] {
  const { listen, admin, metrics, logging, timeouts, limits, cors, reload } = daemon;
  return inside(
    [],
    [
      ['listen.host_v4', listen.hostV4],
      ['listen.host_v6', listen.hostV6],
      ['listen.port', listen.port],
      ['listen.unix_socket', listen.unixSocket],
      ['listen.unix_socket_mode', `0${listen.unixSocketMode.toString(8)}`],
      ['listen.tls.cert_file', listen.tls?.certFile],
      ['listen.tls.key_file', listen.tls?.keyFile],
      ['listen.trusted_proxies', listen.trustedProxies],
      ['admin.bind', admin.bind],
      ['admin.on_main', admin.onMain],
      ['admin.stats_networks', admin.statsNetworks],
      ['admin.dashboard', admin.dashboard],
      ['admin.token_hash', admin.tokenHash === undefined ? undefined : maskedHash(admin.tokenHash)],
      ['metrics.enabled', metrics.enabled],
      ['metrics.username', metrics.username],
      ['metrics.password', metrics.password?.toString()],
      ['metrics.compat', metrics.compat],
      ['logging.level', logging.level.toUpperCase()],
      ['logging.format', logging.format],
      ['logging.file', logging.file],
      ['logging.access_log', logging.accessLog],
      ['logging.redact_prompts', logging.redactPrompts],
      ...describeDatabase(daemon.database),
      ['circuit_breaker.failure_threshold', daemon.breaker.failureThreshold],
      ['circuit_breaker.reset_timeout_ms', daemon.breaker.resetMs],
      ['circuit_breaker.half_open_requests', daemon.breaker.halfOpenMax],
      ['health.interval_ms', daemon.health.intervalMs],
      ['health.timeout_ms', daemon.health.timeoutMs],
      ['cache.enabled', daemon.cache.isEnabled],
      ['cache.max_items', daemon.cache.itemsMax],
      ['cache.max_bytes', daemon.cache.bytesMax],
      ['cache.ttl_s', daemon.cache.ttlMs / 1000],
      ['cache.share', daemon.cache.share],
      ['retry.attempts', daemon.retry.attempts],
      ['retry.within_ms', daemon.retry.withinMs],
      ['retry.budget', daemon.retry.budget],
      ['redis.url', daemon.redis?.url.toString()],
      ['redis.tls.ca_file', daemon.redis?.tls.caFile],
      ['redis.tls.cert_file', daemon.redis?.tls.certFile],
      ['redis.sentinels', daemon.redis?.sentinels.map(({ host, port }) => `${host}:${port}`).join(' ')],
      ['redis.on_store_loss', daemon.redis?.onStoreLoss],
      ['timeouts.default_connect_s', timeouts.connectMs / 1000],
      ['timeouts.first_byte_s', timeouts.firstByteMs / 1000],
      ['timeouts.idle_s', timeouts.idleMs / 1000],
      ['timeouts.slow_client_s', timeouts.slowClientMs / 1000],
      ['timeouts.default_read_s', timeouts.totalMs / 1000],
      ['limits.max_body_mb', toMebibytes(limits.bodyBytesMax)],
      ['limits.max_decompressed_mb', toMebibytes(limits.decompressedBytesMax)],
      ['limits.max_json_depth', limits.jsonDepthMax],
      ['limits.max_event_mb', toMebibytes(limits.eventBytesMax)],
      ['limits.max_connections', limits.connectionsMax],
      ...describeRateLimit(daemon.rateLimit),
      ...describeQuota(daemon.quota),
      ...describeCostLimit(daemon.costLimit),
      ['cors.origins', cors.origins],
      ['cors.credentials', cors.credentials],
      ['default_backend', daemon.defaultBackend],
      ['reload.enable_sighup', reload.enableSighup],
      ['reload.watch', reload.watch],
      ['shutdown.drain_s', daemon.shutdown.drainMs / 1000],
    ],
  );
}

function describeApp(app: AppConfig, at: KeyPath): Row[] {
  return inside(at, [
    ['app_id', app.appId],
    ['name', app.name],
    ['description', app.description === '' ? undefined : app.description],
    ['active', app.active],
    ['api_keys', app.keys.map(({ hash }) => maskedHash(hash))],
    ['jwt.issuer', app.jwt?.issuer],
    ['jwt.audience', app.jwt?.audience],
    ['jwt.secret_file', app.jwt?.secret?.toString()],
    ['policy.allow', app.policy.allow],
    ['policy.deny', app.policy.deny],
    ['default_model', app.defaultModel],
    ['cache.enabled', app.cache.isEnabled],
    ['cache.ttl_s', app.cache.ttlMs / 1000],
    ['cache.share', app.cache.share],
    ['fallback_models', app.fallbackModels.length === 0 ? undefined : app.fallbackModels],
    ['backend', app.backend],
    ['system_prompt', app.systemPrompt === undefined ? undefined : `${app.systemPrompt.length} characters`],
    ...describeRateLimit(app.rateLimit),
    ['concurrency', app.concurrency],
    ...describeQuota(app.quota),
    ...describeCostLimit(app.costLimit),
    ['trace.file', app.trace?.file],
    ['trace.image_dir', app.trace?.imageDir],
    ['trace.include_prompts', app.trace?.includePrompts],
    ['trace.include_response', app.trace?.includeResponse],
    ['trace.include_keys', app.trace?.includeKeys],
  ]);
}

function describeRateLimit(limit: RateLimit | undefined): [key: string, value: unknown][] {
  if (limit === undefined) return [];
  return [
    ['rate_limit.per_minute', limit.perMinute],
    ['rate_limit.per_hour', limit.perHour],
    ['rate_limit.per_day', limit.perDay],
    ['rate_limit.burst', limit.burst],
    ['rate_limit.algorithm', limit.algorithm],
  ];
}

function describeQuota(quota: Quota | undefined): [key: string, value: unknown][] {
  if (quota === undefined) return [];
  return [
    ['quota.input_tokens_per_day', quota.inputTokensPerDay],
    ['quota.output_tokens_per_day', quota.outputTokensPerDay],
    ['quota.requests_per_day', quota.requestsPerDay],
    ['quota.max_input_tokens', quota.maxInputTokens],
    ['quota.max_output_tokens', quota.maxOutputTokens],
  ];
}

function describeCostLimit(limit: CostLimit | undefined): [key: string, value: unknown][] {
  if (limit === undefined) return [];
  return [
    ['cost_limit.period', limit.period],
    ['cost_limit.limit', fromMicroUnits(limit.limit)],
    ['cost_limit.status', limit.status],
    ['cost_limit.timezone', limit.timezone],
    ['cost_limit.mode', limit.isShadow ? 'shadow' : 'enforce'],
  ];
}

/** Each key by itself, even where the file has a URL; that would have to be hidden as a whole. */
function describeDatabase({ path, retentionDays, postgres }: DatabaseConfig): PrintedKey[] {
  const file: PrintedKey[] = [
    ['database.path', path],
    ['database.retention_days', retentionDays],
  ];
  return postgres === undefined ? file : [...file, ...describePostgres(postgres)];
}

function describePostgres(postgres: PostgresConfig): PrintedKey[] {
  return [
    ['database.host', postgres.host, 'url'],
    ['database.port', postgres.port, 'url'],
    ['database.database', postgres.database, 'url'],
    ['database.username', postgres.username, 'url'],
    ['database.password', postgres.password?.toString(), 'url'],
    ['database.ssl_mode', postgres.sslMode, 'url'],
    ['database.ssl_cert', postgres.sslCert, 'url'],
    ['database.ssl_key', postgres.sslKey, 'url'],
    ['database.ssl_ca', postgres.sslCa, 'url'],
    ['database.pool_size', postgres.poolSize],
    ['database.max_queries', postgres.queriesMax],
    ['database.max_inactive_time', postgres.idleMs / 1000],
    ['database.connect_timeout', postgres.connectTimeoutMs / 1000],
    ['database.command_timeout', postgres.commandTimeoutMs / 1000],
  ];
}

type PrintedKey = [key: string, value: unknown, or?: string];

/** Enough to tell two keys apart. */
const maskedHash = (hash: string): string => `sha256:${hash.slice(0, 8)}…`;

const toMebibytes = (bytes: number): number => bytes / (1024 * 1024);
