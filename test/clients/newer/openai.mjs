import OpenAI from 'openai';
import { AGAIN, description, GATEWAY_KEY, GATEWAY_URL, run, schema } from './cases.mjs';

const sdk = new OpenAI({ baseURL: `${GATEWAY_URL}/v1`, apiKey: GATEWAY_KEY, maxRetries: 0 });

const messages = (text) => [{ role: 'user', content: text }];
const chatTool = { type: 'function', function: { name: 'look_up', description, parameters: schema } };
const responsesTool = { type: 'function', name: 'look_up', description, parameters: schema, strict: false };
const json = { type: 'json_schema', json_schema: { name: 'place', strict: true, schema } };

const toldByChat = ({ choices: [{ message }], usage }) => ({
  text: message.content ?? '',
  tools: (message.tool_calls ?? []).map(({ function: { name, arguments: args } }) => ({
    name,
    args: JSON.parse(args),
  })),
  object: message.parsed,
  input: usage?.prompt_tokens,
  output: usage?.completion_tokens,
});
const toldByResponse = (answer) => ({
  text: answer.output_text,
  tools: answer.output
    .filter(({ type }) => type === 'function_call')
    .map(({ name, arguments: args }) => ({ name, args: JSON.parse(args) })),
  object: answer.output_parsed,
  input: answer.usage?.input_tokens,
  output: answer.usage?.output_tokens,
});

const streamed = (body) =>
  sdk.chat.completions.stream({ ...body, stream_options: { include_usage: true } }).finalChatCompletion();

const chat = {
  name: 'openai 7 chat',
  text: async ({ model, text }) =>
    toldByChat(await sdk.chat.completions.create({ model, messages: messages(text) })),
  stream: async ({ model, text }) => toldByChat(await streamed({ model, messages: messages(text) })),
  tool: async ({ model, text }) =>
    toldByChat(await sdk.chat.completions.create({ model, messages: messages(text), tools: [chatTool] })),
  toolStream: async ({ model, text }) =>
    toldByChat(await streamed({ model, messages: messages(text), tools: [chatTool] })),
  talk: async ({ model, text }) => {
    const first = await sdk.chat.completions.create({ model, messages: messages(text) });
    const since = [...messages(text), first.choices[0].message, ...messages(AGAIN)];
    return toldByChat(await streamed({ model, messages: since }));
  },
  loop: async ({ model, text }) => {
    const runner = sdk.chat.completions.runTools({
      model,
      messages: messages(text),
      tools: [
        { type: 'function', function: { ...chatTool.function, parse: JSON.parse, function: () => 'sunny' } },
      ],
      stream: true,
    });
    return { text: await runner.finalContent() };
  },
  object: async ({ model, text }) =>
    toldByChat(await sdk.chat.completions.parse({ model, messages: messages(text), response_format: json })),
  objectStream: async ({ model, text }) => {
    const answer = await streamed({ model, messages: messages(text), response_format: json });
    return { object: JSON.parse(answer.choices[0].message.content) };
  },
  embed: async ({ model, text }) => {
    const { data } = await sdk.embeddings.create({ model, input: [text] });
    return { output: data[0].embedding.filter((number) => number !== 0).length };
  },
};

const format = { type: 'json_schema', name: 'place', strict: true, schema };

const responses = {
  name: 'openai 7 responses',
  text: async ({ model, text }) => toldByResponse(await sdk.responses.create({ model, input: text })),
  stream: async ({ model, text }) =>
    toldByResponse(await sdk.responses.stream({ model, input: text }).finalResponse()),
  tool: async ({ model, text }) =>
    toldByResponse(await sdk.responses.create({ model, input: text, tools: [responsesTool] })),
  toolStream: async ({ model, text }) =>
    toldByResponse(
      await sdk.responses.stream({ model, input: text, tools: [responsesTool] }).finalResponse(),
    ),
  talk: async ({ model, text }) => {
    const first = await sdk.responses.create({ model, input: text });
    const input = [...messages(text), ...first.output, ...messages(AGAIN)];
    return toldByResponse(await sdk.responses.stream({ model, input }).finalResponse());
  },
  loop: async ({ model, text }) => {
    const input = messages(text);
    const first = await sdk.responses.create({ model, input, tools: [responsesTool], store: false });
    const { call_id } = first.output.find(({ type }) => type === 'function_call');
    const output = { type: 'function_call_output', call_id, output: 'sunny' };
    const since = [...input, ...first.output, output];
    return toldByResponse(await sdk.responses.create({ model, input: since, tools: [responsesTool] }));
  },
  object: async ({ model, text }) =>
    toldByResponse(await sdk.responses.parse({ model, input: text, text: { format } })),
  objectStream: async ({ model, text }) => {
    const answer = await sdk.responses.stream({ model, input: text, text: { format } }).finalResponse();
    return { object: JSON.parse(answer.output_text) };
  },
};

await run([chat, responses]);
