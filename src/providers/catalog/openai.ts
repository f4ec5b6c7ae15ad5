import { defineProvider, openAi, others } from '../provider.ts';

export default defineProvider({
  name: 'openai',
  title: 'OpenAI',
  baseUrl: 'https://api.openai.com/v1',
  needsKey: true,
  surfaces: [
    ...Object.values(openAi),
    others.imageEdits,
    others.imageVariations,
    others.speech,
    others.transcriptions,
    others.translations,
    others.moderations,
  ],
  quirks: { tokensField: 'max_completion_tokens', developerRole: true },
});
