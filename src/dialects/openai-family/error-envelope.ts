import type { ErrorCode, GatewayError } from '../../model/gateway-error.ts';
import { isJsonObject, type JsonObject, type JsonValue, stringMember } from '../../model/json.ts';
import type { HeardError } from '../dialect.ts';

/**
 * The error body every OpenAI surface shares: `{"error":{message,type,param,code}}` (protocols 2, 10.9).
 * `code` is ours from the closed list, or the backend's own where it said something a client acts on
 * (`context_length_exceeded`).
 */
export function writeOpenAiError(error: GatewayError): JsonObject {
  return {
    error: {
      message: error.message,
      type: error.details.backendType ?? typeOf(error.code),
      param: error.details.param ?? null,
      code: error.details.backendCode ?? error.code,
    },
  };
}

/** The types OpenAI's own clients know; every code not named here is told by its status. */
const types: Partial<Record<ErrorCode, string>> = {
  rate_limited: 'rate_limit_error',
  queue_full: 'rate_limit_error',
  concurrency_exceeded: 'rate_limit_error',
  quota_exceeded: 'insufficient_quota',
  cost_limit_exceeded: 'insufficient_quota',
  internal_error: 'server_error',
  operation_not_supported: 'invalid_request_error',
  upstream_error: 'server_error',
  upstream_connect: 'server_error',
  upstream_tls: 'server_error',
  upstream_bad_response: 'server_error',
  no_healthy_backend: 'server_error',
  model_loading: 'server_error',
  shutting_down: 'server_error',
  queue_timeout: 'server_error',
  upstream_timeout: 'server_error',
};

function typeOf(code: ErrorCode): string {
  return types[code] ?? 'invalid_request_error';
}

/**
 * An error object as servers of this family write it, with a message even where they wrote none. Accepts
 * `{"error":{…}}`, `{"error":"text"}` and FastAPI's `{"detail":…}`; undefined if the body is no error.
 */
export function readOpenAiError(body: JsonValue | undefined): HeardError | undefined {
  if (!isJsonObject(body)) return undefined;
  const error = body['error'] ?? body['detail'];
  if (error === undefined || error === null) return undefined;
  if (typeof error === 'string') return { message: error };
  if (!isJsonObject(error)) return { message: JSON.stringify(error) };
  const code = error['code'];
  return {
    message: stringMember(error, 'message') ?? 'the backend reported an error without a message',
    code: typeof code === 'string' ? code : undefined,
    type: stringMember(error, 'type'),
    param: stringMember(error, 'param'),
  };
}
