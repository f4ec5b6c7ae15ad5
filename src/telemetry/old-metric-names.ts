import { Gauge, Histogram, type Registry } from 'prom-client';
import type { ErrorCode } from '../model/gateway-error.ts';
import { durationBuckets } from './buckets.ts';
import type { CallRecord } from './call-record.ts';
import { CounterCells } from './counter-cells.ts';
import type { LiveSources } from './live-gauges.ts';
import { ModelLabel } from './model-label.ts';

/** The systems whose dashboards go on working, as `metrics.compat` spells them. */
export type OldSystem = 'ai-gateway' | 'selfhosted';

/**
 * Predecessors' metric names beside ours (rows 001-67 and 004-24), so that a dashboard survives the move. Where
 * a predecessor never set what it declared, it is set here.
 */
export class OldMetricNames {
  readonly #aiGateway: AiGatewayNames | undefined;
  readonly #selfhosted: SelfhostedNames | undefined;

  constructor(registry: Registry, systems: readonly OldSystem[], uptimeS: (() => number) | undefined) {
    this.#aiGateway = systems.includes('ai-gateway') ? new AiGatewayNames(registry) : undefined;
    this.#selfhosted = systems.includes('selfhosted') ? new SelfhostedNames(registry, uptimeS) : undefined;
  }

  record(call: CallRecord): void {
    this.#aiGateway?.record(call);
    this.#selfhosted?.record(call);
  }

  upstreamFailed(kind: ErrorCode): void {
    this.#selfhosted?.upstreamFailed(kind);
  }

  watch(sources: LiveSources): void {
    this.#aiGateway?.watch(sources);
  }
}

class AiGatewayNames {
  readonly #registry: Registry;
  readonly #requests: CounterCells;
  readonly #tokensIn: CounterCells;
  readonly #tokensOut: CounterCells;
  readonly #errors: CounterCells;
  readonly #duration: Histogram<'client_id' | 'model'>;
  readonly #model = new ModelLabel();

  constructor(registry: Registry) {
    this.#registry = registry;
    const counter = (name: string, labels: readonly string[]) =>
      new CounterCells(registry, `ai_gateway_${name}`, 'As its namesake of ai-gateway.', labels);
    this.#requests = counter('requests_total', ['client_id', 'model', 'status']);
    this.#tokensIn = counter('input_tokens_total', ['client_id', 'model']);
    this.#tokensOut = counter('output_tokens_total', ['client_id', 'model']);
    this.#errors = counter('upstream_errors_total', ['client_id', 'model', 'provider']);
    this.#duration = new Histogram({
      name: 'ai_gateway_request_duration_seconds',
      help: 'As its namesake of ai-gateway.',
      buckets: durationBuckets,
      labelNames: ['client_id', 'model'],
      registers: [registry],
    });
  }

  record(call: CallRecord): void {
    const app = call.appId ?? '';
    const model = this.#model.of(call);
    this.#requests.at(app, model, String(call.status)).value += 1;
    this.#tokensIn.at(app, model).value += call.tokensIn ?? 0;
    this.#tokensOut.at(app, model).value += call.tokensOut ?? 0;
    if (call.outcome === 'failed' && call.backend !== undefined)
      this.#errors.at(app, model, call.backend).value += 1;
    this.#duration.observe({ client_id: app, model }, call.durationMs / 1000);
  }

  watch({ requestsInFlight, activeApps }: LiveSources): void {
    if (requestsInFlight !== undefined)
      addGauge(this.#registry, 'ai_gateway_requests_in_progress', () => sum(requestsInFlight()));
    if (activeApps !== undefined) addGauge(this.#registry, 'ai_gateway_active_clients', activeApps);
  }
}

class SelfhostedNames {
  readonly #requests: CounterCells;
  readonly #errors: CounterCells;
  readonly #limited: CounterCells;
  readonly #duration: Histogram;

  constructor(registry: Registry, uptimeS: (() => number) | undefined) {
    const counter = (name: string, labels: readonly string[]) =>
      new CounterCells(registry, `chat_api_${name}`, 'As its namesake of selfhosted-chat-api.', labels);
    this.#requests = counter('requests_total', ['method', 'path', 'status']);
    this.#errors = counter('backend_errors_total', ['kind']);
    this.#limited = counter('rate_limited_total', ['identity']);
    this.#duration = new Histogram({
      name: 'chat_api_request_duration_seconds',
      help: 'As its namesake of selfhosted-chat-api.',
      buckets: durationBuckets,
      registers: [registry],
    });
    if (uptimeS !== undefined) addGauge(registry, 'chat_api_uptime_seconds', uptimeS);
  }

  record(call: CallRecord): void {
    this.#requests.at(knownMethod(call.method), call.path, String(call.status)).value += 1;
    if (call.errorCode === 'rate_limited') this.#limited.at(call.appId ?? '').value += 1;
    this.#duration.observe(call.durationMs / 1000);
  }

  upstreamFailed(kind: ErrorCode): void {
    this.#errors.at(kind).value += 1;
  }
}

/** A method is a client's word; a label must be ours. */
function knownMethod(method: string): string {
  return ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].includes(method) ? method : 'other';
}

function addGauge(registry: Registry, name: string, read: () => number): void {
  new Gauge({
    name,
    help: 'As its namesake of a predecessor.',
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}

function sum(values: Iterable<readonly [string, number]>): number {
  let total = 0;
  for (const [, value] of values) total += value;
  return total;
}
