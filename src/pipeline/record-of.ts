import type { Entry } from '../decisions/accounting/entry.ts';
import type { ErrorCode } from '../model/gateway-error.ts';
import { type CallRecord, outcomeOf } from '../telemetry/call-record.ts';
import type { Backend } from '../upstream/backend.ts';
import type { TimedOutcome } from './answer-plan.ts';
import type { CacheOutcome, Exchange } from './exchange.ts';

/** A closed entry as metrics and the access log want it. */
export function recordOf(
  entry: Entry,
  exchange: Exchange,
  backend: Backend | undefined,
  outcome: TimedOutcome | undefined,
  cache: CacheOutcome,
): CallRecord {
  const backendMs = outcome === undefined ? undefined : outcome.endedAtMs - outcome.sentAtMs;
  return {
    requestId: entry.requestId,
    appId: entry.appId,
    keyName: entry.keyName,
    method: exchange.method,
    path: exchange.path,
    operation: entry.operation,
    model: entry.model ?? entry.askedModel,
    backend: entry.backend,
    status: entry.status,
    durationMs: entry.durationMs,
    queueMs: entry.queueMs,
    ttftMs: entry.ttftMs === undefined ? undefined : entry.ttftMs + (entry.queueMs ?? 0),
    loadMs: outcome?.loadMs,
    tokensIn: entry.usage?.inputTokens,
    tokensOut: entry.usage?.outputTokens,
    costMicro: entry.costMicro,
    currency: entry.currency,
    cache,
    isStream: entry.isStream,
    clientIp: entry.clientIp,
    errorCode: entry.errorCode as ErrorCode | undefined,
    isUnpriced: entry.isUnpriced,
    outcome: outcomeOf(entry.errorCode as ErrorCode | undefined),
    group: backend?.config.sequenceGroup,
    overheadMs: backendMs === undefined ? undefined : entry.durationMs - backendMs - (entry.queueMs ?? 0),
  };
}
