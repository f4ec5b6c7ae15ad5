/** llama-server (tools/server/README.md): a router over several models, or one model for life. */
import type { Json } from '../json.ts';
import { stringIn } from '../json.ts';
import type { Operation } from '../operation.ts';
import { control, failed, willing } from './control-operation.ts';
import type { RuntimeMemory } from './runtime-memory.ts';

export function routerControls(memory: RuntimeMemory, models: readonly string[]): Operation[] {
  return [
    control('llamacpp-models', 'GET', '/models', () => ({
      object: 'list',
      data: [...new Set([...models, ...memory.residents.keys()])].map((id) => ({
        id,
        object: 'model',
        status: statusOf(memory, id),
      })),
    })),
    control(
      'llamacpp-load',
      'POST',
      '/models/load',
      willing(memory, ({ body }) => {
        // It answers at once; the model comes later.
        void memory.load(stringIn(body.model), {});
        return { success: true };
      }),
    ),
    control(
      'llamacpp-unload',
      'POST',
      '/models/unload',
      willing(memory, ({ body }) => {
        void memory.unload(stringIn(body.model));
        return { success: true };
      }),
    ),
    control('llamacpp-slots', 'GET', '/slots', ({ query }) => slots(memory, query.get('model') ?? '')),
  ];
}

/** The one model is the first of the fake's. */
export function singleControls(memory: RuntimeMemory, models: readonly string[]): Operation[] {
  const [model = 'm'] = models;
  return [
    control('llamacpp-models', 'GET', '/models', () => ({
      object: 'list',
      data: [{ id: model, object: 'model', meta: memory.mood.isStarting ? null : { n_params: 1 } }],
    })),
    control('llamacpp-health', 'GET', '/health', () =>
      memory.mood.isStarting ? failed(503, 'Loading model') : { status: 'ok' },
    ),
    control('llamacpp-props', 'GET', '/props', () => ({
      total_slots: 1,
      is_sleeping: memory.stateOf(model) === 'sleeping',
    })),
    control('llamacpp-slots', 'GET', '/slots', () => slots(memory, model)),
  ];
}

function statusOf(memory: RuntimeMemory, id: string): Json {
  const state = memory.stateOf(id);
  if (state === 'failed') return { value: 'unloaded', failed: true, exit_code: 1 };
  return { value: state === 'stopping' ? 'loaded' : state };
}

function slots(memory: RuntimeMemory, model: string): Json {
  return [{ id: 0, is_processing: memory.working(model) > 0 }];
}
