/** Ollama: `/api/ps`, and requests without a prompt (docs/api.md). */
import { isOnlyLoading } from '../dialects/ollama-asked.ts';
import { type Json, type JsonObject, objectIn, stringIn } from '../json.ts';
import type { Arrived, Operation } from '../operation.ts';
import { control, failed, willing } from './control-operation.ts';
import type { RuntimeMemory } from './runtime-memory.ts';

/** Names of models that only embed, and are refused by `/api/generate`. */
const onlyEmbeds = /embed/;

export function ollamaControls(memory: RuntimeMemory): Operation[] {
  const load = async ({ body }: Arrived): Promise<Json> => {
    const model = tagged(stringIn(body.model));
    if (body.keep_alive === 0) await memory.unload(model);
    else await memory.load(model, loadOptionsIn(body));
    return { model, response: '', done: true, done_reason: body.keep_alive === 0 ? 'unload' : 'load' };
  };
  return [
    control('ollama-ps', 'GET', '/api/ps', () =>
      memory.mood.isStarting
        ? failed(503, 'starting')
        : { models: memory.namesIn('loaded', 'stopping').map((name) => row(name, memory)) },
    ),
    onlyIf(
      ({ body }) => isOnlyLoading({ body }),
      control(
        'ollama-generate',
        'POST',
        '/api/generate',
        willing(memory, (arrived) =>
          onlyEmbeds.test(stringIn(arrived.body.model)) && arrived.body.keep_alive !== 0
            ? failed(400, 'does not support generate')
            : load(arrived),
        ),
      ),
    ),
    onlyIf(
      ({ body }) => Array.isArray(body.input) && body.input.length === 0,
      control('ollama-embed', 'POST', '/api/embed', willing(memory, load)),
    ),
  ];
}

/** The options that make it load a model anew when they differ (server/sched.go); what is left out has its default. */
export function loadOptionsIn(body: JsonObject): JsonObject {
  const wanted = Object.entries(objectIn(body.options)).filter(([name]) => RELOADING.has(name));
  return Object.fromEntries(wanted.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const RELOADING = new Set(['num_ctx', 'num_batch', 'num_gpu', 'main_gpu', 'num_thread', 'use_mmap']);

export function tagged(model: string): string {
  return model.includes(':') ? model : `${model}:latest`;
}

function onlyIf(isMeant: (arrived: Arrived) => boolean, operation: Operation): Operation {
  return { ...operation, isMeant };
}

function row(name: string, memory: RuntimeMemory): JsonObject {
  const options = memory.residents.get(name)?.options ?? {};
  return { name, model: name, size_vram: 1_000_000, context_length: options.num_ctx ?? 4096 };
}
