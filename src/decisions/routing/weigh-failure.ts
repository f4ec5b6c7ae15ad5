import type { GatewayError } from '../../model/gateway-error.ts';
import type { Verdict } from './breaker.ts';

/** What a failed attempt means for what comes after it. */
export interface Weight {
  /** Another backend might do it: it was not the question that was wrong. */
  readonly triesElsewhere: boolean;
  /** The same backend might do it at once: nothing reached it. */
  readonly triesAgain: boolean;
  /** What it says about the backend, for its breaker. */
  readonly verdict: Verdict;
  /** So long the backend asked to be left alone with this model. */
  readonly coolsMs: number;
  /** So long it had better be asked after the others. */
  readonly shiesMs?: number;
}

const its: Weight = { triesElsewhere: true, triesAgain: false, verdict: 'failure', coolsMs: 0 };
const lacking: Weight = { triesElsewhere: true, triesAgain: false, verdict: 'success', coolsMs: 0 };
const turnedAway: Weight = { triesElsewhere: true, triesAgain: false, verdict: 'unknown', coolsMs: 0 };
const askersFault: Weight = { triesElsewhere: false, triesAgain: false, verdict: 'success', coolsMs: 0 };
const nobodysFault: Weight = { triesElsewhere: false, triesAgain: false, verdict: 'unknown', coolsMs: 0 };

/** It answered. */
export const wellDone: Weight = { triesElsewhere: false, triesAgain: false, verdict: 'success', coolsMs: 0 };

/** It has too much to do, and does not say for how long. */
const usualShynessMs = 1_000;

/**
 * Whose fault it was, and what follows (contract 6.5; protocols 10.9):
 *
 * - It is not there, does not answer, answers nonsense, cuts off, refuses our key: its fault. Tried elsewhere, and
 *   counted by its breaker.
 * - It is busy or we ask too much of it (429, 503 or 529 with a time): tried elsewhere, and left alone for that time;
 *   429 without a time: asked after the others for a second.
 * - It loads the model, or the queue before it is full: tried elsewhere, and nothing is held against it.
 * - It lacks the model or the operation: tried elsewhere; it works.
 * - The question is wrong: it would be wrong everywhere.
 * - The client left, or the house closes: says nothing about anybody.
 */
export function weighFailure(error: GatewayError): Weight {
  const { backendStatus, retryAfterMs } = error.details;
  switch (error.code) {
    case 'upstream_connect':
      return { ...its, triesAgain: true };
    case 'upstream_tls':
    case 'upstream_bad_response':
    case 'upstream_timeout':
    case 'upstream_error':
      return its;
    case 'rate_limited':
      return retryAfterMs === undefined
        ? { ...lacking, shiesMs: usualShynessMs }
        : { ...lacking, coolsMs: retryAfterMs };
    case 'no_healthy_backend':
      // Without a status of the backend's it is the referee who refuses: a model that would not load.
      if (backendStatus === undefined) return turnedAway;
      return retryAfterMs === undefined ? its : { ...turnedAway, coolsMs: retryAfterMs };
    case 'model_loading':
    case 'queue_full':
      return turnedAway;
    case 'model_not_found':
    case 'operation_not_supported':
      return lacking;
    case 'client_left':
    case 'shutting_down':
    case 'queue_timeout':
    case 'internal_error':
      return nobodysFault;
    default:
      return askersFault;
  }
}
