import { expect, test } from 'vitest';
import type { BackendConfig, BackendsConfig, ModelConfig } from '../../config/config.ts';
import { normaliseResidency } from '../../config/normalise-residency.ts';
import { laneLimitsOf, ungroupedQueueLimits } from './lane-limits.ts';

const model = (concurrency: number | undefined): ModelConfig => ({
  concurrency,
  vramMib: undefined,
  unloadAfterMs: undefined,
  isWarm: false,
  aliases: [],
  inputTokensMax: undefined,
  outputTokensMax: undefined,
  loadOptions: undefined,
  loadOptionsPolicy: 'pin',
});

const backend: BackendConfig = {
  name: 'vllm',
  type: 'vllm',
  baseUrl: undefined,
  apiKey: undefined,
  headers: new Map(),
  sequenceGroup: 'gpu',
  concurrency: 4,
  models: new Map([
    ['big', model(1)],
    ['small', model(undefined)],
  ]),
  supports: undefined,
  autoModels: false,
  weight: 1,
  health: {
    path: undefined,
    intervalMs: undefined,
    timeoutMs: undefined,
    model: undefined,
    modelIntervalMs: undefined,
  },
  priority: 0,
  timeouts: {},
  tls: { caFile: undefined, insecure: false },
  cost: undefined,
  quirks: {},
  residency: normaliseResidency({ type: 'vllm' }),
  responsesShim: undefined,
  onlyForApp: undefined,
};

/** The keeper's own limits, 300 s for a load, end sooner. */
const answers = { loadMaxMs: 980_000, unloadMaxMs: 490_000 };

test('the keeper may be silent for longer than it gives a load, whatever that is', () => {
  const config: BackendsConfig = { aliases: new Map(), fallbacks: new Map(), groups: new Map(), list: [] };
  for (const load_timeout_s of [1, 300, 7_200]) {
    const residency = normaliseResidency({ type: 'vllm', residency: { load_timeout_s } });
    const { backends } = laneLimitsOf({ ...config, list: [{ ...backend, residency }] });
    expect(backends.get('vllm')?.answers?.loadMaxMs).toBeGreaterThan(residency.loadMaxMs);
  }
});

test('the limits of a configuration: groups, backends, and the models that have one of their own', () => {
  const group = {
    name: 'gpu',
    description: '',
    mode: 'serial' as const,
    capacityVramMib: undefined,
    affinity: undefined,
    unloadOnSwitch: undefined,
    queueMax: 3,
    queuePerAppMax: 2,
    queueWaitMaxMs: 1,
    onStoreLoss: 'fail_closed' as const,
    heldMaxMs: 1,
    keepalive: 'comment' as const,
    headerHoldMs: 4_000,
  };
  const config: BackendsConfig = {
    aliases: new Map(),
    fallbacks: new Map(),
    groups: new Map([['gpu', group]]),
    list: [backend],
  };
  expect(laneLimitsOf(config)).toEqual({
    groups: new Map([['gpu', group]]),
    backends: new Map([['vllm', { group: 'gpu', concurrency: 4, models: new Map([['big', 1]]), answers }]]),
    ungrouped: ungroupedQueueLimits,
  });
});

test('where models come and go, concurrency is counted for each, and what is declared of them is passed on', () => {
  const group = {
    name: 'gpu',
    description: '',
    mode: 'sets' as const,
    capacityVramMib: 24_000,
    affinity: { batchMax: 8, holdMaxMs: 30_000 },
    unloadOnSwitch: undefined,
    queueMax: 3,
    queuePerAppMax: 2,
    queueWaitMaxMs: 1,
    onStoreLoss: 'fail_closed' as const,
    heldMaxMs: 1,
    keepalive: 'comment' as const,
    headerHoldMs: 4_000,
  };
  const declared = {
    ...model(undefined),
    vramMib: 9000,
    unloadAfterMs: 60_000,
    loadOptions: { b: 2, a: 1 },
    isWarm: true,
  };
  const config: BackendsConfig = {
    aliases: new Map(),
    fallbacks: new Map(),
    groups: new Map([['gpu', group]]),
    list: [{ ...backend, models: new Map([...backend.models, ['declared', declared]]) }],
  };
  expect(laneLimitsOf(config).backends.get('vllm')).toEqual({
    group: 'gpu',
    concurrency: Number.POSITIVE_INFINITY,
    concurrencyPerModel: 4,
    models: new Map([['big', 1]]),
    answers,
    facts: new Map([
      ['declared', { vramMib: 9000, unloadAfterMs: 60_000, loadOptions: '{"a":1,"b":2}', isWarm: true }],
    ]),
  });
});
