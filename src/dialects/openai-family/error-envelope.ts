import type { ErrorCode, GatewayError } from '../../model/gateway-error.ts';
import { isJsonObject, type JsonObject, type JsonValue, stringMember } from '../../model/json.ts';
import type { HeardError } from '../dialect.ts';
import { meaningOf } from './failure-meaning.ts';

/**
 * The error body every OpenAI surface shares: `{"error":{message,type,param,code}}` (protocols 2, 10.9).
 * `code` is ours from the closed list, or the backend's own where it said something of the request that a client
 * acts on (`context_length_exceeded`). What a backend calls its own failures is nobody's word here.
 */
export function writeOpenAiError(error: GatewayError): JsonObject {
  const { details, code, message } = error;
  const isOfRequest = error.fault === 'client' || isTooLong(error);
  return {
    error: {
      message,
      type: isTooLong(error)
        ? 'invalid_request_error'
        : (isOfRequest && ownWord(details.backendType)) || typeOf(code),
      param: details.param ?? (isTooLong(error) ? 'messages' : null),
      code: (isOfRequest && ownWord(details.backendCode)) || code,
    },
  };
}

/** A word of OpenAI's kind; statuses and other vendors' shouted words mean nothing to its clients. */
function ownWord(word: string | undefined): string | undefined {
  return word !== undefined && /^[a-z][a-z0-9_]*$/.test(word) ? word : undefined;
}

/** Clients shorten the talk when they read this, so it is spelled as OpenAI does whoever the backend is (protocols 10.9). */
function isTooLong(error: GatewayError): boolean {
  return error.details.backendCode === 'context_length_exceeded';
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
  if (!isJsonObject(error)) return asHeard(typeof error === 'string' ? error : JSON.stringify(error), {});
  return asHeard(stringMember(error, 'message') ?? 'the backend reported an error without a message', error);
}

function asHeard(message: string, error: JsonObject): HeardError {
  const code = stringMember(error, 'code');
  const type = stringMember(error, 'type');
  const meaning = meaningOf(message, code, type);
  return { message, code, type, param: stringMember(error, 'param'), meaning };
}
