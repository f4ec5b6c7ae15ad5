import { isJsonObject } from '../../model/json.ts';
import { anyAbove, type Conversation, get, insist, long, nothing, post } from '../driver.ts';
import { defineProvider, openAi, optional, others, withVersion } from '../provider.ts';

/**
 * `/health` stands at the root, not under `/v1`, as `/tokenize` does; it says 503 once the engine is dead.
 *
 * Memory (docs/features/sleep_mode.md of vllm-project/vllm): with `--enable-sleep-mode` and `VLLM_SERVER_DEV_MODE=1` its
 * one model sleeps and wakes; without, `/is_sleeping` is not there, and it holds the model for life. At level 1 the
 * weights wait in the machine's memory, at level 2 they are gone and read again. `/sleep` breaks off what runs, so the
 * gauges of `/metrics` are asked first. A model that wakes writes one token for nobody.
 */
export default defineProvider({
  name: 'vllm',
  aliases: ['remote'],
  title: 'vLLM',
  baseUrl: 'http://127.0.0.1:8000/v1',
  basePath: withVersion('/v1'),
  localPort: 8000,
  surfaces: [
    openAi.chat,
    openAi.completions,
    openAi.embeddings,
    optional(openAi.responses),
    optional({ dialect: 'anthropic-messages', path: '/messages' }),
    optional({ dialect: 'anthropic-count-tokens', path: '/messages/count_tokens' }),
    optional(others.transcriptions),
    optional(others.translations),
    optional(others.rerank),
    optional({ dialect: 'vllm-tokenize', path: '/tokenize', from: 'host' }),
  ],
  probe: { path: '/health', from: 'host' },
  quirks: { vendorSampling: true, reasoningBack: 'reasoning_content' },
  driver: {
    sleeps: true,
    *memory() {
      const isAsleep = yield* sleeps();
      if (isAsleep === undefined) return { loaded: 'all', loading: nothing, isFixed: true };
      return { loaded: isAsleep ? nothing : 'all', loading: nothing };
    },
    *load({ model, sleepLevel }) {
      yield* wake(sleepLevel);
      // Never while it sleeps: a wake-up may be answered with 200 and not have come to pass.
      if (yield* sleeps()) return;
      // One token now, or the first to ask waits for what is only set up at work. A model that writes nothing refuses.
      yield long(post('/v1/completions', { model, prompt: '.', max_tokens: 1 }));
    },
    *unload({ sleepLevel }) {
      yield* insist(long(post(`/sleep?level=${sleepLevel}`)));
    },
    busy: () => anyAbove('vllm:num_requests_running', 'vllm:num_requests_waiting'),
  },
});

/** Undefined: its model does not sleep. */
function* sleeps(): Conversation<boolean | undefined> {
  const { status, json } = yield get('/is_sleeping');
  return status === 200 ? isJsonObject(json) && json['is_sleeping'] === true : undefined;
}

function* wake(sleepLevel: 1 | 2): Conversation<void> {
  if (sleepLevel === 1) {
    yield* insist(long(post('/wake_up')));
    return;
  }
  // Answers of a model that slept at level 2 and was not given its weights again are gibberish.
  yield* insist(long(post('/wake_up?tags=weights')));
  yield* insist(long(post('/collective_rpc', { method: 'reload_weights' })));
  yield* insist(long(post('/wake_up?tags=kv_cache')));
}
