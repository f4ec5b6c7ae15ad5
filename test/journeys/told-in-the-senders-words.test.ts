/** Whatever a translation gives up or refuses, it names a member that the client really sent, by the path at which it stands. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PNG } from '../clients/claude-code.ts';
import { ClientHouse, type Section } from '../clients/client-house.ts';
import { everyBack } from '../support/every-back.ts';

const schema = { type: 'object', properties: { city: { type: 'string' } } };
const dataUrl = `data:image/png;base64,${PNG}`;
const stops = ['1', '2', '3', '4', '5', '6'];

interface Front {
  path(model: string): string;
  /** Everything its clients can ask for that another dialect may not have. */
  body(model: string): Section;
}

const generationConfig = {
  maxOutputTokens: 7,
  temperature: 1.9,
  topP: 0.999,
  topK: 900,
  seed: 1,
  frequencyPenalty: -1,
  presencePenalty: 2,
  stopSequences: stops,
  candidateCount: 2,
  responseLogprobs: true,
  logprobs: 20,
  responseMimeType: 'application/json',
  responseSchema: { type: 'OBJECT', properties: { city: { type: 'STRING' } } },
  thinkingConfig: { thinkingBudget: 3000 },
};

const options = {
  num_predict: 7,
  temperature: 1.9,
  top_p: 0.999,
  top_k: 900,
  min_p: 0.1,
  seed: 1,
  frequency_penalty: -1,
  presence_penalty: 2,
  stop: stops,
  mirostat: 1,
};

const chatSampling = {
  temperature: 1.9,
  top_p: 0.999,
  seed: 1,
  frequency_penalty: -1,
  presence_penalty: 2,
  stop: stops,
  n: 2,
  logit_bias: { 5: 1 },
  user: 'somebody',
};

const fronts: Readonly<Record<string, Front>> = {
  'openai-chat': {
    path: () => '/v1/chat/completions',
    body: (model) => ({
      model,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a' },
            { type: 'image_url', image_url: { url: dataUrl, detail: 'high' } },
            { type: 'input_audio', input_audio: { data: 'aGk=', format: 'flac' } },
          ],
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{"x' } }],
        },
        { role: 'tool', tool_call_id: 'c1', content: 'b' },
        { role: 'system', content: 'late' },
      ],
      tools: [{ type: 'function', function: { name: 'f', parameters: schema, strict: true } }],
      tool_choice: { type: 'function', function: { name: 'f' } },
      parallel_tool_calls: false,
      max_completion_tokens: 7,
      ...chatSampling,
      logprobs: true,
      top_logprobs: 20,
      response_format: { type: 'json_schema', json_schema: { name: 's', schema, strict: true } },
      reasoning_effort: 'minimal',
      verbosity: 'low',
    }),
  },
  'openai-completions': {
    path: () => '/v1/completions',
    body: (model) => ({ model, prompt: 'a', suffix: 'b', max_tokens: 7, ...chatSampling, logprobs: 5 }),
  },
  'openai-responses': {
    path: () => '/v1/responses',
    body: (model) => ({
      model,
      instructions: 'be short',
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'a' },
            { type: 'input_image', image_url: dataUrl, detail: 'high' },
          ],
        },
        { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{"x' },
        { type: 'function_call_output', call_id: 'c1', output: 'b' },
      ],
      tools: [{ type: 'function', name: 'f', parameters: schema, strict: true }],
      tool_choice: { type: 'function', name: 'f' },
      parallel_tool_calls: false,
      max_output_tokens: 17,
      temperature: 1.9,
      top_p: 0.999,
      top_logprobs: 20,
      text: { format: { type: 'json_schema', name: 's', schema, strict: true }, verbosity: 'low' },
      reasoning: { effort: 'minimal', summary: 'auto' },
      user: 'somebody',
    }),
  },
  'anthropic-messages': {
    path: () => '/v1/messages',
    body: (model) => ({
      model,
      max_tokens: 5000,
      system: [{ type: 'text', text: 'be short', cache_control: { type: 'ephemeral' } }],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
          ],
        },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'c1', name: 'f', input: { x: 1 } }] },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 'c1', is_error: true, content: 'b' }],
        },
      ],
      tools: [{ name: 'f', input_schema: schema, strict: true }],
      tool_choice: { type: 'tool', name: 'f', disable_parallel_tool_use: true },
      temperature: 0.9,
      top_p: 0.9,
      top_k: 900,
      stop_sequences: stops,
      thinking: { type: 'enabled', budget_tokens: 3000 },
      metadata: { user_id: 'somebody' },
      output_config: { format: { type: 'json_schema', schema } },
    }),
  },
  'gemini-generate': {
    path: (model) => `/v1beta/models/${model}:generateContent`,
    body: () => ({
      systemInstruction: { parts: [{ text: 'be short' }] },
      contents: [
        { role: 'user', parts: [{ text: 'a' }, { inlineData: { mimeType: 'image/png', data: PNG } }] },
        { role: 'model', parts: [{ functionCall: { name: 'f', args: { x: 1 } } }] },
        { role: 'user', parts: [{ functionResponse: { name: 'f', response: { error: 'b' } } }] },
      ],
      tools: [{ functionDeclarations: [{ name: 'f', parametersJsonSchema: schema }] }],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } },
      generationConfig,
    }),
  },
  'ollama-chat': {
    path: () => '/api/chat',
    body: (model) => ({
      model,
      messages: [
        { role: 'user', content: 'a', images: [PNG] },
        { role: 'assistant', content: '', tool_calls: [{ function: { name: 'f', arguments: { x: 1 } } }] },
        { role: 'tool', tool_name: 'f', content: 'b' },
      ],
      tools: [{ type: 'function', function: { name: 'f', parameters: schema } }],
      format: schema,
      think: 'low',
      logprobs: true,
      top_logprobs: 20,
      options,
    }),
  },
  'ollama-generate': {
    path: () => '/api/generate',
    body: (model) => ({ model, prompt: 'a', suffix: 'b', format: schema, think: true, options }),
  },
};

/** What is added where nobody asked, and so cannot be named by anything that was sent. */
const added = /^changed;param=(messages|contents|input|prompt);/;

let house: ClientHouse;
const backs = everyBack({ url: '' });

beforeAll(async () => {
  house = await ClientHouse.open({
    backends: (url) =>
      everyBack({ url }).map(({ model, config }) => ({
        ...config,
        name: `lenient-${model}`,
        quirks: { ...(config['quirks'] as Section | undefined), lenient: true },
        supports: { chat: [`lenient-${model}`], responses: [`lenient-${model}`] },
      })),
  });
});

afterAll(() => house?.close());

async function ask({ path, body }: Front, model: string) {
  const sent = body(model);
  const answer = await house.post(path(model), sent);
  return { sent, answer, text: await answer.text() };
}

const paramsIn = (warnings: string) =>
  warnings === ''
    ? []
    : warnings
        .split(', ')
        .filter((one) => !added.test(one))
        .map((one) => /param=([^;]*)/.exec(one)?.[1] ?? '');

/** What stands in the body at `messages[2].content`; undefined = nothing does. */
function at(path: string, body: unknown): unknown {
  return path
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .reduce<unknown>((found, name) => (found as Record<string, unknown> | undefined | null)?.[name], body);
}

describe.each(Object.entries(fronts))('%s', (_name, front) => {
  it.each(backs.map(({ model }) => model))(
    'to %s: what is dropped or changed is what was sent',
    async (model) => {
      const { sent, answer, text } = await ask(front, `lenient-${model}`);
      expect(answer.status, text).toBe(200);
      const params = paramsIn(answer.headers.get('x-sluice-warnings') ?? '');
      expect(params.filter((param) => at(param, sent) === undefined)).toEqual([]);
    },
  );

  it.each(backs.map(({ model }) => model))('to %s: so is what is refused', async (model) => {
    // One refusal at a time: what was refused is taken out, until nothing is.
    const refused: string[] = [];
    for (let round = 0; round < 12; round++) {
      const sent = without(refused, front.body(model));
      const answer = await house.post(front.path(model), sent);
      const text = await answer.text();
      if (answer.status === 200) return;
      const param = refusedIn(text);
      expect(at(param, sent), `${param} in ${text}`).toBeDefined();
      refused.push(param);
    }
    throw new Error(`never content: ${refused.join(', ')}`);
  });
});

/** Some envelopes have a place for it, in others it stands before the sentence, or in it. */
function refusedIn(text: string): string {
  const places = [/"param":"([^"]+)"/, /"(?:message|error)":"([\w.[\]]+): /, /\\"([\w.[\]]+)\\"/];
  for (const place of places) {
    const found = place.exec(text)?.[1];
    if (found !== undefined) return found;
  }
  throw new Error(`it names nothing: ${text}`);
}

function without(paths: readonly string[], body: Section): Section {
  const copy = structuredClone(body) as Record<string, unknown>;
  for (const path of paths) {
    const names = path.replaceAll(/\[(\d+)\]/g, '.$1').split('.');
    const last = names.pop() ?? '';
    const parent = at(names.join('.'), copy) ?? (names.length === 0 ? copy : undefined);
    if (Array.isArray(parent)) parent.splice(Number(last), 1);
    else if (parent) delete (parent as Record<string, unknown>)[last];
  }
  return copy;
}
