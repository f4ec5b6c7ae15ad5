import { defineProvider, openAi } from '../provider.ts';

/**
 * xAI's Grok models; mini-apigw called the type `xai` or `grok` (row 000-45). It edits pictures at OpenAI's path, but in a JSON
 * of its own (docs.x.ai, "Image Editing"), which OpenAI's clients do not send.
 */
export default defineProvider({
  name: 'xai',
  aliases: ['grok'],
  title: 'xAI',
  baseUrl: 'https://api.x.ai/v1',
  needsKey: true,
  surfaces: [openAi.chat, openAi.completions, openAi.images, openAi.responses],
});
