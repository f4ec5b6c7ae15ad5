import { defineProvider, openAi, others } from '../provider.ts';

/**
 * Mistral's platform. Its chat is OpenAI's but for slips that official clients stumble over: tool calls without an
 * index or a type, `stop` although a tool was called (row 000-64), contents in parts. Its speech comes as JSON with the sound in
 * base64 (docs.mistral.ai, "Generate speech"), which is not what OpenAI's clients expect.
 */
export default defineProvider({
  name: 'mistral',
  title: 'Mistral AI',
  baseUrl: 'https://api.mistral.ai/v1',
  needsKey: true,
  surfaces: [openAi.chat, openAi.embeddings, others.transcriptions, others.moderations],
  quirks: {
    // It refuses members it does not know, and reports usage in the last chunk anyway (protocols 2.4).
    streamUsage: 'never',
    normalises: true,
    logprobs: false,
    logitBias: false,
    seed: false,
    reasoningSwitch: 'none',
  },
});
