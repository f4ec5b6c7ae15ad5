import { defineProvider, openAiSurfaces } from '../provider.ts';

const { chat, completions, embeddings, responses } = openAiSurfaces;

/** `/health` stands at the root, not under `/v1`; it says 503 once the engine is dead. */
export default defineProvider({
  name: 'vllm',
  aliases: ['remote'],
  title: 'vLLM',
  baseUrl: 'http://127.0.0.1:8000/v1',
  localPort: 8000,
  surfaces: { chat, completions, embeddings, responses },
  probe: { path: '/health', from: 'host' },
  quirks: { streamUsage: 'include_usage', addsVersionPath: true },
});
