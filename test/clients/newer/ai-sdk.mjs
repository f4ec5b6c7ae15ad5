import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { embed, generateText, jsonSchema, Output, stepCountIs, streamText, tool } from 'ai';
import { createOllama } from 'ollama-ai-provider-v2';
import { AGAIN, description, GATEWAY_KEY, GATEWAY_URL, run, schema } from './cases.mjs';

globalThis.AI_SDK_LOG_WARNINGS = false;

const v1 = { baseURL: `${GATEWAY_URL}/v1`, apiKey: GATEWAY_KEY };
const openai = createOpenAI(v1);
const anthropic = createAnthropic(v1);
const google = createGoogleGenerativeAI({ baseURL: `${GATEWAY_URL}/v1beta`, apiKey: GATEWAY_KEY });
const compatible = createOpenAICompatible({
  ...v1,
  name: 'gateway',
  includeUsage: true,
  supportsStructuredOutputs: true,
});
const ollama = createOllama({
  baseURL: `${GATEWAY_URL}/api`,
  headers: { authorization: `Bearer ${GATEWAY_KEY}` },
});

const tools = { look_up: tool({ description, inputSchema: jsonSchema(schema) }) };
const runningTools = { look_up: tool({ ...tools.look_up, execute: async () => 'sunny' }) };
const output = Output.object({ schema: jsonSchema(schema) });

const told = ({ text, toolCalls = [], usage }) => ({
  text,
  tools: toolCalls.map(({ toolName, input }) => ({ name: toolName, args: input })),
  input: usage?.inputTokens,
  output: usage?.outputTokens,
});

async function streamed(settings) {
  let failure;
  const answer = streamText({ ...settings, onError: ({ error }) => (failure = error) });
  await answer.consumeStream();
  if (failure !== undefined) throw failure;
  const [text, toolCalls, usage] = await Promise.all([answer.text, answer.toolCalls, answer.totalUsage]);
  return { ...told({ text, toolCalls, usage }), object: settings.output && (await answer.output) };
}

function client(name, modelOf) {
  const settings = ({ model, text }) => ({ model: modelOf(model), prompt: text, maxRetries: 0 });
  return {
    name: `ai-sdk ${name}`,
    text: async (question) => told(await generateText(settings(question))),
    stream: (question) => streamed(settings(question)),
    tool: async (question) => told(await generateText({ ...settings(question), tools })),
    toolStream: (question) => streamed({ ...settings(question), tools }),
    talk: async ({ model, text }) => {
      const first = await generateText(settings({ model, text }));
      const question = { role: 'user', content: text };
      const messages = [question, ...first.response.messages, { role: 'user', content: AGAIN }];
      return streamed({ model: modelOf(model), messages, maxRetries: 0 });
    },
    loop: (question) => streamed({ ...settings(question), tools: runningTools, stopWhen: stepCountIs(3) }),
    object: async (question) => ({ object: (await generateText({ ...settings(question), output })).output }),
    objectStream: (question) => streamed({ ...settings(question), output }),
  };
}

const vectors = (modelOf) => ({
  embed: async ({ model, text }) => ({
    output: (await embed({ model: modelOf(model), value: text, maxRetries: 0 })).embedding.length,
  }),
});

/** Completions have no tools, and no schema for an answer. */
const { text, stream } = client('completion', (model) => openai.completion(model));

await run([
  {
    ...client('openai responses', (model) => openai.responses(model)),
    ...vectors((model) => openai.embedding(model)),
  },
  client('openai chat', (model) => openai.chat(model)),
  { name: 'ai-sdk openai completion', text, stream },
  client('anthropic', (model) => anthropic(model)),
  { ...client('google', (model) => google(model)), ...vectors((model) => google.embedding(model)) },
  client('openai-compatible', (model) => compatible(model)),
  { ...client('ollama', (model) => ollama(model)), ...vectors((model) => ollama.embedding(model)) },
]);
