import type { LaneRequest } from '../decisions/arbitration/lane-limits.ts';
import { GatewayError } from '../model/gateway-error.ts';
import { type Enrolled, Roster } from '../model/roster.ts';
import type { Exchange } from './exchange.ts';

/** What wants to be looked after once a second. */
export interface Swept {
  sweep(monotonicMs: number): void;
}

/** A call on its way, as operators see it and as the minder needs it. */
export interface ActiveCall extends Enrolled {
  readonly exchange: Exchange;
  /** Monotonic. */
  readonly startedMs: number;
  appId: string | undefined;
  model: string | undefined;
  backend: string | undefined;
  isStream: boolean;
  /** What it last asked the referee for: by this object, and by nothing else, it is known there. */
  laneRequest: LaneRequest | undefined;
  /** What keeps its client from giving up. */
  signs: Swept | undefined;
  /** How long it waited for its lane, once it has it. */
  queuedMs: number;
  state: 'reading' | 'waiting' | 'running';
  /** Monotonic moment by which the backend must be done; set when the call is sent. */
  deadlineMs: number | undefined;
  /** Ends the attempt that is under way. */
  expire: ((error: GatewayError) => void) | undefined;
}

/**
 * Every call between its first byte and its last. One sweep a second looks after all of them, instead of
 * timers for each: the whole-answer deadline and signs of life here, slow clients in the server.
 */
export class ActiveCalls {
  readonly #calls = new Roster<ActiveCall>();

  add(call: ActiveCall): void {
    this.#calls.add(call);
  }

  remove(call: ActiveCall): void {
    this.#calls.remove(call);
  }

  get size(): number {
    return this.#calls.size;
  }

  all(): readonly ActiveCall[] {
    return this.#calls.all();
  }

  /** The call that asked the referee for this. */
  askedBy(request: LaneRequest): ActiveCall | undefined {
    return this.#calls.all().find((call) => call.laneRequest === request);
  }

  /** Ends a call; its client is told, with `client_left`. False if there is none of that id. */
  cancel(requestId: string): boolean {
    let isFound = false;
    for (const call of this.#calls.all()) {
      if (call.exchange.requestId !== requestId) continue;
      isFound = true;
      call.exchange.departure.leave('cancelled');
    }
    return isFound;
  }

  /**
   * Ends every call with `error`, which those that were sent still get to hear. The others are cut off, and most
   * clients send them again.
   */
  endAll(error: GatewayError): void {
    for (const call of this.#calls.all()) {
      if (call.expire !== undefined) call.expire(error);
      else call.exchange.departure.leave();
    }
  }

  /** Ends what has passed its deadline (timeouts.default_read_s), and gives signs of life to who waits. */
  sweep(monotonicMs: number): void {
    for (const call of this.#calls.all()) {
      call.signs?.sweep(monotonicMs);
      if (call.deadlineMs === undefined || monotonicMs < call.deadlineMs) continue;
      call.deadlineMs = undefined;
      call.expire?.(
        new GatewayError(
          'upstream_timeout',
          'The answer took longer than allowed in all (timeouts.default_read_s).',
        ),
      );
    }
  }
}
