/** Questions of the other kinds: for vectors, for a count, and to be gone on with. */
import type { Asking } from '../asking.ts';

export interface OtherQuestion {
  readonly name: string;
  asking(model: string): Asking;
  /** Not by every document, though the servers take it. */
  readonly isLoose?: boolean;
  /** Dialects of backs that may refuse it by name. */
  readonly refusedBy?: readonly string[];
}

const content = { parts: [{ text: 'Hello' }] };
const notOpenAi = ['anthropic-messages', 'gemini-generate', 'ollama-chat', 'cohere-chat'];
const openAi = ['openai-chat', 'azure', 'azure preview', 'openai-responses', 'openai'];
const gemini = (call: string, body: object) => ({
  asking: (model: string) => ({ path: `/v1beta/models/${model}:${call}`, body }),
});
const openai = (page: string, body: object) => ({
  asking: (model: string) => ({ path: `/v1/${page}`, body: { model, ...body } }),
});
const ollama = (page: string, body: object) => ({
  asking: (model: string) => ({ path: `/api/${page}`, body: { model, ...body } }),
});

export const forVectors: readonly OtherQuestion[] = [
  { name: 'one text', ...openai('embeddings', { input: 'Hello' }) },
  {
    name: 'several texts, decoded',
    ...openai('embeddings', { input: ['a', 'b'], encoding_format: 'base64' }),
  },
  { name: 'a size', ...openai('embeddings', { input: 'a', dimensions: 8, user: 'u' }) },
  // Azure's document knows no tokens, its server does.
  { name: 'tokens', ...openai('embeddings', { input: [1, 2, 3] }), refusedBy: notOpenAi, isLoose: true },
  { name: 'in Gemini’s words', ...gemini('embedContent', { content }) },
  {
    name: 'in Gemini’s words, for a purpose',
    ...gemini('embedContent', { content, taskType: 'RETRIEVAL_QUERY', title: 'T', outputDimensionality: 8 }),
  },
  {
    name: 'several in Gemini’s words',
    asking: (model) => ({
      path: `/v1beta/models/${model}:batchEmbedContents`,
      body: {
        requests: ['a', 'b'].map((text) => ({ model: `models/${model}`, content: { parts: [{ text }] } })),
      },
    }),
  },
  {
    name: 'in Ollama’s words',
    ...ollama('embed', { input: ['a', 'b'], truncate: true, options: { num_ctx: 512 } }),
  },
  { name: 'in Ollama’s old words', ...ollama('embeddings', { prompt: 'a', keep_alive: '5m' }) },
];

export const toGoOn: readonly OtherQuestion[] = [
  { name: 'a prompt', ...openai('completions', { prompt: 'Once upon', max_tokens: 20 }) },
  {
    name: 'a prompt with everything',
    ...openai('completions', {
      prompt: 'Once',
      temperature: 0.5,
      top_p: 0.9,
      seed: 1,
      presence_penalty: 1,
      user: 'u',
    }),
  },
  { name: 'a prompt without a limit', ...openai('completions', { prompt: 'Once' }) },
  {
    name: 'a prompt with stops',
    ...openai('completions', { prompt: 'Once', stop: ['END', '\n'] }),
    refusedBy: ['openai-responses'],
  },
  {
    name: 'a prompt and what follows it',
    ...openai('completions', { prompt: 'Once', suffix: 'the end' }),
    refusedBy: [...notOpenAi, ...openAi],
  },
  { name: 'in Ollama’s words', ...ollama('generate', { prompt: 'Once', stream: false }) },
  {
    name: 'in Ollama’s words, with everything',
    ...ollama('generate', {
      prompt: 'Answer in JSON',
      system: 'Be brief.',
      stream: false,
      format: 'json',
      think: false,
      keep_alive: '5m',
      options: { num_predict: 20, temperature: 0.1, num_ctx: 512, mirostat: 1, repeat_penalty: 1.1 },
    }),
  },
];

export const toBeCounted: readonly OtherQuestion[] = [
  {
    name: 'in Anthropic’s words',
    asking: (model) => ({
      path: '/v1/messages/count_tokens?beta=true',
      headers: { 'anthropic-version': '2023-06-01' },
      body: {
        model,
        system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
        messages: [{ role: 'user', content: 'Hello' }],
        tools: [{ name: 'a', input_schema: { type: 'object' } }],
      },
    }),
  },
  { name: 'in Gemini’s words', ...gemini('countTokens', { contents: [content] }) },
  {
    name: 'in Gemini’s words, as a whole request',
    asking: (model) => ({
      path: `/v1beta/models/${model}:countTokens`,
      body: {
        generateContentRequest: { model: `models/${model}`, contents: [content], systemInstruction: content },
      },
    }),
  },
];
