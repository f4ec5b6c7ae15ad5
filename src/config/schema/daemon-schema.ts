import Type, { type Static } from 'typebox';
import { databaseSchema } from './database-schema.ts';
import {
  cacheSchema,
  corsProperties,
  costLimitSchema,
  quotaSchema,
  rateLimitSchema,
} from './limit-schemas.ts';
import { listenSchema } from './listen-schema.ts';
import { redisSchema } from './redis-schema.ts';
import {
  anything,
  choice,
  count,
  flag,
  ignored,
  list,
  mapOf,
  orNull,
  responsesShim,
  schemaKey,
  seconds,
  section,
  text,
  textOrNull,
} from './words.ts';

/** `daemon`: how this process listens, logs and keeps its state (contract 4.1). Every key is optional. */

const admin = section('The admin listener: /admin, /stats and /metrics.', {
  bind: list('host:port, [v6]:port or paths of sockets; [] turns it off.', { default: ['127.0.0.1:8081'] }),
  on_main: flag('Also serve them where clients connect (for one socket behind a reverse proxy).', false),
  stats_networks: list('CIDRs besides loopback that may read /stats and /metrics.', { default: [] }),
  dashboard: flag('The web page at /admin.', false, { 'x-not-yet': 'there is no dashboard' }),
  token_hash: text('sha256:<hex> of the admin token; `sluice token --hash` makes one.', {
    pattern: '^sha256:[0-9a-fA-F]{64}$',
    'x-hint': 'sha256: and 64 hex digits, as `sluice token --hash` prints them',
  }),
});

const logging = section('What is logged, how and where.', {
  level: choice(
    [
      'DEBUG',
      'INFO',
      'WARN',
      'WARNING',
      'ERROR',
      'CRITICAL',
      'debug',
      'info',
      'warn',
      'warning',
      'error',
      'critical',
    ],
    'The least important lines that are still written.',
    { default: 'INFO', 'x-any-case': true },
  ),
  format: choice(['json', 'text'], 'json for machines, text for people.', { default: 'json' }),
  file: textOrNull('Log file; without one, standard error.'),
  syslog: Type.Optional(
    Type.Unknown({
      description: 'Log to syslog.',
      'x-not-yet': 'the log goes to standard error or `logging.file`',
      'x-inert': [false, null],
    }),
  ),
  access_log: flag('One line per request.', true),
  redact_prompts: flag("Never write prompts or answers anywhere; beats every app's trace flags.", true),
});

const timeouts = section('How long is waited for a backend or a client. A backend may have its own.', {
  default_connect_s: seconds('For a connection to a backend.', { default: 10 }),
  first_byte_s: seconds('For the first byte of an answer; waiting in a queue does not count.', {
    default: 120,
  }),
  idle_s: seconds('Between two pieces of an answer.', { default: 120 }),
  slow_client_s: seconds('For a client that reads nothing.', { default: 60 }),
  default_read_s: seconds('For a whole answer.', { default: 600 }),
});

const limits = section('The largest things that are accepted.', {
  max_body_mb: Type.Optional(
    Type.Number({ description: 'Body of a request, MiB.', exclusiveMinimum: 0, maximum: 4096, default: 32 }),
  ),
  max_decompressed_mb: Type.Optional(
    Type.Number({
      description: 'The same, once decompressed, MiB.',
      exclusiveMinimum: 0,
      maximum: 4096,
      default: 64,
    }),
  ),
  max_json_depth: count('Nesting of JSON in a request.', { default: 128, maximum: 10_000 }),
  max_event_mb: Type.Optional(
    Type.Number({
      description: 'One event of a stream, MiB.',
      exclusiveMinimum: 0,
      maximum: 1024,
      default: 16,
    }),
  ),
  max_connections: count('Client connections at once.', { default: 8192 }),
});

export const daemonSchema = section('How this process listens, logs and keeps its state.', {
  $schema: schemaKey,
  listen: Type.Optional(listenSchema),
  admin: Type.Optional(admin),
  metrics: Type.Optional(
    section('Prometheus metrics.', {
      enabled: flag('Serve /metrics.', true),
      username: text('For scrapes from outside loopback.'),
      password: text('For scrapes from outside loopback.', { 'x-secret': true }),
      compat: Type.Optional(
        Type.Array(Type.String({ enum: ['ai-gateway', 'selfhosted'] }), {
          description: "Also give these predecessors' metric names.",
          default: [],
        }),
      ),
    }),
  ),
  tracing: Type.Optional(
    section('OpenTelemetry.', {
      otlp_endpoint: text('Where spans are sent.', { 'x-not-yet': 'no spans are sent' }),
      sample_ratio: Type.Optional(
        Type.Number({ description: 'Share of calls that are traced.', minimum: 0, maximum: 1 }),
      ),
      content: flag('Put prompts and answers into spans.', false),
    }),
  ),
  logging: Type.Optional(logging),
  database: Type.Optional(orNull(databaseSchema)),
  redis: Type.Optional(orNull(redisSchema)),
  cache: Type.Optional(cacheSchema),
  circuit_breaker: Type.Optional(
    section('Leaves a failing backend alone for a while; each backend has one of its own.', {
      failure_threshold: count('Failures in a row that open it.', { default: 3 }),
      reset_timeout_ms: count('So long it stays open.', { default: 10_000 }),
      half_open_requests: count('So many may try at once then; the first that succeeds closes it.', {
        default: 1,
      }),
    }),
  ),
  health: Type.Optional(
    section('Probing of backends, off the request path.', {
      interval_ms: count(
        'Between two probes, give or take a tenth. Default: 5000, and 60000 for those that take a key.',
      ),
      timeout_ms: count('For one probe.', { default: 3000 }),
    }),
  ),
  retry: Type.Optional(
    section(
      'Asking another backend, or a backend once more, before the client was sent anything of an answer.',
      {
        attempts: Type.Optional(
          Type.Integer({
            description:
              'Tries more than the first, for the model asked for and again for each it falls back to.',
            minimum: 0,
            maximum: 100,
            default: 2,
          }),
        ),
        within_ms: count('None is begun so long after the first was sent.', { default: 10_000 }),
        budget: Type.Optional(
          Type.Number({
            description: 'Retries for each request of the last minute; ten a minute are always allowed.',
            minimum: 0,
            maximum: 1,
            default: 0.1,
          }),
        ),
      },
    ),
  ),
  timeouts: Type.Optional(timeouts),
  limits: Type.Optional(limits),
  rate_limit: Type.Optional(orNull(rateLimitSchema)),
  quota: Type.Optional(orNull(quotaSchema)),
  cost_limit: Type.Optional(orNull(costLimitSchema)),
  cors: Type.Optional(section('Web pages that may call /v1.', corsProperties)),
  default_backend: textOrNull(
    'Name of the backend that serves models nobody else has; without one they are 404.',
  ),
  reload: Type.Optional(
    section('When the configuration is read again.', {
      enable_sighup: flag('On SIGHUP.', true),
      watch: flag('When a file changes.', false),
    }),
  ),
  shutdown: Type.Optional(
    section('How it stops.', {
      drain_s: Type.Optional(
        Type.Number({
          description: 'How long running requests may take to finish.',
          minimum: 0,
          maximum: 86_400,
          default: 30,
        }),
      ),
    }),
  ),
  tools: Type.Optional(
    section('MCP servers for tool mode `gateway`.', {
      servers: Type.Optional(
        mapOf(anything('One server: command and args, or url and headers.'), 'By name.', {
          default: {},
          'x-not-yet': 'tools are passed through',
        }),
      ),
    }),
  ),
  job_registry: ignored('Sluice keeps no registry of jobs'),
  responses_shim: responsesShim,
});

export type DaemonFile = Static<typeof daemonSchema>;
