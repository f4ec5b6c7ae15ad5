/** Servers with one model that sleeps: vLLM (docs/features/sleep_mode.md), SGLang; and one that does not: TGI. */
import { type Json, type JsonObject, listIn, stringIn } from '../json.ts';
import type { Operation } from '../operation.ts';
import { control, failed, plain, willing } from './control-operation.ts';
import type { RuntimeMemory } from './runtime-memory.ts';

export function vllmControls(memory: RuntimeMemory, models: readonly string[]): Operation[] {
  const [model = 'm'] = models;
  let hasWeights = true;
  return [
    control('vllm-is-sleeping', 'GET', '/is_sleeping', () => ({
      is_sleeping: memory.stateOf(model) === 'unloaded',
    })),
    control(
      'vllm-sleep',
      'POST',
      '/sleep',
      willing(memory, async ({ query }) => {
        if (query.get('level') === '2') hasWeights = false;
        await memory.unload(model);
        return plain('');
      }),
    ),
    control(
      'vllm-wake-up',
      'POST',
      '/wake_up',
      willing(memory, async ({ query }) => {
        const isWhole = query.get('tags') === null || query.get('tags') === 'kv_cache';
        // Woken without its weights it talks gibberish: the fake does not wake.
        if (isWhole && hasWeights) await memory.load(model, {});
        return plain('');
      }),
    ),
    control(
      'vllm-collective-rpc',
      'POST',
      '/collective_rpc',
      willing(memory, ({ body }) => {
        if (stringIn(body.method) === 'reload_weights') hasWeights = true;
        return {};
      }),
    ),
    metrics('vllm', memory, model, ['vllm:num_requests_running', 'vllm:num_requests_waiting']),
  ];
}

export function sglangControls(memory: RuntimeMemory, models: readonly string[]): Operation[] {
  const [model = 'm'] = models;
  return [
    control(
      'sglang-release',
      'POST',
      '/release_memory_occupation',
      willing(memory, async () => {
        if (memory.stateOf(model) === 'unloaded') return failed(500, 'the engine is gone');
        await memory.unload(model);
        return plain('');
      }),
    ),
    control(
      'sglang-resume',
      'POST',
      '/resume_memory_occupation',
      willing(memory, async () => {
        if (memory.stateOf(model) === 'loaded') return failed(500, 'the engine is gone');
        await memory.load(model, {});
        return plain('');
      }),
    ),
    control('sglang-rerank', 'POST', '/v1/rerank', ({ body }) => bareRanking(body)),
    metrics('sglang', memory, model, ['sglang:num_running_reqs', 'sglang:num_queue_reqs']),
  ];
}

/** Nothing but the list (srt/entrypoints/openai/serving_rerank.py): a document is as relevant as it is long. */
function bareRanking({ documents }: JsonObject): Json {
  const texts = listIn(documents).map(stringIn);
  return texts
    .map((document, index) => {
      const meta_info = { id: `rank-${index}`, prompt_tokens: document.split(' ').length };
      return { score: document.length / 100, document, index, meta_info };
    })
    .sort((a, b) => b.score - a.score);
}

export function tgiControls(memory: RuntimeMemory): Operation[] {
  return [
    control('tgi-health', 'GET', '/health', () =>
      memory.mood.isStarting ? failed(503, 'not healthy') : plain(''),
    ),
  ];
}

/** The gauges as Prometheus' text, among others that have nothing to do with it. */
function metrics(
  name: string,
  memory: RuntimeMemory,
  model: string,
  [running, waiting]: readonly [string, string],
): Operation {
  return control(`${name}-metrics`, 'GET', '/metrics', () =>
    plain(
      [
        `# HELP ${running} How many.`,
        `# TYPE ${running} gauge`,
        `${running}{engine="0",model_name="${model}"} ${memory.working(model)}.0`,
        `${running}_total{model_name="${model}"} 17.0`,
        `${waiting}{engine="0",model_name="${model}"} 0.0`,
        '',
      ].join('\n'),
    ),
  );
}
