import type { RateStandings } from './rate-standing.ts';

/**
 * Everything that can go wrong, as a closed list (contract 5). A failure anywhere in the house becomes one
 * `GatewayError`; the front turns it into a status before the first byte and into an event after it.
 */

/** Whose doing it was: decides what is retried, what trips a breaker, and what the log says. */
export type Fault = 'client' | 'policy' | 'gateway' | 'backend';

interface ErrorKind {
  readonly status: number;
  readonly fault: Fault;
  /** Would the very same request, sent again by the client, have a chance? Else `x-should-retry: false`. */
  readonly isWorthRetrying: boolean;
}

const kind = (status: number, fault: Fault, isWorthRetrying: boolean): ErrorKind => ({
  status,
  fault,
  isWorthRetrying,
});

export const errorKinds = {
  invalid_request: kind(400, 'client', false),
  unsupported_parameter: kind(400, 'client', false),
  missing_key: kind(401, 'client', false),
  invalid_key: kind(401, 'client', false),
  expired_key: kind(401, 'client', false),
  app_inactive: kind(403, 'policy', false),
  model_not_allowed: kind(403, 'policy', false),
  origin_not_allowed: kind(403, 'policy', false),
  model_not_found: kind(404, 'client', false),
  not_found: kind(404, 'client', false),
  method_not_allowed: kind(405, 'client', false),
  request_timeout: kind(408, 'client', true),
  body_too_large: kind(413, 'client', false),
  unsupported_encoding: kind(415, 'client', false),
  rate_limited: kind(429, 'policy', true),
  quota_exceeded: kind(429, 'policy', false),
  cost_limit_exceeded: kind(429, 'policy', false),
  queue_full: kind(429, 'gateway', true),
  concurrency_exceeded: kind(429, 'policy', true),
  client_left: kind(499, 'client', false),
  internal_error: kind(500, 'gateway', false),
  operation_not_supported: kind(501, 'client', false),
  upstream_error: kind(502, 'backend', true),
  upstream_connect: kind(502, 'backend', true),
  upstream_tls: kind(502, 'backend', false),
  upstream_bad_response: kind(502, 'backend', true),
  no_healthy_backend: kind(503, 'backend', true),
  model_loading: kind(503, 'backend', true),
  shutting_down: kind(503, 'gateway', true),
  queue_timeout: kind(504, 'gateway', false),
  upstream_timeout: kind(504, 'backend', true),
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorKinds;

/** So many tokens where there may be at most so many. */
export interface TooLong {
  readonly tokens: number;
  readonly max: number;
}

export interface ErrorDetails {
  /** The field of the request that is to blame, as the client spelled it. */
  readonly param?: string | undefined;
  /** The model nobody here serves, where that is what is wrong: some dialects tell it in words of their own. */
  readonly unknownModel?: string | undefined;
  /** The question is too long. Some dialects have words of their own for it. */
  readonly tooLong?: TooLong | undefined;
  /** Another status than the code's own, e.g. `cost_limit.status: 403`. */
  readonly status?: number | undefined;
  /** Another answer to "is it worth retrying?" than the code's own. */
  readonly isWorthRetrying?: boolean | undefined;
  /** When trying again may help, in milliseconds from now. */
  readonly retryAfterMs?: number | undefined;
  /** Where the caller stands under the limit that refuses it, for the headers. */
  readonly rateLimit?: RateStandings | undefined;
  /** What the backend itself said: its status, and its own word for the error (`context_length_exceeded`). */
  readonly backendStatus?: number | undefined;
  readonly backendCode?: string | undefined;
  readonly backendType?: string | undefined;
  /** Whose request it was, where it is refused before anybody else can tell: for the ledger and the log. */
  readonly appId?: string | undefined;
  readonly cause?: unknown;
}

/** A failure with a code from the closed list. The message is a sentence that tells the reader what to do. */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'GatewayError';
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return this.details.status ?? errorKinds[this.code].status;
  }

  get fault(): Fault {
    return errorKinds[this.code].fault;
  }

  get isWorthRetrying(): boolean {
    return this.details.isWorthRetrying ?? errorKinds[this.code].isWorthRetrying;
  }
}

/** Turns whatever was thrown into a `GatewayError`; the inside of an unexpected failure is never shown. */
export function asGatewayError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  return new GatewayError(
    'internal_error',
    'Sluice met an unexpected failure while handling this request; the log has the details under its request id.',
    { cause: thrown },
  );
}
