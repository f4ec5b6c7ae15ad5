import { ChatAnthropic } from '@langchain/anthropic';
import { AIMessageChunk, HumanMessage, ToolMessage } from '@langchain/core/messages';
import { ChatGoogleGenerativeAI } from '@langchain/google-genai';
import { ChatOllama } from '@langchain/ollama';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { AGAIN, description, GATEWAY_KEY, GATEWAY_URL, run, schema } from './cases.mjs';

const shared = { apiKey: GATEWAY_KEY, maxRetries: 0 };
const v1 = { configuration: { baseURL: `${GATEWAY_URL}/v1` } };
const look_up = { type: 'function', function: { name: 'look_up', description, parameters: schema } };

function told(message) {
  return {
    text: message.text,
    tools: (message.tool_calls ?? []).map(({ name, args }) => ({ name, args })),
    input: message.usage_metadata?.input_tokens,
    output: message.usage_metadata?.output_tokens,
  };
}

async function streamed(model, messages) {
  let whole;
  for await (const chunk of await model.stream(messages))
    whole = whole === undefined ? chunk : whole.concat(chunk);
  if (!(whole instanceof AIMessageChunk)) throw new Error('nothing was streamed');
  return whole;
}

function client(name, modelOf) {
  return {
    name: `langchain ${name}`,
    text: async ({ model, text }) => told(await modelOf(model).invoke(text)),
    stream: async ({ model, text }) => told(await streamed(modelOf(model), text)),
    tool: async ({ model, text }) => told(await modelOf(model).bindTools([look_up]).invoke(text)),
    toolStream: async ({ model, text }) => told(await streamed(modelOf(model).bindTools([look_up]), text)),
    talk: async ({ model, text }) => {
      const first = await modelOf(model).invoke(text);
      return told(await streamed(modelOf(model), [new HumanMessage(text), first, new HumanMessage(AGAIN)]));
    },
    loop: async ({ model, text }) => {
      const bound = modelOf(model).bindTools([look_up]);
      const first = await streamed(bound, text);
      const { id, name: called } = first.tool_calls[0];
      const result = new ToolMessage({ tool_call_id: id, name: called, content: 'sunny' });
      return told(await bound.invoke([new HumanMessage(text), first, result]));
    },
    object: async ({ model, text }) => ({
      object: await modelOf(model)
        .withStructuredOutput({ title: 'place', description: 'A place.', ...schema })
        .invoke(text),
    }),
  };
}

await run([
  {
    ...client('openai', (model) => new ChatOpenAI({ ...shared, ...v1, model })),
    embed: async ({ model, text }) => ({
      output: (await new OpenAIEmbeddings({ ...shared, ...v1, model }).embedQuery(text)).length,
    }),
  },
  client('openai responses', (model) => new ChatOpenAI({ ...shared, ...v1, model, useResponsesApi: true })),
  client(
    'anthropic',
    (model) => new ChatAnthropic({ ...shared, model, anthropicApiUrl: GATEWAY_URL, maxTokens: 500 }),
  ),
  client(
    'ollama',
    (model) =>
      new ChatOllama({
        model,
        maxRetries: 0,
        baseUrl: GATEWAY_URL,
        headers: { authorization: `Bearer ${GATEWAY_KEY}` },
      }),
  ),
  client('google', (model) => new ChatGoogleGenerativeAI({ ...shared, model, baseUrl: GATEWAY_URL })),
]);
