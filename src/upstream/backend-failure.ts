import type { HeardError } from '../dialects/dialect.ts';
import type { FailureMeaning } from '../model/call-event.ts';
import { type ErrorCode, type ErrorDetails, GatewayError } from '../model/gateway-error.ts';
import type { Secret } from '../model/secret.ts';
import { scrubWords } from './scrub-words.ts';

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

/** The backend's words for its failure, fit for clients: the common code where the meaning has one, else its own. */
export function wordsOf(
  said: HeardError,
  key: Secret | undefined,
): Pick<ErrorDetails, 'backendCode' | 'backendType'> {
  const common = said.meaning === undefined ? undefined : meanings[said.meaning].backendCode;
  const own = said.code === undefined ? undefined : scrubWords(said.code, key);
  return {
    backendCode: common ?? own,
    backendType: said.type === undefined ? undefined : scrubWords(said.type, key),
  };
}

/**
 * An error a backend told with status 200: as a whole body, or inside its stream. `key` is the one it was sent, and
 * is struck out of what it says.
 */
export function backendFailure(said: HeardError | undefined, key: Secret | undefined): GatewayError {
  if (said === undefined)
    return new GatewayError('upstream_error', 'The backend reported an error inside its stream.');
  const code = said.meaning === undefined ? 'upstream_error' : codeOfMeaning(said.meaning);
  const details: ErrorDetails = {
    ...wordsOf(said, key),
    retryAfterMs: said.retryAfterMs,
    ...(said.meaning === 'bad-key' && { isWorthRetrying: false }),
  };
  return new GatewayError(code, scrubWords(said.message, key), details);
}
