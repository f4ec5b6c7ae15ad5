import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { ErrorCode } from '../model/gateway-error.ts';
import { CallMetrics } from './call-metrics.ts';
import type { CallRecord } from './call-record.ts';
import { CounterCells } from './counter-cells.ts';
import { addLiveGauges, type LiveSources } from './live-gauges.ts';
import { OldMetricNames, type OldSystem } from './old-metric-names.ts';

export interface MetricsOptions {
  readonly version: string;
  /** `process_…` and `nodejs_…` too; they cost a timer, so they begin with the first reader. */
  readonly withProcess?: boolean | undefined;
  /** Predecessors whose metric names are exposed beside ours (`metrics.compat`). */
  readonly compat?: readonly OldSystem[] | undefined;
  /** Seconds this process has been up, for a predecessor's metric. */
  readonly uptimeS?: (() => number) | undefined;
}

/**
 * The metrics of contract 7, in a registry of their own. Labels are bounded: apps, backends and groups by the
 * configuration, models by a limit, reasons and kinds by the closed list of error codes.
 */
export class Metrics {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  readonly #registry = new Registry();
  readonly #calls = new CallMetrics(this.#registry);
  readonly #upstreamErrors: CounterCells;
  readonly #slotBusy: CounterCells;
  readonly #swaps: CounterCells;
  readonly #overdrawn: CounterCells;
  readonly #old: OldMetricNames | undefined;
  #owesProcess: boolean;

  constructor({ version, withProcess = false, compat = [], uptimeS }: MetricsOptions) {
    this.#owesProcess = withProcess;
    this.#upstreamErrors = new CounterCells(
      this.#registry,
      'sluice_upstream_errors_total',
      'Failed attempts.',
      ['backend', 'kind'],
    );
    this.#slotBusy = new CounterCells(
      this.#registry,
      'sluice_slot_busy_seconds_total',
      'Time an app held a slot of the group.',
      ['group', 'app'],
      1 / 1000,
    );
    this.#swaps = new CounterCells(
      this.#registry,
      'sluice_swaps_total',
      'A model made way for another on the card of the group.',
      ['group'],
    );
    this.#overdrawn = new CounterCells(
      this.#registry,
      'sluice_shadow_refusals_total',
      'Requests that a limit in shadow mode would have refused.',
      ['app', 'limit'],
    );
    this.#old = compat.length === 0 ? undefined : new OldMetricNames(this.#registry, compat, uptimeS);
    this.#addBuildInfo(version);
  }

  /** Counts a request that is over. */
  recordCall(record: CallRecord): void {
    this.#calls.record(record);
    this.#old?.record(record);
  }

  /** Counts a failed attempt, whether or not another one saved the request. */
  upstreamFailed(backend: string, kind: ErrorCode): void {
    this.#upstreamErrors.at(backend, kind).value += 1;
    this.#old?.upstreamFailed(kind);
  }

  /** Counts the time an app had a slot of a group to itself. */
  slotReleased(group: string, app: string, busyMs: number): void {
    this.#slotBusy.at(group, app).value += busyMs;
  }

  /** Counts a model that made way for another. */
  swapped(group: string): void {
    this.#swaps.at(group).value += 1;
  }

  /** A model of a group was loaded by order. */
  modelLoaded(group: string, model: string, tookMs: number): void {
    this.#calls.modelLoaded(group, model, tookMs);
  }

  /** Counts a request that was turned away before its backend was asked, where its record does not say so. */
  rejected(reason: ErrorCode): void {
    this.#calls.rejected(reason);
  }

  /** Counts a request that went past a limit that only counts. */
  overdrawn(app: string, limit: string): void {
    this.#overdrawn.at(app, limit).value += 1;
  }

  /** Adds the gauges that ask these sources; once, when the house is built. */
  watch(sources: LiveSources): void {
    addLiveGauges(this.#registry, sources);
    this.#old?.watch(sources);
  }

  /**
   * What a scraper reads. It never fails: a metric that cannot be collected (a machine out of file descriptors
   * breaks `process.memoryUsage`) is left out, and the others are there.
   */
  async text(): Promise<string> {
    this.#beginProcess();
    const parts = await Promise.all(this.#registry.getMetricsAsArray().map(({ name }) => this.#textOf(name)));
    return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
  }

  async #textOf(name: string): Promise<string> {
    try {
      return await this.#registry.getSingleMetricAsString(name);
    } catch {
      return '';
    }
  }

  #beginProcess(): void {
    if (!this.#owesProcess) return;
    this.#owesProcess = false;
    try {
      collectDefaultMetrics({ register: this.#registry });
    } catch {
      // Some of them read the machine when they are made; those that were made stay.
    }
  }

  #addBuildInfo(version: string): void {
    const gauge = new Gauge({
      name: 'sluice_build_info',
      help: 'What is running; always 1.',
      labelNames: ['version', 'node'],
      registers: [this.#registry],
    });
    gauge.set({ version, node: process.version }, 1);
  }
}
