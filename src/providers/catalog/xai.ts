import { defineProvider, openAiSurfaces } from '../provider.ts';

/** xAI's Grok models; mini-apigw called the type `xai` or `grok` (row 000-45). */
export default defineProvider({
  name: 'xai',
  aliases: ['grok'],
  title: 'xAI',
  baseUrl: 'https://api.x.ai/v1',
  needsKey: true,
  surfaces: {
    chat: openAiSurfaces.chat,
    completions: openAiSurfaces.completions,
    images: openAiSurfaces.images,
    responses: openAiSurfaces.responses,
  },
});
