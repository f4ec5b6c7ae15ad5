import { GatewayError } from '../model/gateway-error.ts';

/**
 * What a failed connection means, from the code of the error underneath. The sentences name no host and no
 * address: clients see them.
 */
export function asConnectionFailure(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  const code = codeOf(thrown);
  const details = { cause: thrown };
  if (timeouts.has(code)) {
    return new GatewayError(
      'upstream_timeout',
      'The backend did not answer in time (timeouts.first_byte_s, timeouts.idle_s).',
      details,
    );
  }
  if (connects.has(code)) {
    return new GatewayError(
      'upstream_connect',
      `The backend could not be reached (${code}); is it running, and is its base_url right?`,
      details,
    );
  }
  if (isTlsCode(code)) {
    return new GatewayError(
      'upstream_tls',
      `The backend's TLS certificate was not accepted (${code}); see tls.ca_file.`,
      details,
    );
  }
  if (breaks.has(code)) {
    return new GatewayError(
      'upstream_error',
      'The backend closed the connection before its answer was complete.',
      details,
    );
  }
  return new GatewayError(
    'upstream_bad_response',
    `The backend's answer is not valid HTTP${code === '' ? '' : ` (${code})`}.`,
    details,
  );
}

const timeouts = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT']);

const connects = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EMFILE',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const breaks = new Set([
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_CLOSED',
  'UND_ERR_DESTROYED',
  'UND_ERR_ABORTED',
]);

function isTlsCode(code: string): boolean {
  return /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO)/.test(code);
}

/** The code of the first error in the chain of causes that has one; several addresses tried = the first's. */
function codeOf(thrown: unknown): string {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    const code = (error as NodeJS.ErrnoException).code;
    if (typeof code === 'string') return code;
    if (error instanceof AggregateError) return codeOf(error.errors[0]);
  }
  return '';
}
