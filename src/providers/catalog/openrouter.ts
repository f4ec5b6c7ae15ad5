import { defineProvider, openAi, optional, others } from '../provider.ts';

/**
 * OpenRouter passes calls on to whoever has the model, and shows whose they are by two headers (row 001-12); `headers`
 * of the configuration gives others. Its thoughts are called `reasoning`, and so is the switch for them. It ranks as Jina
 * does (its API reference, "Submit a rerank request"); its transcriptions are no forms, and so not OpenAI's.
 */
export default defineProvider({
  name: 'openrouter',
  aliases: ['open-router'],
  title: 'OpenRouter',
  baseUrl: 'https://openrouter.ai/api/v1',
  needsKey: true,
  headers: { 'http-referer': 'https://www.npmjs.com/package/sluice-gateway', 'x-title': 'Sluice' },
  surfaces: [
    openAi.chat,
    openAi.completions,
    openAi.embeddings,
    optional(openAi.responses),
    optional({ dialect: 'anthropic-messages', path: '/messages' }),
    others.rerank,
  ],
  // Its list of models is for everybody; this one is for holders of a key, and costs nothing.
  probe: { path: '/key', from: 'base' },
  quirks: { vendorSampling: true, reasoningBack: 'reasoning', reasoningSwitch: 'reasoning' },
});
