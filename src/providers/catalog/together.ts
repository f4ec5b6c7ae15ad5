import { defineProvider, openAi } from '../provider.ts';

/** Together's cloud of open models. It lists them without a wrapping (`[{"id": …}]`), those that draw among them. */
export default defineProvider({
  name: 'together',
  aliases: ['together-ai', 'togetherai'],
  title: 'Together AI',
  baseUrl: 'https://api.together.xyz/v1',
  needsKey: true,
  surfaces: [openAi.chat, openAi.completions, openAi.embeddings, openAi.images],
  quirks: { fileParts: false, vendorSampling: true, strictTools: false },
});
