import { defineProvider, openAiSurfaces } from '../provider.ts';

/** Google's Gemini API by its OpenAI-compatible surface; mini-apigw called the type `google` (row 000-45). */
export default defineProvider({
  name: 'gemini',
  aliases: ['google'],
  title: 'Google Gemini',
  baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai',
  needsKey: true,
  surfaces: {
    chat: openAiSurfaces.chat,
    embeddings: openAiSurfaces.embeddings,
    images: openAiSurfaces.images,
  },
});
