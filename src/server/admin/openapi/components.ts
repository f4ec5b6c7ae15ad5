import type { JsonObject } from '../../../model/json.ts';

/** Schemas and credentials that several routes share. */
const text: JsonObject = { type: 'string' };
const count: JsonObject = { type: 'integer', minimum: 0 };
const orNull = (type: string): JsonObject => ({ type: [type, 'null'] });
const object = (properties: JsonObject): JsonObject => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
});

const checks: JsonObject = {
  type: 'object',
  additionalProperties: object({ healthy: { type: 'boolean' }, message: text }),
};

const sums: JsonObject = {
  requests: count,
  errors: count,
  prompt_tokens: count,
  completion_tokens: count,
  total_tokens: count,
  cost: { type: 'number' },
  currency: text,
  latency_ms: { type: 'number' },
  unpriced_requests: count,
  cache_hits: count,
};

const complaint = object({
  severity: { type: 'string', enum: ['error', 'warning'] },
  file: text,
  line: orNull('integer'),
  column: orNull('integer'),
  key: text,
  message: text,
});

const usageReport: JsonObject = {
  app_id: orNull('string'),
  since: orNull('string'),
  until: orNull('string'),
  group_by: { type: 'array', items: text },
  replicas: { type: 'string', enum: ['own', 'all'] },
  totals: object(sums),
  rows: { type: 'array', items: { type: 'object', properties: sums, additionalProperties: true } },
};

const schemas: JsonObject = {
  Error: object({
    error: object({ message: text, type: text, param: orNull('string'), code: orNull('string') }),
  }),
  AdminError: object({
    error: {
      ...object({ code: text, message: text }),
      properties: { code: text, message: text, complaints: { type: 'array', items: complaint } },
    },
  }),
  Readiness: object({ status: { type: 'string', enum: ['ready', 'not_ready'] }, checks }),
  Health: object({
    status: { type: 'string', enum: ['ok', 'down'] },
    timestamp: { type: 'string', format: 'date-time' },
    version: text,
    backend_ok: { type: 'boolean' },
    checks,
  }),
  ReloadResult: object({
    status: { type: 'string', enum: ['reloaded', 'refused'] },
    at: { type: 'string', format: 'date-time' },
    generation: count,
    complaints: { type: 'array', items: complaint },
    needs_restart: { type: 'array', items: text },
  }),
  UsageReport: {
    type: 'object',
    properties: { ...usageReport, notice: text },
    required: Object.keys(usageReport),
  },
  Session: object({ logged_in: { type: 'boolean' }, until: orNull('string'), csrf_token: orNull('string') }),
  MetricValues: { type: 'array', items: object({ metric: text, value: { type: 'number' } }) },
};

export const components: JsonObject = {
  schemas,
  headers: {
    RequestId: { description: 'Quote it when something went wrong; the log knows it.', schema: text },
  },
  securitySchemes: {
    appKey: { type: 'http', scheme: 'bearer', description: 'The key of an app.' },
    appKeyHeader: { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'The same key.' },
    adminToken: { type: 'http', scheme: 'bearer', description: 'The admin token.' },
    session: {
      type: 'apiKey',
      in: 'cookie',
      name: 'sluice_admin',
      description:
        'Set by POST /admin/api/login; _8081 behind the name where the address has that port. Changes also need x-csrf-token.',
    },
    metricsLogin: { type: 'http', scheme: 'basic', description: 'metrics.username and metrics.password.' },
  },
};
