import { type ErrorCode, errorKinds } from '../model/gateway-error.ts';
import type { MicroUnits } from '../model/money.ts';
import type { LedgerOperation } from '../model/operation.ts';

/**
 * What is known of one request when it is over: the access log writes it, the metrics count it. Plain and
 * read-only; whoever finishes a request makes one. It holds nothing a tenant wrote but the model's name.
 */
export interface CallRecord {
  readonly requestId: string;
  readonly appId: string | undefined;
  /** What the configuration calls the key it came with; undefined where it has no name. */
  readonly keyName: string | undefined;
  readonly method: string;
  /** The route's template, never the path as sent: no query, no ids, a bounded number of them. */
  readonly path: string;
  readonly operation: LedgerOperation | undefined;
  /** As resolved, or as asked where nothing was resolved. */
  readonly model: string | undefined;
  /** The backend of the last attempt; undefined = none was asked. */
  readonly backend: string | undefined;
  readonly status: number;
  readonly durationMs: number;
  /** Waiting for a lane; undefined = never queued. */
  readonly queueMs: number | undefined;
  /** From the arrival of the request to the first byte of the answer. */
  readonly ttftMs: number | undefined;
  /** Loading the model, where the backend did that first and said so. */
  readonly loadMs: number | undefined;
  readonly tokensIn: number | undefined;
  readonly tokensOut: number | undefined;
  readonly costMicro: MicroUnits | undefined;
  readonly currency: string | undefined;
  /** `bypass`: the cache was not asked. */
  readonly cache: 'hit' | 'miss' | 'bypass';
  readonly isStream: boolean;
  readonly clientIp: string | undefined;
  readonly errorCode: ErrorCode | undefined;
  /** Counted at 0 because nobody knows a price. */
  readonly isUnpriced: boolean;
  readonly outcome: Outcome;
  /** The sequence group it queued in. */
  readonly group: string | undefined;
  /** Time that neither a queue nor a backend used: ours. */
  readonly overheadMs: number | undefined;
}

/**
 * `served`     the client has its whole answer;
 * `refused`    no backend was troubled: a bad request, a policy, a full queue;
 * `failed`     a backend or the gateway broke down on the way;
 * `abandoned`  the client left first.
 */
export type Outcome = 'served' | 'refused' | 'failed' | 'abandoned';

/** The outcome that an error code stands for. */
export function outcomeOf(code: ErrorCode | undefined): Outcome {
  if (code === undefined) return 'served';
  if (code === 'client_left') return 'abandoned';
  if (code === 'internal_error' || errorKinds[code].fault === 'backend') return 'failed';
  return 'refused';
}
