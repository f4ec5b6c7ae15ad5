import { defineProvider, openAi, others } from '../provider.ts';

/**
 * Together's cloud of open models. It lists them without a wrapping (`[{"id": …}]`), those that draw among them. Media
 * are OpenAI's (docs.together.ai, "OpenAI compatibility", "Transcribe audio"), rerank is Cohere's first API ("Together Rerank").
 */
export default defineProvider({
  name: 'together',
  aliases: ['together-ai', 'togetherai'],
  title: 'Together AI',
  baseUrl: 'https://api.together.xyz/v1',
  needsKey: true,
  surfaces: [
    openAi.chat,
    openAi.completions,
    openAi.embeddings,
    openAi.images,
    others.speech,
    others.transcriptions,
    others.translations,
    others.rerank,
  ],
  quirks: { fileParts: false, vendorSampling: true, strictTools: false },
});
