import type { CallEvent } from '../model/call-event.ts';
import type { GatewayError } from '../model/gateway-error.ts';
import type { Outcome } from './relay.ts';

/**
 * Writes an answer to the client out of events, whoever made them: an in-house provider, a backend of another
 * dialect, or one whose answer came in another form than was asked for.
 */
export interface EventSink {
  take(event: CallEvent): void;
  /** Sends what was written since the last time: called when the backend has given all it has for the moment. */
  flush(): void;
  /** After the last event. */
  end(): void;
  fail(error: GatewayError): void;
  readonly outcome: Outcome;
}
