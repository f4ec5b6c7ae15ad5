import { jsonArray, lines, markedEvents, namedEvents, plainEvents, wholeBody } from './framing.ts';
import type { Front } from './front.ts';

const words = 'Go on, please.';
const schema = { type: 'object' };
const messages = [{ role: 'user', content: words }];

/** OpenAI and Ollama declare tools alike; nobody sends an empty list. */
const nestedTools = (names: readonly string[]) =>
  names.length === 0
    ? {}
    : { tools: names.map((name) => ({ type: 'function', function: { name, parameters: schema } })) };

const chat: Omit<Front, 'name' | 'form' | 'framing'> = {
  dialect: 'openai-chat',
  path: () => '/v1/chat/completions',
  body: (model, names) => ({ model, messages, ...nestedTools(names) }),
};

const responses: Omit<Front, 'name' | 'form' | 'framing'> = {
  dialect: 'openai-responses',
  path: () => '/v1/responses',
  body: (model, names) => ({
    model,
    input: words,
    store: false,
    reasoning: { summary: 'auto' },
    ...(names.length > 0 && {
      tools: names.map((name) => ({ type: 'function', name, parameters: schema, strict: false })),
    }),
  }),
};

const anthropic: Omit<Front, 'name' | 'form' | 'framing'> = {
  dialect: 'anthropic-messages',
  path: () => '/v1/messages',
  headers: { 'anthropic-version': '2023-06-01' },
  body: (model, names) => ({
    model,
    messages,
    max_tokens: 8192,
    thinking: { type: 'enabled', budget_tokens: 2048 },
    ...(names.length > 0 && { tools: names.map((name) => ({ name, input_schema: schema })) }),
  }),
};

const gemini: Omit<Front, 'name' | 'form' | 'framing' | 'path'> = {
  dialect: 'gemini-generate',
  body: (_model, names) => ({
    contents: [{ role: 'user', parts: [{ text: words }] }],
    generationConfig: { thinkingConfig: { includeThoughts: true } },
    ...(names.length > 0 && {
      tools: [{ functionDeclarations: names.map((name) => ({ name, parametersJsonSchema: schema })) }],
    }),
  }),
};
const geminiPath = (action: string) => (model: string) =>
  `/v1beta/models/${encodeURIComponent(model)}:${action}`;

const ollama: Omit<Front, 'name' | 'form' | 'framing'> = {
  dialect: 'ollama-chat',
  path: () => '/api/chat',
  body: (model, names) => ({ model, messages, think: true, ...nestedTools(names) }),
};

const whole = (front: Omit<Front, 'form' | 'framing'>, more: object = {}): Front => ({
  ...front,
  form: 'whole',
  framing: wholeBody,
  body: (model, names) => ({ ...front.body(model, names), ...more }),
});

const streamed = (front: Omit<Front, 'form'>, more: object = {}): Front => ({
  ...front,
  form: 'stream',
  body: (model, names) => ({ ...front.body(model, names), ...more }),
});

/** Every way a client can ask for a talk. */
export const allFronts: readonly Front[] = [
  whole({ name: 'chat', ...chat }),
  streamed(
    { name: 'chat, streamed', ...chat, framing: markedEvents },
    { stream: true, stream_options: { include_usage: true } },
  ),
  whole({ name: 'responses', ...responses }),
  streamed({ name: 'responses, streamed', ...responses, framing: namedEvents }, { stream: true }),
  whole({ name: 'messages', ...anthropic }),
  streamed({ name: 'messages, streamed', ...anthropic, framing: namedEvents }, { stream: true }),
  whole({ name: 'gemini', ...gemini, path: geminiPath('generateContent') }),
  streamed({
    name: 'gemini, events',
    ...gemini,
    framing: plainEvents,
    path: geminiPath('streamGenerateContent?alt=sse'),
  }),
  streamed({
    name: 'gemini, array',
    ...gemini,
    framing: jsonArray,
    path: geminiPath('streamGenerateContent'),
  }),
  whole({ name: 'ollama', ...ollama }, { stream: false }),
  streamed({ name: 'ollama, streamed', ...ollama, framing: lines }),
];

/** Asked only for what a text completion can say. */
export const completionFronts: readonly Front[] = [
  whole({
    name: 'completions',
    dialect: 'openai-completions',
    path: () => '/v1/completions',
    body: (model) => ({ model, prompt: words, max_tokens: 256 }),
  }),
  streamed(
    {
      name: 'completions, streamed',
      dialect: 'openai-completions',
      path: () => '/v1/completions',
      framing: markedEvents,
      body: (model) => ({ model, prompt: words, max_tokens: 256 }),
    },
    { stream: true, stream_options: { include_usage: true } },
  ),
];
