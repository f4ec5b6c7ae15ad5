import { defineProvider, openAi } from '../provider.ts';

/**
 * DeepSeek's platform. In a loop of tools it wants the thoughts of the turn back under the name it gave them; answers
 * are held to JSON, but to no schema. Claude's clients find an API of theirs beside it.
 */
export default defineProvider({
  name: 'deepseek',
  title: 'DeepSeek',
  baseUrl: 'https://api.deepseek.com',
  needsKey: true,
  surfaces: [
    openAi.chat,
    {
      dialect: 'anthropic-messages',
      path: '/anthropic/v1/messages',
      from: 'host',
      keyHeaders: (key) => ({ 'x-api-key': key }),
    },
  ],
  quirks: {
    fileParts: false,
    parallelToolCalls: false,
    strictTools: false,
    jsonSchema: false,
    seed: false,
    choices: false,
    logitBias: false,
    reasoningBack: 'reasoning_content',
    reasoningSwitch: 'none',
  },
});
