import type { Ledger } from '../decisions/accounting/ledger.ts';
import type { PriceList } from '../decisions/accounting/price-list.ts';
import type { TokenEstimator } from '../decisions/accounting/token-estimator.ts';
import type { Totals } from '../decisions/accounting/totals.ts';
import type { UnderWay } from '../decisions/accounting/under-way.ts';
import type { AllowanceStore, Claim } from '../decisions/allowances/allowance.ts';
import type { Arbiter } from '../decisions/arbitration/arbiter.ts';
import type { AnswerCache } from '../decisions/cache/answer-cache.ts';
import type { Flights } from '../decisions/cache/flights.ts';
import type { SharedAnswers } from '../decisions/cache/shared-answers.ts';
import type { RateStore } from '../decisions/policy/rate/rate-store.ts';
import type { RoutingMemory } from '../decisions/routing/routing-memory.ts';
import type { Clock } from '../model/clock.ts';
import type { GatewayError } from '../model/gateway-error.ts';
import type { CallRecord } from '../telemetry/call-record.ts';
import type { Traces } from '../telemetry/trace-file.ts';
import type { BackendHealth } from '../upstream/backend-watch.ts';
import type { Connections } from '../upstream/connections.ts';
import type { MissingSurfaces } from '../upstream/missing-surfaces.ts';
import type { ActiveCalls } from './active-calls.ts';
import type { AnswerMemory } from './answer-memory.ts';
import type { HostedPictures } from './hosted-pictures.ts';
import type { Snapshot } from './snapshot.ts';
import type { ThoughtMemory } from './thought-memory.ts';

/** Everything a call needs on its journey. Built once by the server's start; only the snapshot ever changes. */
export interface House {
  readonly clock: Clock;
  /** The configuration in force at this moment. */
  snapshot(): Snapshot;
  readonly arbiter: Arbiter;
  readonly routing: RoutingMemory;
  readonly answerCache: AnswerCache;
  /** Those of all replicas, where there are several. */
  readonly sharedAnswers?: SharedAnswers | undefined;
  /** Questions whose answers may be kept, while they are asked. */
  readonly flights: Flights;
  /** By the name of a backend; off the request path, so a little old. */
  healthOf(backend: string): BackendHealth['state'];
  /** As `Math.random`, for drawing lots. */
  random(): number;
  readonly connections: Connections;
  readonly missingSurfaces: MissingSurfaces;
  readonly thoughts: ThoughtMemory;
  readonly answers: AnswerMemory;
  readonly pictures: HostedPictures;
  readonly ledger: Ledger;
  readonly underWay: UnderWay;
  readonly prices: PriceList;
  readonly allowances: AllowanceStore;
  readonly rates: RateStore;
  readonly totals: Totals;
  readonly estimator: TokenEstimator;
  readonly calls: ActiveCalls;
  readonly telemetry: CallTelemetry;
  readonly traces: Traces;
}

/** Where a finished call is told. None of it throws, and none of it makes a call wait. */
export interface CallTelemetry {
  /** Metrics and access log. */
  record(record: CallRecord): void;
  /** What a translation could not carry over, for the log; no word of any prompt is in it. */
  gaveUp(requestId: string, appId: string | undefined, warnings: string): void;
  /** A backend failed before the client was sent anything, and another is asked. */
  passedOn(requestId: string, backend: string, error: GatewayError): void;
  /** An app has gone past a limit that only counts. */
  overdrew(appId: string, claim: Claim): void;
  /** A failure nobody foresaw, for the log. */
  unexpected(requestId: string, cause: unknown): void;
}
