import { GoogleGenAI } from '@google/genai';
import { AGAIN, description, GATEWAY_KEY, GATEWAY_URL, run, schema } from './cases.mjs';

const sdk = new GoogleGenAI({ apiKey: GATEWAY_KEY, httpOptions: { baseUrl: GATEWAY_URL }, vertexai: false });

const tools = [{ functionDeclarations: [{ name: 'look_up', description, parametersJsonSchema: schema }] }];
const json = { responseMimeType: 'application/json', responseJsonSchema: schema };

const partsOf = (answers) => answers.flatMap((answer) => answer.candidates?.[0]?.content?.parts ?? []);

function told(answers) {
  const parts = partsOf(answers);
  const usage = answers.at(-1)?.usageMetadata;
  return {
    text: parts.map(({ text, thought }) => (thought ? '' : (text ?? ''))).join(''),
    tools: parts.flatMap(({ functionCall }) =>
      functionCall ? [{ name: functionCall.name, args: functionCall.args }] : [],
    ),
    input: usage?.promptTokenCount,
    output: usage?.candidatesTokenCount,
  };
}

const whole = async ({ model, text }, config) => [
  await sdk.models.generateContent({ model, contents: text, config }),
];
const streamed = async ({ model, text }, config) =>
  Array.fromAsync(await sdk.models.generateContentStream({ model, contents: text, config }));
const objectOf = (answers) => ({ object: JSON.parse(told(answers).text) });

await run([
  {
    name: 'genai 3',
    text: async (question) => told(await whole(question, {})),
    stream: async (question) => told(await streamed(question, {})),
    tool: async (question) => told(await whole(question, { tools })),
    toolStream: async (question) => told(await streamed(question, { tools })),
    talk: async ({ model, text }) => {
      const chat = sdk.chats.create({ model });
      await chat.sendMessage({ message: text });
      return { text: (await chat.sendMessage({ message: AGAIN })).text };
    },
    loop: async ({ model, text }) => {
      const chat = sdk.chats.create({ model, config: { tools } });
      const first = await chat.sendMessage({ message: text });
      const { id, name } = first.functionCalls[0];
      const functionResponse = { id, name, response: { output: 'sunny' } };
      const second = await chat.sendMessage({ message: [{ functionResponse }] });
      return { text: second.text };
    },
    object: async (question) => objectOf(await whole(question, json)),
    objectStream: async (question) => objectOf(await streamed(question, json)),
    embed: async ({ model, text }) => {
      const { embeddings } = await sdk.models.embedContent({ model, contents: text });
      return { output: embeddings[0].values.length };
    },
  },
]);
