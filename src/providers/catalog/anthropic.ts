import { defineProvider, openAiSurfaces } from '../provider.ts';

/** Anthropic's API by its OpenAI-compatible surface, which serves chat alone. */
export default defineProvider({
  name: 'anthropic',
  aliases: ['claude'],
  title: 'Anthropic',
  baseUrl: 'https://api.anthropic.com/v1',
  needsKey: true,
  surfaces: { chat: openAiSurfaces.chat },
  keyHeaders: (key) => ({
    authorization: `Bearer ${key}`,
    'x-api-key': key,
    'anthropic-version': '2023-06-01',
  }),
});
