import { defineProvider } from '../provider.ts';

export default defineProvider({
  name: 'openai',
  title: 'OpenAI',
  baseUrl: 'https://api.openai.com/v1',
  needsKey: true,
  quirks: { tokensField: 'max_completion_tokens', developerRole: true },
});
