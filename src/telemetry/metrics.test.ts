import { describe, expect, it, vi } from 'vitest';
import { Metrics } from './metrics.ts';
import { sampleRecord } from './sample-record.ts';

/** The sample lines of the exposition, without comments. */
async function samples(metrics: Metrics): Promise<string[]> {
  return (await metrics.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

describe('the metrics', () => {
  it('count a call under the names and labels of the contract', async () => {
    const metrics = new Metrics({ version: '1.2.3' });
    metrics.recordCall(sampleRecord());
    metrics.recordCall(sampleRecord());
    metrics.recordCall(sampleRecord({ cache: 'hit', isUnpriced: true, backend: undefined, costMicro: 0 }));
    metrics.recordCall(sampleRecord({ cache: 'bypass', appId: 'uncached' }));
    const lines = await samples(metrics);
    for (const line of [
      'sluice_requests_total{app="uncached",model="qwen2.5:7b",backend="gpu-box",operation="chat",status="200",cache="bypass"} 1',
      'sluice_requests_total{app="demo",model="qwen2.5:7b",backend="gpu-box",operation="chat",status="200",cache="miss"} 2',
      'sluice_requests_total{app="demo",model="qwen2.5:7b",backend="",operation="chat",status="200",cache="hit"} 1',
      'sluice_tokens_total{app="demo",model="qwen2.5:7b",direction="input"} 3702',
      'sluice_tokens_total{app="demo",model="qwen2.5:7b",direction="output"} 963',
      'sluice_cost_total{app="demo",model="qwen2.5:7b",currency="usd"} 0.009422',
      'sluice_cache_hits_total 1',
      'sluice_unpriced_requests_total 1',
      'sluice_request_duration_seconds_bucket{le="1.28"} 4',
      'sluice_request_duration_seconds_bucket{le="600"} 4',
      'sluice_time_to_first_token_seconds_bucket{le="0.1"} 0',
      'sluice_time_to_first_token_seconds_bucket{le="0.25"} 4',
      'sluice_overhead_seconds_bucket{le="0.0005"} 4',
      'sluice_queue_wait_seconds_count{group="gpu0"} 4',
      `sluice_build_info{version="1.2.3",node="${process.version}"} 1`,
    ])
      expect(lines).toContain(line);
    expect(await samples(metrics)).toEqual(lines);
  });

  it('count refusals by reason, failed attempts by kind, and held slots', async () => {
    const metrics = new Metrics({ version: '1' });
    metrics.recordCall(
      sampleRecord({ outcome: 'refused', errorCode: 'queue_full', status: 429, backend: undefined }),
    );
    metrics.recordCall(sampleRecord({ outcome: 'failed', errorCode: 'upstream_error', status: 502 }));
    metrics.upstreamFailed('gpu-box', 'upstream_connect');
    metrics.slotReleased('gpu0', 'demo', 1500);
    metrics.swapped('gpu0');
    metrics.rejected('model_loading');
    const lines = await samples(metrics);
    expect(lines.filter((line) => line.startsWith('sluice_rejected_total'))).toEqual([
      'sluice_rejected_total{reason="queue_full"} 1',
      'sluice_rejected_total{reason="model_loading"} 1',
    ]);
    expect(lines).toContain('sluice_upstream_errors_total{backend="gpu-box",kind="upstream_connect"} 1');
    expect(lines).toContain('sluice_slot_busy_seconds_total{group="gpu0",app="demo"} 1.5');
    expect(lines).toContain('sluice_swaps_total{group="gpu0"} 1');
  });

  it('name at most 200 models, and none that nobody has served', async () => {
    const metrics = new Metrics({ version: '1' });
    for (let index = 0; index < 500; index += 1)
      metrics.recordCall(
        sampleRecord({
          model: `nonsense-${index}`,
          backend: undefined,
          outcome: 'refused',
          errorCode: 'model_not_found',
        }),
      );
    for (let index = 0; index < 300; index += 1)
      metrics.recordCall(sampleRecord({ model: `model-${index}` }));
    const names = new Set((await samples(metrics)).map((line) => /model="([^"]*)"/.exec(line)?.[1]));
    names.delete(undefined);
    metrics.modelLoaded('gpu0', 'model-7', 2_000);
    metrics.modelLoaded('gpu0', 'one too many', 2_000);
    const loads = (await samples(metrics)).filter((line) => line.startsWith('sluice_model_load_seconds_sum'));
    expect(loads).toEqual([
      'sluice_model_load_seconds_sum{group="gpu0",model="model-7"} 2',
      'sluice_model_load_seconds_sum{group="gpu0",model="other"} 2',
    ]);
    expect(names.size).toBe(201);
    expect(names).toContain('other');
    expect([...names].some((name) => name?.startsWith('nonsense'))).toBe(false);
  });

  it('ask live sources when they are read, and only for what there is', async () => {
    const metrics = new Metrics({ version: '1' });
    const queues = new Map([['gpu0', 3]]);
    metrics.watch({
      queueDepth: () => queues,
      requestsInFlight: () => [['gpu-box', 2]],
      backendUp: () => [['gpu-box', false]],
      breakerState: () => [['gpu-box', 'half-open']],
      activeApps: () => 7,
    });
    const lines = await samples(metrics);
    for (const line of [
      'sluice_queue_depth{group="gpu0"} 3',
      'sluice_requests_in_flight{backend="gpu-box"} 2',
      'sluice_backend_up{backend="gpu-box"} 0',
      'sluice_breaker_state{backend="gpu-box"} 1',
      'sluice_active_apps 7',
    ])
      expect(lines).toContain(line);
    expect(lines.join()).not.toContain('sluice_ledger_spool_entries');
    queues.clear();
    expect((await samples(metrics)).join()).not.toContain('sluice_queue_depth{');
  });

  it('are still there when a source fails, or the machine has no file descriptors', async () => {
    const emfile = () => {
      throw Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' });
    };
    vi.spyOn(process, 'memoryUsage').mockImplementation(Object.assign(emfile, { rss: emfile }));
    const metrics = new Metrics({ version: '1', withProcess: true });
    metrics.watch({ activeApps: emfile, queueDepth: () => [['gpu0', 1]] });
    const lines = await samples(metrics);
    vi.restoreAllMocks();
    expect(lines).toContain('sluice_queue_depth{group="gpu0"} 1');
    expect(lines.join()).toContain('process_cpu_seconds_total');
    expect(lines.join()).not.toContain('sluice_active_apps');
  });

  it('say nothing of the process unless asked', async () => {
    expect(await new Metrics({ version: '1' }).text()).not.toMatch(/^(process|nodejs)_/m);
  });

  it('escape what a name may hold', async () => {
    const metrics = new Metrics({ version: '1' });
    metrics.recordCall(sampleRecord({ model: 'a"b\\c\nd' }));
    expect(await metrics.text()).toContain('model="a\\"b\\\\c\\nd"');
  });

  it('carry the predecessors’ names where they are wanted', async () => {
    const metrics = new Metrics({ version: '1', compat: ['ai-gateway', 'selfhosted'], uptimeS: () => 12 });
    metrics.watch({
      requestsInFlight: () => [
        ['a', 1],
        ['b', 2],
      ],
      activeApps: () => 4,
    });
    metrics.recordCall(sampleRecord());
    metrics.recordCall(sampleRecord({ status: 502, outcome: 'failed', errorCode: 'upstream_error' }));
    metrics.recordCall(
      sampleRecord({ status: 429, outcome: 'refused', errorCode: 'rate_limited', method: 'EVIL' }),
    );
    metrics.upstreamFailed('gpu-box', 'upstream_timeout');
    const lines = await samples(metrics);
    for (const line of [
      'ai_gateway_requests_total{client_id="demo",model="qwen2.5:7b",status="200"} 1',
      'ai_gateway_input_tokens_total{client_id="demo",model="qwen2.5:7b"} 3702',
      'ai_gateway_upstream_errors_total{client_id="demo",model="qwen2.5:7b",provider="gpu-box"} 1',
      'ai_gateway_requests_in_progress 3',
      'ai_gateway_active_clients 4',
      'ai_gateway_request_duration_seconds_count{client_id="demo",model="qwen2.5:7b"} 3',
      'chat_api_uptime_seconds 12',
      'chat_api_requests_total{method="other",path="/v1/chat/completions",status="429"} 1',
      'chat_api_rate_limited_total{identity="demo"} 1',
      'chat_api_backend_errors_total{kind="upstream_timeout"} 1',
      'chat_api_request_duration_seconds_count 3',
    ])
      expect(lines).toContain(line);
  });
});
