import { defineProvider, openAiSurfaces } from '../provider.ts';

/** Mistral's platform; its chat and embeddings are OpenAI's, but for a member or two it leaves out. */
export default defineProvider({
  name: 'mistral',
  title: 'Mistral AI',
  baseUrl: 'https://api.mistral.ai/v1',
  needsKey: true,
  surfaces: { chat: openAiSurfaces.chat, embeddings: openAiSurfaces.embeddings },
  // It refuses members it does not know, and reports usage in the last chunk anyway (protocols 2.4).
  quirks: { streamUsage: 'never', addsVersionPath: false },
});
