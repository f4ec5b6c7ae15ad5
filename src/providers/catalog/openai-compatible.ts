import { defineProvider, openAi, optional, others } from '../provider.ts';

/**
 * Anything else that speaks OpenAI's dialects. Nothing is known of it, so nothing is assumed: the address is
 * used as it is given, and asking for its models is the only question it surely understands. Many have chat alone.
 */
export default defineProvider({
  name: 'openai-compatible',
  aliases: ['openai_compatible', 'openai-like', 'generic', 'custom'],
  title: 'OpenAI-compatible server',
  surfaces: [
    openAi.chat,
    optional(openAi.completions),
    openAi.embeddings,
    openAi.images,
    optional(openAi.responses),
    ...Object.values(others).map(optional),
  ],
});
