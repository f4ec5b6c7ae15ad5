import { defineProvider, openAiSurfaces } from '../provider.ts';

const { chat, completions, embeddings, responses } = openAiSurfaces;

/** It documents no health route; its list of models answers without loading any, and names unloaded ones too. */
export default defineProvider({
  name: 'lmstudio',
  aliases: ['lm-studio', 'lm_studio'],
  title: 'LM Studio',
  baseUrl: 'http://127.0.0.1:1234/v1',
  localPort: 1234,
  surfaces: { chat, completions, embeddings, responses },
  probe: { path: '/models', from: 'base' },
  quirks: { streamUsage: 'include_usage', addsVersionPath: true },
});
