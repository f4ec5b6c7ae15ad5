import { defineProvider, openAi, optional, others } from '../provider.ts';

/**
 * Groq's cloud (console.groq.com/docs/openai, "Currently unsupported OpenAI features"): `logprobs`, `logit_bias` and an
 * `n` above one are refused. Thoughts are called `reasoning`, both ways. Speech is heard and spoken at OpenAI's paths
 * (docs/speech-to-text and docs/text-to-speech there).
 */
export default defineProvider({
  name: 'groq',
  title: 'Groq',
  baseUrl: 'https://api.groq.com/openai/v1',
  needsKey: true,
  surfaces: [
    openAi.chat,
    optional(openAi.responses),
    others.speech,
    others.transcriptions,
    others.translations,
  ],
  quirks: {
    tokensField: 'max_completion_tokens',
    fileParts: false,
    choices: false,
    logprobs: false,
    logitBias: false,
    reasoningBack: 'reasoning',
  },
});
