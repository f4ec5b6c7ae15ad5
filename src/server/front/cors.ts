import type { IncomingHttpHeaders } from 'node:http';
import type { DaemonConfig } from '../../config/config.ts';

/** What a request's `Origin` means under the configured `cors` (contract 4.1: for /v1 only). */
export interface CrossOrigin {
  /** A browser page of another origin made this request, and the configuration does not know that origin. */
  readonly isStranger: boolean;
  /** The page's origin is another one, and in `cors.origins`. */
  readonly isKnown: boolean;
  /** May the answer be read there? Names and values in turn. */
  readonly headers: readonly string[];
}

/** Beside what every page may read of any answer. */
const exposedHeaders = [
  'x-request-id',
  'x-sluice-backend',
  'x-sluice-model',
  'x-sluice-queue-ms',
  'x-sluice-queue-position',
  'x-sluice-model-load-ms',
  'x-sluice-warnings',
  'x-sluice-token-count',
  'x-ratelimit-limit-requests',
  'x-ratelimit-remaining-requests',
  'x-ratelimit-reset-requests',
  'x-ratelimit-limit-tokens',
  'x-ratelimit-remaining-tokens',
  'x-ratelimit-reset-tokens',
  'x-should-retry',
  'retry-after',
  'retry-after-ms',
].join(', ');

const none: CrossOrigin = { isStranger: false, isKnown: false, headers: [] };

export function crossOriginOf(headers: IncomingHttpHeaders, cors: DaemonConfig['cors']): CrossOrigin {
  const origin = headers.origin;
  if (origin === undefined || isSameOrigin(origin, headers.host)) return none;
  const isAny = cors.origins.includes('*') && !cors.credentials;
  if (!isAny && !cors.origins.includes(origin)) return { isStranger: true, isKnown: false, headers: [] };
  return { isStranger: false, isKnown: true, headers: allowHeaders(isAny ? '*' : origin, cors.credentials) };
}

/** What a preflight (OPTIONS) is answered on top of `headers`. */
export function preflightHeaders(headers: IncomingHttpHeaders, methods: string): string[] {
  const wanted = headers['access-control-request-headers'];
  const allowed =
    typeof wanted === 'string' && /^[\w\-, ]{1,1000}$/.test(wanted) ? wanted : 'authorization, content-type';
  return [
    'access-control-allow-methods',
    methods,
    'access-control-allow-headers',
    allowed,
    'access-control-max-age',
    '600',
  ];
}

function allowHeaders(origin: string, credentials: boolean): string[] {
  const headers = [
    'access-control-allow-origin',
    origin,
    'access-control-expose-headers',
    exposedHeaders,
    'vary',
    'origin',
  ];
  if (credentials) headers.push('access-control-allow-credentials', 'true');
  return headers;
}

function isSameOrigin(origin: string, host: string | undefined): boolean {
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}
