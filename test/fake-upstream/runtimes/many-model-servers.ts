/** Servers with many models by name: LM Studio, LocalAI, llama-swap. */
import { type Json, type JsonObject, stringIn } from '../json.ts';
import type { Operation } from '../operation.ts';
import { control, failed, plain, willing } from './control-operation.ts';
import type { RuntimeMemory } from './runtime-memory.ts';

/** lmstudio.ai/docs/developer/rest. Each load makes an instance of its own: a second one is called `m:2`. */
export function lmstudioControls(memory: RuntimeMemory, models: readonly string[]): Operation[] {
  const instances = (key: string) =>
    memory.namesIn('loaded', 'stopping').filter((name) => name === key || name.startsWith(`${key}:`));
  return [
    control('lmstudio-models', 'GET', '/api/v1/models', () => ({
      models: models.map((key) => ({
        type: 'llm',
        key,
        selected_variant: `${key}@q4`,
        loaded_instances: instances(key).map((id) => ({
          id,
          config: memory.residents.get(id)?.options ?? {},
        })),
      })),
    })),
    control(
      'lmstudio-load',
      'POST',
      '/api/v1/models/load',
      willing(memory, async ({ body }) => {
        const { model, ...options } = body;
        const key = stringIn(model).replace(/@q4$/, '');
        const id = instances(key).length === 0 ? key : `${key}:${instances(key).length + 1}`;
        await memory.load(id, options);
        return { type: 'llm', instance_id: id, status: 'loaded' };
      }),
    ),
    control(
      'lmstudio-unload',
      'POST',
      '/api/v1/models/unload',
      willing(memory, async ({ body }) => {
        await memory.unload(stringIn(body.instance_id));
        return { instance_id: body.instance_id };
      }),
    ),
  ];
}

/** Before 0.4: it tells what is loaded, and can be told nothing. */
export function oldLmstudioControls(memory: RuntimeMemory, models: readonly string[]): Operation[] {
  return [
    control('lmstudio-models', 'GET', '/api/v0/models', () => ({
      object: 'list',
      data: models.map((id) => ({ id, state: memory.stateOf(id) === 'loaded' ? 'loaded' : 'not-loaded' })),
    })),
  ];
}

/** localai.io/features/backend-monitor. */
export function localaiControls(memory: RuntimeMemory): Operation[] {
  return [
    control('localai-system', 'GET', '/system', () => ({
      backends: [],
      loaded_models: memory.namesIn('loaded', 'stopping').map((id) => ({ id })),
    })),
    control('localai-monitor', 'GET', '/backend/monitor', ({ query }) => ({
      state: memory.working(query.get('model') ?? '') > 0 ? 1 : 2,
    })),
    control(
      'localai-load',
      'POST',
      '/backend/load',
      willing(memory, async ({ body }) => {
        await memory.load(stringIn(body.model), {});
        return { loaded: [stringIn(body.model)], message: 'model loaded' };
      }),
    ),
    control(
      'localai-shutdown',
      'POST',
      '/backend/shutdown',
      willing(memory, async ({ body }) => {
        if (memory.stateOf(stringIn(body.model)) === 'unloaded') return failed(404, 'is not loaded');
        await memory.unload(stringIn(body.model));
        return { message: 'model stopped' };
      }),
    ),
  ];
}

/** README.md and internal/server/api.go of mostlygeek/llama-swap. */
export function llamaSwapControls(memory: RuntimeMemory): Operation[] {
  const state = { loaded: 'ready', loading: 'starting', stopping: 'stopping' } as JsonObject;
  const running = (): Json =>
    [...memory.residents]
      .filter(([, resident]) => state[resident.state] !== undefined)
      .map(([model, resident]) => ({ model, state: state[resident.state] }));
  return [
    control('llama-swap-running', 'GET', '/running', () => ({ running: running() })),
    control(
      'llama-swap-upstream',
      'GET',
      '/upstream/*',
      willing(memory, async ({ path }) => {
        await memory.load(path.slice('/upstream/'.length).replace(/\/health$/, ''), {});
        return { status: 'ok' };
      }),
    ),
    control(
      'llama-swap-unload',
      'POST',
      '/api/models/unload/*',
      willing(memory, async ({ path }) => {
        await memory.unload(path.slice('/api/models/unload/'.length));
        return plain('OK');
      }),
    ),
  ];
}
