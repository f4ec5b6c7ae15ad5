import { defineProvider, openAi } from '../provider.ts';

/** xAI's Grok models; mini-apigw called the type `xai` or `grok` (row 000-45). */
export default defineProvider({
  name: 'xai',
  aliases: ['grok'],
  title: 'xAI',
  baseUrl: 'https://api.x.ai/v1',
  needsKey: true,
  surfaces: [openAi.chat, openAi.completions, openAi.images, openAi.responses],
});
