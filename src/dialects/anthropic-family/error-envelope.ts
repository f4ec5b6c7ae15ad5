import type { FailureMeaning } from '../../model/call-event.ts';
import type { ErrorCode, GatewayError } from '../../model/gateway-error.ts';
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectMember,
  stringMember,
} from '../../model/json.ts';
import type { HeardError } from '../dialect.ts';

/** The error body of Anthropic's surfaces (protocols 3.6); in a stream the request's id is left to the header. */
export function writeAnthropicError(error: GatewayError, requestId?: string): JsonObject {
  const body = { type: 'error', error: { type: typeOf(error), message: messageOf(error) } };
  return requestId === undefined ? body : { ...body, request_id: requestId };
}

const OVERLOADED = 529;

/** Clients know a busy model by a status of Anthropic's own. */
export function errorStatus(error: GatewayError): number {
  return isOverloaded(error) ? OVERLOADED : error.status;
}

function isOverloaded({ code, details }: GatewayError): boolean {
  return (
    code === 'no_healthy_backend' && (details.backendStatus === OVERLOADED || details.backendStatus === 503)
  );
}

/** Codes whose status does not say it. */
const typesByCode: Partial<Record<ErrorCode, string>> = {
  request_timeout: 'timeout_error',
  operation_not_supported: 'invalid_request_error',
};

const typesByStatus: ReadonlyMap<number, string> = new Map([
  [401, 'authentication_error'],
  [402, 'billing_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [409, 'conflict_error'],
  [413, 'request_too_large'],
  [429, 'rate_limit_error'],
  [504, 'timeout_error'],
  [OVERLOADED, 'overloaded_error'],
]);

/** What a backend may say of itself in its own words; that it refused *our* key is not the client's business. */
const passedTypes: ReadonlySet<string> = new Set([
  'overloaded_error',
  'rate_limit_error',
  'timeout_error',
  'invalid_request_error',
]);

function typeOf(error: GatewayError): string {
  const said = error.details.backendType;
  if (error.code === 'upstream_error' && said !== undefined && passedTypes.has(said)) return said;
  const status = errorStatus(error);
  return (
    typesByCode[error.code] ??
    typesByStatus.get(status) ??
    (status < 500 ? 'invalid_request_error' : 'api_error')
  );
}

const TOO_LONG = 'prompt is too long';

function messageOf({ code, message, details }: GatewayError): string {
  // Clients shorten their talk when they read these words, some by the numbers behind them.
  if (details.tooLong !== undefined)
    return `${TOO_LONG}: ${details.tooLong.tokens} tokens > ${details.tooLong.max} maximum. ${message}`;
  if (details.backendCode === 'context_length_exceeded' && !message.toLowerCase().startsWith(TOO_LONG)) {
    return `${TOO_LONG}: ${message}`;
  }
  if (code !== 'unsupported_parameter' || details.param === undefined) return message;
  return message.startsWith(details.param) ? message : `${details.param}: ${message}`;
}

/** An error as Anthropic and its copies write it; undefined if the body is none. */
export function readAnthropicError(body: JsonValue | undefined): HeardError | undefined {
  if (!isJsonObject(body)) return undefined;
  const error = body['error'] ?? body['detail'] ?? (body['type'] === 'error' ? body : undefined);
  if (error === undefined || error === null) return undefined;
  if (!isJsonObject(error))
    return heard(typeof error === 'string' ? error : JSON.stringify(error), undefined, undefined);
  const message = stringMember(error, 'message') || 'the backend reported an error without a message';
  const code =
    stringMember(objectMember(error, 'details') ?? {}, 'error_code') ?? stringMember(error, 'code');
  return heard(message, stringMember(error, 'type'), code);
}

const meanings: ReadonlyMap<string, FailureMeaning> = new Map<string, FailureMeaning>([
  ['overloaded_error', 'overloaded'],
  ['rate_limit_error', 'rate-limited'],
  ['authentication_error', 'bad-key'],
  ['permission_error', 'bad-key'],
]);

const tooLong =
  /prompt is too long|input length and `?max_tokens`? exceed|exceeds? the (?:model's )?context/i;

/** The only error here whose meaning is in its words alone. */
function heard(message: string, type: string | undefined, code: string | undefined): HeardError {
  if (tooLong.test(message))
    return { message, meaning: 'context-too-long', code: 'context_length_exceeded', type };
  return { message, meaning: meanings.get(type ?? ''), code, type };
}
