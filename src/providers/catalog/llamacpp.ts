import { isJsonObject, type JsonObject } from '../../model/json.ts';
import { type Conversation, get, insist, type Memory, nothing, post, rows, texts } from '../driver.ts';
import { defineProvider, openAi, optional, withVersion } from '../provider.ts';

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
    *load({ model }) {
      yield* insist(post('/models/load', { model }));
    },
    *unload({ model }) {
      yield* insist(post('/models/unload', { model }));
    },
    *busy(model) {
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
      models.filter(({ status }) => isJsonObject(status) && states.includes(String(status['value']))),
      'id',
    );
  const failed = models.filter(({ status }) => isJsonObject(status) && status['failed'] === true);
  return { loaded: inState('loaded', 'sleeping'), loading: inState('loading'), failed: texts(failed, 'id') };
}

function* memoryOfOne(): Conversation<Memory> {
  const { status } = yield get('/health');
  if (status === 503) return { loaded: nothing, loading: 'all', isFixed: true };
  const { json } = yield get('/props');
  const sleeps = isJsonObject(json) && json['is_sleeping'] === true;
  return { loaded: sleeps ? nothing : 'all', loading: nothing, isFixed: true };
}
