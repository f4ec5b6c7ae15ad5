import type { MicroUnits } from '../../model/money.ts';
import type { LedgerOperation } from '../../model/operation.ts';
import type { CountedUsage } from './cost-of.ts';

/**
 * How a request ended: `complete` with its whole answer; `refused` by us before any backend; `cancelled` by its
 * client or an operator; `failed` with an error; `partial` when the answer broke off after its first byte;
 * `interrupted` when the daemon died while it ran, and nobody knows.
 */
export type Outcome = 'complete' | 'refused' | 'cancelled' | 'failed' | 'partial' | 'interrupted';

/**
 * A line of the ledger while its request runs: opened first, filled in on the way by whoever learns something,
 * closed once (`Ledger.close`). Made for every request, so it is plain fields and nothing else.
 */
export class Entry {
  readonly requestId: string;
  readonly operation: LedgerOperation;
  /** Wall time, milliseconds. */
  readonly startedAtMs: number;
  /** Undefined until, and unless, the key was recognised. */
  appId: string | undefined = undefined;
  /** The name of the key it came with, if that has one. */
  keyName: string | undefined = undefined;
  /** As the client wrote it. */
  askedModel: string | undefined = undefined;
  /** The name the backend was asked for. */
  model: string | undefined = undefined;
  backend: string | undefined = undefined;
  isStream = false;
  /** The HTTP status the client got; 499 if it left. */
  status = 0;
  outcome: Outcome = 'failed';
  errorCode: string | undefined = undefined;
  /** Undefined = not known, which is not 0. */
  usage: CountedUsage | undefined = undefined;
  isUsageEstimated = false;
  /** Images made. */
  images = 0;
  /** It was given before: its tokens cost nothing, and are no use of a quota. */
  isCacheHit = false;
  costMicro: MicroUnits = 0;
  currency: string | undefined = undefined;
  /** Nobody knows a price: counted at 0, and marked so that 0 is not believed (contract 4.3). */
  isUnpriced = false;
  queueMs: number | undefined = undefined;
  /** Time to first token. */
  ttftMs: number | undefined = undefined;
  durationMs = 0;
  clientIp: string | undefined = undefined;
  /** Who was asked, who was passed over, and why, as JSON; undefined where there was nothing to choose. */
  route: string | undefined = undefined;
  /** Set by the ledger: its number there, and the wall time under which it is counted. 0 = still open. */
  id = 0;
  closedAtMs = 0;
  /** Where it is noted while it is under way (`UnderWay`); -1 = nowhere. */
  slot = -1;

  constructor(requestId: string, operation: LedgerOperation, startedAtMs: number) {
    this.requestId = requestId;
    this.operation = operation;
    this.startedAtMs = startedAtMs;
  }
}

/** Prompt plus completion, or what the backend gave as the total; undefined = not known. */
export function totalTokensOf(usage: CountedUsage | undefined): number | undefined {
  if (usage === undefined) return undefined;
  const sum = usage.inputTokens + usage.outputTokens;
  return sum === 0 ? (usage.totalTokens ?? 0) : sum;
}
