import { defineProvider, openAi } from '../provider.ts';

/**
 * Perplexity's search models (row 001-5). They have a chat and nothing else, take turns strictly, call no tools, and
 * tell usage with every chunk unasked. No list of models, and no question that costs nothing: its health is known from calls.
 */
export default defineProvider({
  name: 'perplexity',
  title: 'Perplexity',
  baseUrl: 'https://api.perplexity.ai',
  needsKey: true,
  surfaces: [openAi.chat],
  modelsPath: undefined,
  probe: undefined,
  quirks: {
    systemOnlyFirst: true,
    alternatesRoles: true,
    streamUsage: 'never',
    parallelToolCalls: false,
    forcedToolChoice: false,
    strictTools: false,
    seed: false,
    choices: false,
    logprobs: false,
    logitBias: false,
    thinkTags: true,
  },
});
