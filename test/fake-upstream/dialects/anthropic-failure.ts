import { frame } from '../frames.ts';
import type { Json } from '../json.ts';
import type { FailureWords } from '../operation.ts';

const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  409: 'conflict_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

export const anthropicFailure: FailureWords = {
  envelope,
  frame: (status, message) => frame(envelope(status, message), { event: 'error' }),
  tooLong: ({ tokens, tokensMax }) =>
    envelope(400, `prompt is too long: ${tokens} tokens > ${tokensMax} maximum`),
};

function envelope(status: number, message: string): Json {
  const type = TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
  return { type: 'error', error: { type, message }, request_id: 'req_fake' };
}
