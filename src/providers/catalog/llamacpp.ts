import { defineProvider, openAiSurfaces } from '../provider.ts';

const { chat, completions, embeddings, responses } = openAiSurfaces;

/**
 * llama-server. `/health` needs no key, wakes nothing, and says 503 while the model is loading. It lists one
 * model, called by its path unless it was started with `--alias`; embeddings need `--embeddings`.
 */
export default defineProvider({
  name: 'llamacpp',
  aliases: ['llama.cpp', 'llama-cpp', 'llama_cpp', 'llama-server'],
  title: 'llama.cpp',
  baseUrl: 'http://127.0.0.1:8080/v1',
  localPort: 8080,
  surfaces: { chat, completions, embeddings, responses },
  probe: { path: '/health', from: 'host' },
  quirks: { streamUsage: 'include_usage', addsVersionPath: true },
});
