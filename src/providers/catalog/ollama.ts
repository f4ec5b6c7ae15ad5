import { defineProvider, openAiSurfaces } from '../provider.ts';

const { chat, completions, embeddings, responses } = openAiSurfaces;

/**
 * By its OpenAI-compatible surface under `/v1`, which keeps no state and knows no `n`. It has no `/health`;
 * asking for its version wakes no model.
 */
export default defineProvider({
  name: 'ollama',
  title: 'Ollama',
  baseUrl: 'http://127.0.0.1:11434/v1',
  localPort: 11434,
  surfaces: { chat, completions, embeddings, responses },
  probe: { path: '/api/version', from: 'host' },
  quirks: { streamUsage: 'include_usage', addsVersionPath: true },
});
