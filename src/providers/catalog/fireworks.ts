import { defineProvider, openAi, optional } from '../provider.ts';

/** Fireworks' cloud of open models, by their long names (`accounts/fireworks/models/…`). Pictures have an API of their own there. */
export default defineProvider({
  name: 'fireworks',
  aliases: ['fireworks-ai'],
  title: 'Fireworks AI',
  baseUrl: 'https://api.fireworks.ai/inference/v1',
  needsKey: true,
  surfaces: [
    openAi.chat,
    openAi.completions,
    openAi.embeddings,
    optional(openAi.responses),
    optional({ dialect: 'anthropic-messages', path: '/messages' }),
  ],
  quirks: {
    fileParts: false,
    vendorSampling: true,
    reasoningBack: 'reasoning_content',
  },
});
