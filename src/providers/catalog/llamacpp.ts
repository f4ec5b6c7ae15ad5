import { defineProvider, openAi, optional, withVersion } from '../provider.ts';

/**
 * llama-server. `/health` needs no key, wakes nothing, and says 503 while the model is loading. It lists one
 * model, called by its path unless it was started with `--alias`; embeddings need `--embeddings`.
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
});
