/** llama-server (tools/server/README.md): a router over several models, or one model for life. */
import { tokensOf } from '../dialects/tokenize.ts';
import type { Json } from '../json.ts';
import { stringIn } from '../json.ts';
import type { Operation, PlainBody } from '../operation.ts';
import { control, failed, willing } from './control-operation.ts';
import type { RuntimeMemory } from './runtime-memory.ts';

export function routerControls(memory: RuntimeMemory, models: readonly string[]): Operation[] {
  const router = new Router(memory, models);
  return [
    control('llamacpp-models', 'GET', '/models', () => router.list()),
    control(
      'llamacpp-load',
      'POST',
      '/models/load',
      willing(memory, ({ body }) => router.load(stringIn(body.model))),
    ),
    control(
      'llamacpp-unload',
      'POST',
      '/models/unload',
      willing(memory, ({ body }) => router.unload(stringIn(body.model))),
    ),
    control('llamacpp-slots', 'GET', '/slots', ({ query }) =>
      router.slots(query.get('model') ?? '', query.get('autoload') !== 'false'),
    ),
    // As everywhere, the name says which of its models is meant.
    control('llamacpp-tokenize', 'POST', '/tokenize', (arrived) =>
      stringIn(arrived.body.model) === ''
        ? failed(400, 'model name is missing from the request')
        : tokensOf(arrived),
    ),
  ];
}

/** As `server-models.cpp` has it: a process for each model, and refusals for what is as one wants it already. */
class Router {
  readonly #memory: RuntimeMemory;
  readonly #models: readonly string[];

  constructor(memory: RuntimeMemory, models: readonly string[]) {
    this.#memory = memory;
    this.#models = models;
  }

  list(): Json {
    return {
      object: 'list',
      data: this.#known().map((id) => ({
        id,
        aliases: [aliasOf(id)],
        object: 'model',
        owned_by: 'llamacpp',
        status: statusOf(this.#memory, id),
      })),
    };
  }

  /** It answers at once; the model comes later. */
  load(name: string): Json | PlainBody {
    const id = this.#idOf(name);
    if (id === undefined) return failed(404, 'model is not found');
    if (this.#isRunning(id)) return failed(400, 'model is already running');
    void this.#memory.load(id, {});
    return { success: true };
  }

  /** One that is still being loaded is killed, and counts as failed until it is loaded again. */
  unload(name: string): Json | PlainBody {
    const id = this.#idOf(name);
    if (id === undefined) return failed(400, 'model is not found');
    if (!this.#isRunning(id)) return failed(400, 'model is not running');
    if (this.#memory.stateOf(id) === 'loading') void this.#memory.kill(id);
    else void this.#memory.unload(id);
    return { success: true };
  }

  /** A model that is asked for its slots is loaded unless that is forbidden, and woken in any case. */
  async slots(name: string, mayLoad: boolean): Promise<Json | PlainBody> {
    const id = this.#idOf(name);
    if (id === undefined) return failed(400, `model '${name}' not found`);
    if (!mayLoad && !this.#isRunning(id)) return failed(400, 'model is not loaded');
    if (this.#memory.stateOf(id) === 'loading' && !mayLoad) return failed(503, 'Loading model');
    await this.#memory.load(id, {}, 'request');
    return slots(this.#memory, id);
  }

  #known(): string[] {
    return [...new Set([...this.#models, ...this.#memory.residents.keys()])];
  }

  #idOf(name: string): string | undefined {
    return this.#known().find((id) => id === name || aliasOf(id) === name);
  }

  /** One that is on its way out still runs. */
  #isRunning(id: string): boolean {
    return !['unloaded', 'failed'].includes(this.#memory.stateOf(id));
  }
}

const aliasOf = (id: string) => `also-${id}`;

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
