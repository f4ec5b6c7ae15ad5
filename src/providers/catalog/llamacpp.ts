import { isJsonObject, type JsonObject } from '../../model/json.ts';
import { type Conversation, get, insist, long, type Memory, nothing, post, rows, texts } from '../driver.ts';
import { defineProvider, openAi, optional, others, withVersion } from '../provider.ts';

/**
 * llama-server. `/health` needs no key, wakes nothing, and says 503 while the model is loading. It lists one
 * model, called by its path unless it was started with `--alias`; embeddings need `--embeddings`.
 *
 * Memory (tools/server/README.md of ggml-org/llama.cpp, "Using multiple models"): started without a model it is a
 * router, whose `/models` gives each model a `status`, and which loads and unloads by name. Started with one it holds
 * that for life: `/health` says 503 until it is there, `/props` whether it sleeps. The router may stop a model that is
 * at work, so `/slots` is asked first.
 */
export default defineProvider({
  name: 'llamacpp',
  aliases: ['llama.cpp', 'llama-cpp', 'llama_cpp', 'llama-server'],
  title: 'llama.cpp',
  baseUrl: 'http://127.0.0.1:8080/v1',
  basePath: withVersion('/v1'),
  localPort: 8080,
  surfaces: [
    openAi.chat,
    openAi.completions,
    openAi.embeddings,
    optional(openAi.responses),
    optional({ dialect: 'anthropic-messages', path: '/messages' }),
    optional({ dialect: 'anthropic-count-tokens', path: '/messages/count_tokens' }),
    optional(others.rerank),
    optional({ dialect: 'llamacpp-tokenize', path: '/tokenize', from: 'host' }),
  ],
  probe: { path: '/health', from: 'host' },
  quirks: { vendorSampling: true, reasoningBack: 'reasoning_content' },
  driver: {
    *memory() {
      const list = yield get('/models');
      const models = rows(list, 'data');
      const isRouter = models.some(({ status }) => isJsonObject(status));
      return isRouter ? memoryOfRouter(models) : yield* memoryOfOne();
    },
    // Where no more fit (`--models-max`) it answers only when the model it throws out for it is gone.
    *load({ model }) {
      yield* insist(long(post('/models/load', { model })));
    },
    *unload({ model }) {
      yield* insist(post('/models/unload', { model }));
    },
    // To ask what sleeps for its slots would wake it.
    *busy(model) {
      if (isAsleep(rows(yield get('/models'), 'data'), model)) return false;
      const { status, json } = yield get(`/slots?model=${encodeURIComponent(model)}&autoload=false`);
      if (status !== 200 || !Array.isArray(json)) return undefined;
      return json.some((slot) => isJsonObject(slot) && slot['is_processing'] === true);
    },
  },
});

/** What sleeps counts as loaded: its next request wakes it, and then its memory is taken without a word to anybody. */
function memoryOfRouter(models: readonly JsonObject[]): Memory {
  const inState = (...states: readonly string[]) =>
    texts(
      models.filter((model) => states.includes(stateOf(model))),
      'id',
    );
  const failed = models.filter(({ status }) => isJsonObject(status) && status['failed'] === true);
  return {
    loaded: inState('loaded', 'sleeping'),
    loading: inState('loading'),
    failed: texts(failed, 'id'),
    sameAs: new Map(
      models.flatMap((model) => aliasesOf(model).map((alias) => [alias, String(model['id'])] as const)),
    ),
  };
}

function isAsleep(models: readonly JsonObject[], name: string): boolean {
  const model = models.find((one) => one['id'] === name || aliasesOf(one).includes(name));
  return model !== undefined && stateOf(model) === 'sleeping';
}

function stateOf({ status }: JsonObject): string {
  return isJsonObject(status) ? String(status['value']) : '';
}

function aliasesOf({ aliases }: JsonObject): readonly string[] {
  return Array.isArray(aliases) ? aliases.filter((alias) => typeof alias === 'string') : [];
}

function* memoryOfOne(): Conversation<Memory> {
  const { status } = yield get('/health');
  if (status === 503) return { loaded: nothing, loading: 'all', isFixed: true };
  const { json } = yield get('/props');
  const sleeps = isJsonObject(json) && json['is_sleeping'] === true;
  return { loaded: sleeps ? nothing : 'all', loading: nothing, isFixed: true };
}
