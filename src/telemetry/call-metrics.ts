import { Histogram, type Registry } from 'prom-client';
import type { ErrorCode } from '../model/gateway-error.ts';
import { MICRO } from '../model/money.ts';
import { BucketCells } from './bucket-cells.ts';
import {
  durationBuckets,
  firstTokenBuckets,
  modelLoadBuckets,
  overheadBuckets,
  queueWaitBuckets,
} from './buckets.ts';
import type { CallRecord } from './call-record.ts';
import { type Cell, CounterCells } from './counter-cells.ts';
import { ModelLabel } from './model-label.ts';

/** The cells that calls of one kind share: looked up once per kind, not once per call. */
interface Series {
  readonly requests: Cell;
  readonly tokensIn: Cell;
  readonly tokensOut: Cell;
  readonly cost: Cell | undefined;
}

/** What is counted of every call that is over (contract 7). Hot: one look-up, and then additions. */
export class CallMetrics {
  readonly #requests: CounterCells;
  readonly #tokens: CounterCells;
  readonly #cost: CounterCells;
  readonly #rejected: CounterCells;
  readonly #cacheHits: Cell;
  readonly #unpriced: Cell;
  readonly #duration: BucketCells;
  readonly #firstToken: BucketCells;
  readonly #overhead: BucketCells;
  readonly #queueWait: Histogram<'group'>;
  readonly #waitOf = new Map<string, Histogram.Internal<'group'>>();
  /** Seldom observed, so looked up each time. */
  readonly #modelLoad: Histogram<'group' | 'model'>;
  readonly #model = new ModelLabel();
  readonly #series = new Map<string, Series>();
  /** The last call's, and its series: traffic comes in runs, and then no key need be made. */
  #last: CallRecord | undefined;
  #lastSeries: Series | undefined;

  constructor(registry: Registry) {
    const counter = (name: string, help: string, labels?: readonly string[], scale?: number) =>
      new CounterCells(registry, name, help, labels, scale);
    const histogram = (name: string, help: string, buckets: number[]) =>
      new BucketCells(registry, name, help, buckets);
    this.#requests = counter('sluice_requests_total', 'Requests that are over.', [
      'app',
      'model',
      'backend',
      'operation',
      'status',
      'cache',
    ]);
    this.#tokens = counter('sluice_tokens_total', 'Tokens read and written by models.', [
      'app',
      'model',
      'direction',
    ]);
    this.#cost = counter('sluice_cost_total', 'Money spent.', ['app', 'model', 'currency'], 1 / MICRO);
    this.#rejected = counter('sluice_rejected_total', 'Requests refused before any backend was asked.', [
      'reason',
    ]);
    this.#cacheHits = counter('sluice_cache_hits_total', 'Answers that came from the cache.').at();
    this.#unpriced = counter(
      'sluice_unpriced_requests_total',
      'Requests counted at 0 for want of a price.',
    ).at();
    this.#duration = histogram(
      'sluice_request_duration_seconds',
      'From arrival to last byte.',
      durationBuckets,
    );
    this.#firstToken = histogram(
      'sluice_time_to_first_token_seconds',
      'From arrival to first byte.',
      firstTokenBuckets,
    );
    this.#overhead = histogram(
      'sluice_overhead_seconds',
      'Time spent in the gateway itself.',
      overheadBuckets,
    );
    this.#queueWait = new Histogram({
      name: 'sluice_queue_wait_seconds',
      help: 'Waiting for a lane of the group.',
      buckets: queueWaitBuckets,
      labelNames: ['group'],
      registers: [registry],
    });
    this.#modelLoad = new Histogram({
      name: 'sluice_model_load_seconds',
      help: 'Loading a model, by order or by its backend before it could answer.',
      buckets: modelLoadBuckets,
      labelNames: ['group', 'model'],
      registers: [registry],
    });
  }

  record(call: CallRecord): void {
    const { tokensIn, tokensOut, costMicro, ttftMs, overheadMs } = call;
    const series = this.#isLikeLast(call) ? (this.#lastSeries as Series) : this.#seriesOf(call);
    this.#last = call;
    this.#lastSeries = series;
    series.requests.value += 1;
    if (tokensIn !== undefined) series.tokensIn.value += tokensIn;
    if (tokensOut !== undefined) series.tokensOut.value += tokensOut;
    if (costMicro !== undefined && series.cost !== undefined) series.cost.value += costMicro;
    if (call.cache === 'hit') this.#cacheHits.value += 1;
    if (call.isUnpriced) this.#unpriced.value += 1;
    this.#duration.add(call.durationMs / 1000);
    if (ttftMs !== undefined) this.#firstToken.add(ttftMs / 1000);
    if (overheadMs !== undefined) this.#overhead.add(overheadMs / 1000);
    if (call.group !== undefined && call.queueMs !== undefined) this.#waited(call.group, call.queueMs);
    if (call.loadMs !== undefined) this.#loaded(call.group, this.#model.of(call), call.loadMs);
    if (call.outcome === 'refused') this.rejected(call.errorCode ?? 'internal_error');
  }

  /** Counts a request that no backend was asked. */
  rejected(reason: ErrorCode): void {
    this.#rejected.at(reason).value += 1;
  }

  /** A model was loaded by order. */
  modelLoaded(group: string, model: string, loadMs: number): void {
    this.#loaded(group, this.#model.ofReal(model), loadMs);
  }

  #loaded(group: string | undefined, model: string, loadMs: number): void {
    this.#modelLoad.observe({ group: group ?? '', model }, loadMs / 1000);
  }

  #waited(group: string, queueMs: number): void {
    let wait = this.#waitOf.get(group);
    if (wait === undefined) {
      wait = this.#queueWait.labels(group);
      this.#waitOf.set(group, wait);
    }
    wait.observe(queueMs / 1000);
  }

  #isLikeLast(call: CallRecord): boolean {
    const last = this.#last;
    return (
      last !== undefined &&
      last.model === call.model &&
      last.appId === call.appId &&
      last.backend === call.backend &&
      last.operation === call.operation &&
      last.status === call.status &&
      last.cache === call.cache &&
      last.currency === call.currency
    );
  }

  #seriesOf(call: CallRecord): Series {
    const model = this.#model.of(call);
    const { appId = '', backend = '', operation = '', currency = '' } = call;
    const key = `${appId}\n${model}\n${backend}\n${operation}\n${call.status}\n${call.cache}\n${currency}`;
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    const series = {
      requests: this.#requests.at(appId, model, backend, operation, String(call.status), call.cache),
      tokensIn: this.#tokens.at(appId, model, 'input'),
      tokensOut: this.#tokens.at(appId, model, 'output'),
      cost: currency === '' ? undefined : this.#cost.at(appId, model, currency),
    };
    this.#series.set(key, series);
    return series;
  }
}
