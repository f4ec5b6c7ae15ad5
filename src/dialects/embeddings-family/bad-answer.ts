import type { CallEvent } from '../../model/call-event.ts';
import type { HeardError } from '../dialect.ts';

/** An answer without the vectors that were asked for, whatever else it says. */
export function badAnswer(what: string): HeardError {
  return {
    message: `the backend answered an embeddings request with ${what}`,
    code: 'upstream_bad_response',
  };
}

export function errorEvent({ message, code, meaning }: HeardError): CallEvent {
  return { type: 'error', message, code, meaning };
}
