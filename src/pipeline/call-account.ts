import type { AppConfig } from '../config/config.ts';
import { costOf } from '../decisions/accounting/cost-of.ts';
import type { Entry, Outcome } from '../decisions/accounting/entry.ts';
import type { LaneRequest } from '../decisions/arbitration/lane-limits.ts';
import type { Lease } from '../decisions/arbitration/lease.ts';
import type { Identity } from '../decisions/policy/identity.ts';
import { asGatewayError, type GatewayError } from '../model/gateway-error.ts';
import { isGenerating, type LedgerOperation } from '../model/operation.ts';
import type { RateStandings } from '../model/rate-standing.ts';
import type { Usage } from '../model/usage.ts';
import type { Warnings } from '../model/warnings.ts';
import { outcomeOf } from '../telemetry/call-record.ts';
import type { Backend } from '../upstream/backend.ts';
import type { ActiveCall, Swept } from './active-calls.ts';
import type { TimedOutcome } from './answer-plan.ts';
import type { CallHolds } from './call-holds.ts';
import { estimateUsage } from './estimate-usage.ts';
import type { AnswerPlace, CacheOutcome, Exchange, Waited } from './exchange.ts';
import type { House } from './house.ts';
import type { ReadQuestion } from './read-question.ts';
import { recordOf } from './record-of.ts';
import type { Snapshot } from './snapshot.ts';
import { Tap } from './tap.ts';
import { traceContent } from './trace-content.ts';

/**
 * What one call has come to so far: the one place that fills its ledger entry, and that tells ledger, totals,
 * metrics, log and trace how it ended. The journey calls it after each step; it decides nothing.
 */
export class CallAccount {
  readonly entry: Entry;
  /** What the translation of question and answer gave up, once there is one. */
  warnings: Warnings | undefined;
  /** What the cache had to do with it. */
  cache: CacheOutcome = 'bypass';
  /** Where its caller stands after it, as far as that is limited and told. */
  rate: RateStandings | undefined;
  /** So many tokens its answer may have at most; undefined = nobody limits it. */
  outputTokensMax: number | undefined;
  /** What is set aside for it; undefined = nothing of what it uses is limited. */
  holds: CallHolds | undefined;
  readonly #house: House;
  readonly #snapshot: Snapshot;
  readonly #exchange: Exchange;
  readonly #active: ActiveCall;
  readonly #startedMs: number;
  #app: AppConfig | undefined;
  #backend: Backend | undefined;
  #question: ReadQuestion | undefined;
  #outcome: TimedOutcome | undefined;
  #enteredLaneMs: number | undefined;
  /** The backend has been asked. */
  #isSent = false;
  /** In the lanes of backends that could not do it. */
  #queuedBeforeMs = 0;
  #queuePosition: number | undefined;
  #loadMs: number | undefined;

  constructor(house: House, snapshot: Snapshot, exchange: Exchange) {
    this.#house = house;
    this.#snapshot = snapshot;
    this.#exchange = exchange;
    this.#startedMs = house.clock.monotonicMs();
    this.entry = house.ledger.open(exchange.requestId, ledgerOperation(exchange));
    this.entry.clientIp = exchange.clientIp;
    this.#active = {
      rosterIndex: -1,
      exchange,
      startedMs: this.#startedMs,
      appId: undefined,
      model: undefined,
      backend: undefined,
      isStream: false,
      laneRequest: undefined,
      signs: undefined,
      queuedMs: 0,
      state: 'reading',
      deadlineMs: undefined,
      expire: undefined,
    };
    house.calls.add(this.#active);
  }

  /** The app that calls; only after `identified`. */
  get app(): AppConfig {
    return this.#app as AppConfig;
  }

  /** The backend it goes to; only after `chose`. */
  get backend(): Backend {
    return this.#backend as Backend;
  }

  /** For so long it has waited for its turn by now. */
  get waitingMs(): number {
    return this.#enteredLaneMs === undefined ? 0 : this.#house.clock.monotonicMs() - this.#enteredLaneMs;
  }

  get waited(): Waited {
    return {
      queueMs: this.entry.queueMs ?? 0,
      queuePosition: this.#queuePosition,
      loadMs: this.#loadMs,
    };
  }

  identified({ app, key }: Identity): void {
    this.#app = app;
    this.entry.appId = app.appId;
    this.entry.keyName = key?.name;
    this.#active.appId = app.appId;
    if (app.trace?.includeResponse === true || app.trace?.imageDir !== undefined)
      this.#exchange.tap = new Tap();
  }

  asked(question: ReadQuestion, model: string): void {
    this.#question = question;
    this.entry.askedModel = question.asked.model;
    this.entry.model = model;
    this.entry.isStream = question.asked.isStream;
    this.#active.model = model;
    this.#active.isStream = question.asked.isStream;
  }

  chose(backend: Backend, model: string): void {
    this.#backend = backend;
    this.entry.backend = backend.name;
    this.entry.model = model;
    this.#active.backend = backend.name;
    this.#active.state = 'waiting';
    this.#enteredLaneMs = this.#house.clock.monotonicMs();
  }

  /** One backend could not do it; another is asked. */
  failedAt(error: GatewayError): void {
    const { backend } = this.entry;
    if (backend === undefined) return;
    this.#house.telemetry.passedOn(this.entry.requestId, backend, error);
    this.#isSent = false;
    this.#active.deadlineMs = undefined;
    this.#active.expire = undefined;
    this.#queuedBeforeMs = this.entry.queueMs ?? 0;
  }

  /** What to ask the referee for. */
  laneRequest(): LaneRequest {
    const request = {
      requestId: this.entry.requestId,
      appId: this.app.appId,
      backend: this.entry.backend ?? '',
      model: this.entry.model ?? '',
      group: this.#backend?.config.sequenceGroup,
      waitMaxMs: patienceOf(this.#exchange),
      priority: this.app.priority,
      weight: this.app.weight,
    };
    this.#active.laneRequest = request;
    return request;
  }

  /** What keeps its client from giving up, if it may be sent such. */
  keptAliveBy(signs: Swept | undefined): void {
    this.#active.signs = signs;
  }

  /** It must wait, and so many do with it. */
  queued(queuePosition: number): void {
    this.#queuePosition = queuePosition;
    this.#loadMs = undefined;
  }

  /** Without a lease: nobody lets it in, and it does not wait. */
  entered(lease: Lease | undefined): void {
    const waitedMs = lease?.waitedMs ?? 0;
    this.entry.queueMs = this.#queuedBeforeMs + waitedMs;
    this.#active.queuedMs = waitedMs;
    this.#loadMs = lease?.loadMs;
    this.#enteredLaneMs = undefined;
  }

  /** The question is on its way, or a part of it; all of the answer must be there `totalMs` after the first. */
  sent(totalMs: number, expire: (error: GatewayError) => void): void {
    this.#active.state = 'running';
    this.#isSent = true;
    if (this.cache !== 'hit') this.#house.underWay.note(this.entry, this.holds?.costMicro ?? 0);
    this.#active.deadlineMs ??= this.#house.clock.monotonicMs() + totalMs;
    this.#active.expire = expire;
  }

  answered(outcome: TimedOutcome): void {
    this.#outcome = outcome;
    const { entry } = this;
    this.#count(outcome);
    entry.images = outcome.images;
    entry.status = 200;
    if (outcome.firstByteAtMs !== undefined) entry.ttftMs = outcome.firstByteAtMs - outcome.sentAtMs;
    if (outcome.error === undefined) entry.outcome = 'complete';
    else this.#brokeOff(outcome.error);
  }

  /** A call that will fail has used something all the same. */
  spent(usage: Usage): void {
    this.entry.usage = usage;
  }

  /** Tells the client, too: the exchange knows whether that is still possible. */
  failed(thrown: unknown): void {
    const error = asGatewayError(thrown);
    const { entry } = this;
    entry.errorCode = error.code;
    entry.status = this.#exchange.dialect.errorStatus?.(error) ?? error.status;
    entry.appId ??= error.details.appId;
    entry.outcome = ledgerOutcomes[outcomeOf(error.code)];
    if (error.code === 'client_left') this.#readAtLeast();
    if (this.#enteredLaneMs !== undefined) entry.queueMs = this.#queuedBeforeMs + this.waitingMs;
    this.#tellUnexpected(error);
    if (this.#exchange.departure.isClientThere) this.#exchange.fail(error, this.#place());
  }

  #place(): AnswerPlace | undefined {
    const { backend, model = '' } = this.entry;
    return backend === undefined ? undefined : { backend, model, ...this.waited };
  }

  /** Prices the call and writes its entry; resolves when it is in the ledger. */
  settle(): Promise<void> {
    const { entry } = this;
    entry.durationMs = this.#house.clock.monotonicMs() - this.#startedMs;
    entry.isCacheHit = this.cache === 'hit';
    const hasUsed = this.#outcome !== undefined || entry.usage !== undefined;
    // What was given before is paid for.
    if (this.#backend !== undefined && hasUsed && !entry.isCacheHit) this.#price(this.#backend);
    const written = this.#house.ledger.close(entry);
    this.holds?.settle(entry);
    return written;
  }

  /** After the answer is out: metrics, access log, totals, traces. Nothing here can hurt the call. */
  tell(): void {
    const house = this.#house;
    // Not before: until its row is in the ledger the note is all there is.
    house.underWay.over(this.entry);
    house.calls.remove(this.#active);
    house.totals.add(this.entry);
    const record = recordOf(this.entry, this.#exchange, this.#backend, this.#outcome, this.cache);
    house.telemetry.record(record);
    if (this.warnings !== undefined && this.warnings.list.length > 0)
      house.telemetry.gaveUp(this.entry.requestId, this.entry.appId, this.warnings.asHeader());
    if (this.#app?.trace === undefined || this.#question === undefined) return;
    const isRedacted = this.#snapshot.config.daemon.logging.redactPrompts;
    const createdS = Math.floor(this.entry.startedAtMs / 1000);
    const content = traceContent(this.#exchange, this.#question, createdS, house.pictures);
    house.traces.write(this.#app.trace, record, content, isRedacted);
  }

  /** Tokens that were only counted were not used. */
  #count(outcome: TimedOutcome): void {
    const { entry } = this;
    if (this.#exchange.dialect.kind === 'count') return;
    entry.usage = outcome.usage ?? this.#estimate(outcome);
    entry.isUsageEstimated = outcome.usage === undefined && entry.usage !== undefined;
    if (outcome.usage !== undefined) this.#teach(outcome.usage);
  }

  /** What the backend read of this question teaches how to estimate the next one; sound and rankings are no such texts. */
  #teach({ inputTokens }: Usage): void {
    const { estimator, clock } = this.#house;
    const { kind } = this.#exchange.dialect;
    if (kind === 'passing' || kind === 'rerank' || kind === 'image-change') return;
    const nowMs = clock.monotonicMs();
    const model = this.entry.model ?? '';
    if (this.#question === undefined || inputTokens === 0 || !estimator.wantsLesson(model, nowMs)) return;
    estimator.teach(model, this.#question.body, inputTokens, nowMs);
  }

  #estimate(outcome: TimedOutcome): Usage | undefined {
    const { operation, model = '' } = this.entry;
    // What it was held to it has not passed.
    const mostTokens =
      (this.outputTokensMax ?? Number.POSITIVE_INFINITY) * (this.#question?.asked.choices ?? 1);
    return estimateUsage(operation, Math.min(outcome.contentTokens, mostTokens), () => {
      return this.#house.estimator.tokensOf(model, this.#question?.body ?? {});
    });
  }

  #brokeOff(error: GatewayError): void {
    this.entry.errorCode = error.code;
    this.#tellUnexpected(error);
    const isGone = error.code === 'client_left';
    this.entry.outcome = isGone ? 'cancelled' : 'partial';
    if (!isGone) return;
    this.entry.status = error.status;
    this.#readAtLeast();
  }

  /** Who leaves before anything was told would else have the question read for nothing, again and again. */
  #readAtLeast(): void {
    const { entry } = this;
    if (!this.#isSent || entry.usage !== undefined || this.cache === 'hit') return;
    if (!isGenerating(entry.operation)) return;
    const inputTokens = this.#house.estimator.tokensOf(entry.model ?? '', this.#question?.body ?? {});
    entry.usage = { inputTokens, outputTokens: 0 };
    entry.isUsageEstimated = true;
  }

  /** Clients are told that the log has the details. */
  #tellUnexpected(error: GatewayError): void {
    if (error.code === 'internal_error') this.#house.telemetry.unexpected(this.entry.requestId, error.cause);
  }

  #price(backend: Backend): void {
    const { entry } = this;
    if (this.#exchange.dialect.kind === 'count') return;
    const price = this.#house.prices.priceFor(backend.pricing, entry.model ?? '');
    entry.isUnpriced = price === undefined;
    if (price === undefined) return;
    entry.currency = price.currency;
    entry.costMicro = costOf(entry.usage, price, entry.images, this.#outcome?.requests);
  }
}

/** The SDKs of OpenAI and Anthropic say how long they will wait; nobody need work for them after that. */
function patienceOf(exchange: Exchange): number | undefined {
  const seconds = Number(exchange.header('x-stainless-timeout'));
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
}

function ledgerOperation({ dialect }: Exchange): LedgerOperation {
  return dialect.kind === 'count' ? 'count_tokens' : dialect.operation;
}

/** The words of metrics for a call that failed, in those of the ledger. */
const ledgerOutcomes = {
  served: 'complete',
  refused: 'refused',
  failed: 'failed',
  abandoned: 'cancelled',
} as const satisfies Record<string, Outcome>;
