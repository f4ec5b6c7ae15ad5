/** Any client reaches any backend: the official SDKs of four vendors, old and new majors, each against every back. */
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OldAnthropic from 'anthropic-sdk-v0';
import { GoogleGenAI as OldGoogleGenAI } from 'genai-v1';
import { Ollama } from 'ollama';
import OpenAI from 'openai';
import OldOpenAI from 'openai-v4';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { everyBack } from '../support/every-back.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';

let upstream: FakeUpstream;
let gateway: RunningGateway;

beforeAll(async () => {
  upstream = await startFakeUpstream();
  gateway = await startGateway({
    config: { backends: everyBack(upstream).map((back) => back.config) },
  });
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

const backs = everyBack({ url: '' }).map(({ dialect, model }) => [dialect, model] as const);

/** What every SDK tells in its own words. */
interface Told {
  readonly text: string;
  readonly tools: readonly { readonly name: string; readonly args: unknown }[];
  readonly input: number | undefined;
  readonly output: number | undefined;
  readonly model: string;
}

interface Question {
  readonly model: string;
  readonly text: string;
  readonly withTool?: boolean;
}

/** One SDK through one of its surfaces. */
interface Client {
  readonly name: string;
  whole(question: Question): Promise<Told>;
  streamed(question: Question): Promise<Told>;
  /** Asks for an answer that is refused; gives the status the SDK saw. */
  refused(model: string): Promise<number | undefined>;
}

const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } as const;
const description = 'Looks the weather up.';

function parsed(text: string | undefined): unknown {
  return JSON.parse(text || '{}');
}

async function statusOf(asked: Promise<unknown>): Promise<number | undefined> {
  try {
    await asked;
    return undefined;
  } catch (error) {
    const { status, status_code } = error as { status?: number; status_code?: number };
    return status ?? status_code;
  }
}

function betaOf(sdk: OpenAI): OpenAI['chat'] {
  return (sdk.beta as unknown as { readonly chat: OpenAI['chat'] }).chat;
}

function openAiChat(name: string, connect: () => OpenAI): Client {
  const body = ({ model, text, withTool }: Question) => ({
    model,
    messages: [{ role: 'user' as const, content: text }],
    ...(withTool && {
      tools: [
        { type: 'function' as const, function: { name: 'look_up', description, parameters: { ...schema } } },
      ],
    }),
  });
  return {
    name,
    whole: async (question) => {
      const answer = await connect().chat.completions.create(body(question));
      const message = answer.choices[0]?.message;
      return {
        text: message?.content ?? '',
        tools: (message?.tool_calls ?? []).map((call) =>
          'function' in call
            ? { name: call.function.name, args: parsed(call.function.arguments) }
            : { name: '', args: {} },
        ),
        input: answer.usage?.prompt_tokens,
        output: answer.usage?.completion_tokens,
        model: answer.model,
      };
    },
    streamed: async (question) => {
      const sdk = connect();
      // The helper moved out of `beta` with a later major.
      const { completions } = typeof sdk.chat.completions.stream === 'function' ? sdk.chat : betaOf(sdk);
      const runner = completions.stream({ ...body(question), stream_options: { include_usage: true } });
      const answer = await runner.finalChatCompletion();
      const message = answer.choices[0]?.message;
      return {
        text: message?.content ?? '',
        tools: (message?.tool_calls ?? []).map((call) => ({
          name: call.function.name,
          args: parsed(call.function.arguments),
        })),
        input: answer.usage?.prompt_tokens,
        output: answer.usage?.completion_tokens,
        model: answer.model,
      };
    },
    refused: (model) => statusOf(connect().chat.completions.create(body({ model, text: 'x' }))),
  };
}

function openAiResponses(name: string, connect: () => OpenAI): Client {
  const body = ({ model, text, withTool }: Question) => ({
    model,
    input: text,
    ...(withTool && {
      tools: [
        { type: 'function' as const, name: 'look_up', description, parameters: { ...schema }, strict: false },
      ],
    }),
  });
  const told = (answer: OpenAI.Responses.Response): Told => ({
    text: answer.output_text,
    tools: answer.output.flatMap((item) =>
      item.type === 'function_call' ? [{ name: item.name, args: parsed(item.arguments) }] : [],
    ),
    input: answer.usage?.input_tokens,
    output: answer.usage?.output_tokens,
    model: answer.model,
  });
  return {
    name,
    whole: async (question) => told(await connect().responses.create(body(question))),
    streamed: async (question) => {
      const stream = await connect().responses.create({ ...body(question), stream: true });
      let text = '';
      let last: OpenAI.Responses.Response | undefined;
      for await (const event of stream) {
        if (event.type === 'response.output_text.delta') text += event.delta;
        if (event.type === 'response.completed') last = event.response;
      }
      if (last === undefined) throw new Error('the response was never completed');
      return { ...told(last), text };
    },
    refused: (model) => statusOf(connect().responses.create(body({ model, text: 'x' }))),
  };
}

function anthropic(name: string, connect: () => Anthropic): Client {
  const body = ({ model, text, withTool }: Question) => ({
    model,
    max_tokens: 1_000,
    messages: [{ role: 'user' as const, content: text }],
    ...(withTool && {
      tools: [{ name: 'look_up', description, input_schema: { ...schema, required: ['city'] } }],
    }),
  });
  const told = (answer: Anthropic.Message): Told => ({
    text: answer.content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    tools: answer.content.flatMap((block) =>
      block.type === 'tool_use' ? [{ name: block.name, args: block.input }] : [],
    ),
    input: answer.usage.input_tokens,
    output: answer.usage.output_tokens,
    model: answer.model,
  });
  return {
    name,
    whole: async (question) => told(await connect().messages.create(body(question))),
    streamed: async (question) => told(await connect().messages.stream(body(question)).finalMessage()),
    refused: (model) => statusOf(connect().messages.create(body({ model, text: 'x' }))),
  };
}

function gemini(name: string, connect: () => GoogleGenAI): Client {
  const request = ({ model, text, withTool }: Question) => ({
    model,
    contents: text,
    config: withTool
      ? {
          tools: [{ functionDeclarations: [{ name: 'look_up', description, parametersJsonSchema: schema }] }],
        }
      : {},
  });
  type Answer = Awaited<ReturnType<GoogleGenAI['models']['generateContent']>>;
  const told = (answers: readonly Answer[]): Told => {
    const parts = answers.flatMap((answer) => answer.candidates?.[0]?.content?.parts ?? []);
    const usage = answers.at(-1)?.usageMetadata;
    return {
      text: parts.map((part) => (part.thought ? '' : (part.text ?? ''))).join(''),
      tools: parts.flatMap(({ functionCall }) =>
        functionCall === undefined ? [] : [{ name: functionCall.name ?? '', args: functionCall.args }],
      ),
      input: usage?.promptTokenCount,
      output: (usage?.candidatesTokenCount ?? 0) + (usage?.thoughtsTokenCount ?? 0),
      model: answers[0]?.modelVersion ?? '',
    };
  };
  return {
    name,
    whole: async (question) => told([await connect().models.generateContent(request(question))]),
    streamed: async (question) => {
      const answers: Answer[] = [];
      for await (const answer of await connect().models.generateContentStream(request(question)))
        answers.push(answer);
      return told(answers);
    },
    refused: (model) => statusOf(connect().models.generateContent(request({ model, text: 'x' }))),
  };
}

function ollama(connect: () => Ollama): Client {
  const request = ({ model, text, withTool }: Question) => ({
    model,
    messages: [{ role: 'user', content: text }],
    ...(withTool && {
      tools: [
        {
          type: 'function',
          function: { name: 'look_up', description, parameters: { ...schema, required: ['city'] } },
        },
      ],
    }),
  });
  type Answer = Awaited<ReturnType<Ollama['chat']>>;
  const told = (
    answers: readonly Pick<Answer, 'message' | 'prompt_eval_count' | 'eval_count' | 'model'>[],
  ): Told => ({
    text: answers.map(({ message }) => message.content).join(''),
    tools: answers.flatMap(({ message }) =>
      (message.tool_calls ?? []).map((call) => ({ name: call.function.name, args: call.function.arguments })),
    ),
    input: answers.at(-1)?.prompt_eval_count,
    output: answers.at(-1)?.eval_count,
    model: answers[0]?.model ?? '',
  });
  const chat = (body: object) => connect().chat(body as never) as unknown as Promise<Answer>;
  return {
    name: 'ollama 0.6',
    whole: async (question) => told([await chat({ ...request(question), stream: false })]),
    streamed: async (question) => {
      const answers: Answer[] = [];
      for await (const answer of await connect().chat({ ...request(question), stream: true }))
        answers.push(answer);
      return told(answers);
    },
    refused: (model) => statusOf(connect().chat(request({ model, text: 'x' }) as never)),
  };
}

const openai6 = () => new OpenAI({ baseURL: `${gateway.baseUrl}/v1`, apiKey: gateway.key, maxRetries: 0 });
const openai4 = () =>
  new OldOpenAI({
    baseURL: `${gateway.baseUrl}/v1`,
    apiKey: gateway.key,
    maxRetries: 0,
  }) as unknown as OpenAI;
const anthropic1 = () => new Anthropic({ baseURL: gateway.baseUrl, apiKey: gateway.key, maxRetries: 0 });
const anthropic0 = () =>
  new OldAnthropic({ baseURL: gateway.baseUrl, apiKey: gateway.key, maxRetries: 0 }) as unknown as Anthropic;
const genai2 = () =>
  new GoogleGenAI({ apiKey: gateway.key, httpOptions: { baseUrl: gateway.baseUrl }, vertexai: false });
const genai1 = () =>
  new OldGoogleGenAI({
    apiKey: gateway.key,
    httpOptions: { baseUrl: gateway.baseUrl },
    vertexai: false,
  }) as unknown as GoogleGenAI;
const ollamaSdk = () =>
  new Ollama({ host: gateway.baseUrl, headers: { authorization: `Bearer ${gateway.key}` } });

const clients: readonly Client[] = [
  openAiChat('openai 6', openai6),
  openAiChat('openai 4', openai4),
  openAiResponses('openai 6 responses', openai6),
  openAiResponses('openai 4 responses', openai4),
  anthropic('anthropic 1.10', anthropic1),
  anthropic('anthropic 0.137', anthropic0),
  gemini('genai 2', genai2),
  gemini('genai 1', genai1),
  ollama(ollamaSdk),
];

describe.each(clients.map((client) => [client.name, client] as const))('%s', (_name, client) => {
  it.each(backs)('reads an answer of %s, whole', async (_dialect, model) => {
    const told = await client.whole({ model, text: 'Grüße, 世界 👋' });
    expect(told).toMatchObject({ text: 'You said: Grüße, 世界 👋', tools: [], model });
    expect(told.input).toBeGreaterThan(0);
    expect(told.output).toBeGreaterThan(0);
  });

  it.each(backs)('reads an answer of %s, streamed', async (_dialect, model) => {
    const told = await client.streamed({ model, text: 'Grüße, 世界 👋' });
    expect(told).toMatchObject({ text: 'You said: Grüße, 世界 👋', tools: [], model });
    expect(told.input).toBeGreaterThan(0);
    expect(told.output).toBeGreaterThan(0);
  });

  it.each(backs)('gets a tool call of %s, whole and streamed alike', async (_dialect, model) => {
    const question = { model, text: 'use tool please', withTool: true };
    const expected = [{ name: 'look_up', args: { city: 'Köln' } }];
    expect((await client.whole(question)).tools).toEqual(expected);
    expect((await client.streamed(question)).tools).toEqual(expected);
  });

  it.each(backs)('is told in its own way what %s refuses', async (_dialect, model) => {
    const status = (code: number) => client.refused(`${model}!status=${code}`);
    expect(await status(400)).toBe(400);
    // A backend that refuses our key is not the client's 401.
    expect(await status(401)).toBe(502);
    expect(await status(429)).toBe(429);
    expect(await status(500)).toBe(502);
  });
});
