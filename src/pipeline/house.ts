import type { Ledger } from '../decisions/accounting/ledger.ts';
import type { PriceList } from '../decisions/accounting/price-list.ts';
import type { Spend } from '../decisions/accounting/spend.ts';
import type { Totals } from '../decisions/accounting/totals.ts';
import type { Arbiter } from '../decisions/arbitration/arbiter.ts';
import type { Clock } from '../model/clock.ts';
import type { CallRecord } from '../telemetry/call-record.ts';
import type { Traces } from '../telemetry/trace-file.ts';
import type { Connections } from '../upstream/connections.ts';
import type { ActiveCalls } from './active-calls.ts';
import type { Snapshot } from './snapshot.ts';

/** Everything a call needs on its journey. Built once by the server's start; only the snapshot ever changes. */
export interface House {
  readonly clock: Clock;
  /** The configuration in force at this moment. */
  snapshot(): Snapshot;
  readonly arbiter: Arbiter;
  readonly connections: Connections;
  readonly ledger: Ledger;
  readonly prices: PriceList;
  readonly spend: Spend;
  readonly totals: Totals;
  readonly calls: ActiveCalls;
  readonly telemetry: CallTelemetry;
  readonly traces: Traces;
}

/** Where a finished call is told. None of it throws, and none of it makes a call wait. */
export interface CallTelemetry {
  /** Metrics and access log. */
  record(record: CallRecord): void;
  /** A failure nobody foresaw, for the log. */
  unexpected(requestId: string, cause: unknown): void;
}
