import { anyAbove, insist, long, post } from '../driver.ts';
import { defineProvider, openAi, optional, others, withVersion } from '../provider.ts';

/**
 * `/health` stands at the root and generates nothing, unlike `/health_generate`.
 *
 * Memory (docs.sglang.ai, "SGLang for RL systems"; python/sglang/srt/entrypoints/http_server.py of
 * sgl-project/sglang): with `--enable-memory-saver` its one model gives its memory back and takes it again. It cannot be
 * asked which of the two it did last; releasing in the middle of a request ends the engine. So what was asked of it is
 * remembered, never asked twice, and the gauges of `/metrics` (`--enable-metrics`) come first.
 */
export default defineProvider({
  name: 'sglang',
  title: 'SGLang',
  baseUrl: 'http://127.0.0.1:30000/v1',
  basePath: withVersion('/v1'),
  localPort: 30000,
  surfaces: [
    openAi.chat,
    openAi.completions,
    openAi.embeddings,
    optional(openAi.responses),
    optional({ dialect: 'anthropic-messages', path: '/messages' }),
    optional(others.transcriptions),
    optional(others.rerank),
  ],
  probe: { path: '/health', from: 'host' },
  quirks: { vendorSampling: true, reasoningBack: 'reasoning_content' },
  driver: {
    *load() {
      yield* insist(long(post('/resume_memory_occupation', {})));
    },
    *unload() {
      yield* insist(long(post('/release_memory_occupation', {})));
    },
    busy: () => anyAbove('sglang:num_running_reqs', 'sglang:num_queue_reqs'),
  },
});
