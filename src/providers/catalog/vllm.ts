import { defineProvider, openAi, optional, withVersion } from '../provider.ts';

/** `/health` stands at the root, not under `/v1`, as `/tokenize` does; it says 503 once the engine is dead. */
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
    optional({ dialect: 'vllm-tokenize', path: '/tokenize', from: 'host' }),
  ],
  probe: { path: '/health', from: 'host' },
  quirks: { vendorSampling: true, reasoningBack: 'reasoning_content' },
});
