import type { HeardError } from '../dialects/dialect.ts';
import type { FailureMeaning } from '../model/call-event.ts';
import { type ErrorCode, type ErrorDetails, GatewayError } from '../model/gateway-error.ts';

/** What a meaning comes to in our own list, and the word OpenAI has for it, which clients of all kinds look for. */
const meanings: Readonly<
  Record<FailureMeaning, { readonly code: ErrorCode; readonly backendCode?: string }>
> = {
  'bad-key': { code: 'upstream_error' },
  'rate-limited': { code: 'rate_limited' },
  overloaded: { code: 'no_healthy_backend' },
  'context-too-long': { code: 'invalid_request', backendCode: 'context_length_exceeded' },
  blocked: { code: 'invalid_request', backendCode: 'content_filter' },
};

/** The code of a failure whose meaning the dialect could tell, whatever its status was. */
export function codeOfMeaning(meaning: FailureMeaning): ErrorCode {
  return meanings[meaning].code;
}

/** The backend's word for its failure: the common one where the meaning has one, else its own. */
export function backendWord(said: HeardError): string | undefined {
  const word = said.meaning === undefined ? undefined : meanings[said.meaning].backendCode;
  return word ?? said.code;
}

/** An error a backend told with status 200: as a whole body, or inside its stream. */
export function backendFailure(said: HeardError | undefined): GatewayError {
  if (said === undefined)
    return new GatewayError('upstream_error', 'The backend reported an error inside its stream.');
  const code = said.meaning === undefined ? 'upstream_error' : codeOfMeaning(said.meaning);
  const details: ErrorDetails = {
    backendCode: backendWord(said),
    backendType: said.type,
    retryAfterMs: said.retryAfterMs,
    ...(said.meaning === 'bad-key' && { isWorthRetrying: false }),
  };
  return new GatewayError(code, said.message, details);
}
