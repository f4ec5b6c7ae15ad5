import { defineProvider, openAi, optional, withVersion } from '../provider.ts';

/** It documents no health route; its list of models answers without loading any, and names unloaded ones too. */
export default defineProvider({
  name: 'lmstudio',
  aliases: ['lm-studio', 'lm_studio'],
  title: 'LM Studio',
  baseUrl: 'http://127.0.0.1:1234/v1',
  basePath: withVersion('/v1'),
  localPort: 1234,
  surfaces: [
    openAi.chat,
    openAi.completions,
    openAi.embeddings,
    optional(openAi.responses),
    optional({ dialect: 'anthropic-messages', path: '/messages' }),
  ],
  probe: { path: '/models', from: 'base' },
  quirks: { vendorSampling: true, logitBias: false },
});
