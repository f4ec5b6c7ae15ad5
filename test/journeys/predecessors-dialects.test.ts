/** What the predecessors promised of dialects, seen from outside: what a client says, and what the backend is sent. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ClientHouse, type Section } from '../clients/client-house.ts';
import { type JsonObject, listIn, objectIn, parseObject, stringIn } from '../fake-upstream/json.ts';
import { type RawUpstream, rawAnswer, startRawUpstream } from '../support/raw-upstream.ts';
import { waitFor } from '../support/wait-for.ts';

const PICTURE =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
/** The key `everyBack` gives. */
const OURS = 'sk-upstream';
/** Models from before Anthropic had a format of its own, and system messages inside a talk. */
const OLD = 'claude-3-5-haiku';
const OLDER = 'claude-3-haiku';
/** One whose operator says what is written where the client sets no limit. */
const LIMITED = 'claude-sonnet-4-5';

let house: ClientHouse;
/** For answers that no well-behaved server gives. */
let odd: RawUpstream;
/** What the gateway asked of its own accord, until it knew the models. */
let looked: readonly string[];

beforeAll(async () => {
  odd = await startRawUpstream(withBody({ data: [] }));
  house = await ClientHouse.open({
    backends: (url) => [
      back('ollama', 'small-m', odd.url),
      back('mistral', 'mistral-m', `${odd.url}/v1`, { api_key: 'key-of-mistral' }),
      back('anthropic', OLD, `${url}/v1`, { api_key: 'key-of-anthropic' }),
      back('anthropic', OLDER, `${odd.url}/v1`, { api_key: 'key-of-anthropic' }),
      back('anthropic', LIMITED, `${url}/v1`, { api_key: 'k', quirks: { tokens_default: 1024 } }),
      { type: 'ollama', name: 'listed', base_url: url },
      back('gemini', 'gemini-2.0-flash', `${url}/v1beta`, { api_key: 'key-of-google' }),
    ],
  });
  await waitFor('the models', async () => (await house.get('/v1/models/llama3.2:latest')).status === 200);
  looked = house.upstream.journal.entries.filter(({ method }) => method === 'GET').map(({ path }) => path);
});

afterAll(async () => {
  await house?.close();
  await odd?.close();
});

beforeEach(() => {
  house.upstream.journal.clear();
  odd.setScript(withBody({ data: [] }));
});

function back(type: string, model: string, baseUrl: string, more: Section = {}): Section {
  return { type, name: `back-${model}`, base_url: baseUrl, supports: { chat: [model] }, ...more };
}

function withBody(body: object, status = '200 OK'): string[] {
  return [rawAnswer(status, { 'content-type': 'application/json' }, JSON.stringify(body))];
}

/** Only work is answered so; a question about health or models gets an empty list. */
function answersWork(answer: readonly string[]): void {
  odd.setScript((_nth, { head }) => (head.startsWith('POST') ? answer : withBody({ data: [] })));
}

const tool = (name: string, parameters: object = { type: 'object', properties: {} }) => ({
  type: 'function',
  function: { name, description: 'Looks something up', parameters },
});

const say = (text: string) => [{ role: 'user', content: text }];

async function chat(model: string, more: object = {}) {
  const answer = await house.post('/v1/chat/completions', { model, messages: say('Hi'), ...more });
  const body = (await answer.json()) as JsonObject;
  return { status: answer.status, body, headers: answer.headers, choice: objectIn(listIn(body.choices)[0]) };
}

async function sentFor(model: string, more: object): Promise<JsonObject> {
  const { status, body } = await chat(model, more);
  expect(status, JSON.stringify(body)).toBe(200);
  return house.lastAsked.sent ?? {};
}

describe('a backend of Ollama, asked by a client of OpenAI', () => {
  it('gets the options that stand in the body, each under its own name (000-57)', async () => {
    const options = {
      temperature: 0.5,
      top_p: 0.75,
      top_k: 20,
      repeat_penalty: 1.5,
      presence_penalty: 0.25,
      frequency_penalty: 0.125,
      seed: 7,
      num_predict: 64,
      stop: ['END'],
      min_p: 0.0625,
      mirostat: 1,
      mirostat_eta: 0.5,
      mirostat_tau: 4,
      penalize_newline: true,
    };
    const sent = await sentFor('llama-m', { ...options, options: { num_ctx: 4096 }, keep_alive: '10m' });
    expect(house.lastAsked.path).toBe('/api/chat');
    expect(sent).toMatchObject({ options: { ...options, num_ctx: 4096 }, keep_alive: '10m' });
    for (const name of Object.keys(options)) expect(sent).not.toHaveProperty(name);
  });

  const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };

  it.each([
    ['json_object', { response_format: { type: 'json_object' } }, 'json'],
    ['a schema', { response_format: { type: 'json_schema', json_schema: { name: 'c', schema } } }, schema],
    ['a format of its own', { response_format: { type: 'json_object' }, format: schema }, schema],
  ])('gets %s as its format (000-58)', async (_what, asked, format) => {
    const sent = await sentFor('llama-m', asked);
    expect(sent.format).toEqual(format);
    expect(sent).not.toHaveProperty('response_format');
  });

  it('gets the parts of a message as one text and bare pictures (000-59)', async () => {
    const content = [
      { type: 'text', text: 'What is this?' },
      { type: 'image_url', image_url: { url: `data:image/png;base64,${PICTURE}` } },
    ];
    const sent = await sentFor('llama-m', { messages: [{ role: 'user', content }] });
    expect(sent.messages).toEqual([{ role: 'user', content: 'What is this?', images: [PICTURE] }]);
  });
});

describe('tool calls of Ollama (000-60)', () => {
  const message = (said: object) =>
    withBody({
      model: 'small-m',
      created_at: '2026-01-01T00:00:00Z',
      message: { role: 'assistant', content: '', ...said },
      done: true,
      done_reason: 'stop',
      prompt_eval_count: 3,
      eval_count: 5,
    });
  const called = { name: 'look_up', arguments: { city: 'Köln' } };
  const printed = JSON.stringify({ name: 'look_up', parameters: { city: 'Köln' } });

  it.each([
    ['made as Ollama makes them', { tool_calls: [{ function: called }, { function: called }] }, 2],
    ['in the old form', { function_call: called }, 1],
    ['printed into the text, a line each', { content: `${printed}\n${printed}\n` }, 2],
  ])('%s reach the client as it reads them', async (_how, said, count) => {
    answersWork(message(said));
    const { choice } = await chat('small-m', { tools: [tool('look_up')] });
    const calls = listIn(objectIn(choice.message).tool_calls).map(objectIn);
    expect(choice.finish_reason).toBe('tool_calls');
    expect(calls).toHaveLength(count);
    expect(new Set(calls.map(({ id }) => id)).size).toBe(count);
    for (const call of calls) {
      expect(call).toMatchObject({ id: expect.stringMatching(/./), type: 'function' });
      expect(call.function).toEqual({ name: 'look_up', arguments: '{"city":"Köln"}' });
    }
  });

  it('are not made of a text that only looks like JSON', async () => {
    answersWork(message({ content: '{"name":"Köln","population":1000000}' }));
    const { choice } = await chat('small-m', { tools: [tool('look_up')] });
    expect(choice.finish_reason).toBe('stop');
    expect(objectIn(choice.message).content).toBe('{"name":"Köln","population":1000000}');
  });
});

describe('a backend of Anthropic, asked by a client of OpenAI', () => {
  it('gets system, turns and tools where it has them, and a limit nobody named (000-61)', async () => {
    const call = (id: string) => ({
      id,
      type: 'function',
      function: { name: 'look_up', arguments: '{"n":1}' },
    });
    const sent = await sentFor(OLD, {
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Look twice.' },
        { role: 'assistant', content: null, tool_calls: [call('call_a'), call('call_b')] },
        { role: 'tool', tool_call_id: 'call_a', content: 'one' },
        { role: 'tool', tool_call_id: 'call_b', content: 'two' },
        { role: 'system', content: 'Now answer.' },
      ],
      tools: [tool('look_up', { type: 'object', properties: { n: { type: 'number' } } })],
      tool_choice: 'required',
    });
    expect(sent).toMatchObject({ system: 'Be brief.', tool_choice: { type: 'any' } });
    expect(sent.max_tokens).toBeGreaterThanOrEqual(1024);
    expect(sent.tools).toMatchObject([
      { name: 'look_up', input_schema: { type: 'object', properties: { n: { type: 'number' } } } },
    ]);
    const [asked, used, results, ...rest] = listIn(sent.messages).map(objectIn);
    expect([asked?.role, used?.role, results?.role, rest]).toEqual(['user', 'assistant', 'user', []]);
    const use = { type: 'tool_use', name: 'look_up', input: { n: 1 } };
    expect(used?.content).toEqual([
      { ...use, id: 'call_a' },
      { ...use, id: 'call_b' },
    ]);
    expect(results?.content).toMatchObject([
      { type: 'tool_result', tool_use_id: 'call_a', content: 'one' },
      { type: 'tool_result', tool_use_id: 'call_b', content: 'two' },
      { type: 'text', text: expect.stringContaining('Now answer.') },
    ]);
  });

  it('gets the limit its operator wants where the client names none (000-61)', async () => {
    expect((await sentFor(LIMITED, {})).max_tokens).toBe(1024);
    expect((await sentFor(LIMITED, { max_tokens: 2000 })).max_tokens).toBe(2000);
    expect((await sentFor(OLD, {})).max_tokens).toBe(8192);
  });

  const definitions = { $defs: { Town: { type: 'string' } } };
  const schema = { type: 'object', properties: { city: { $ref: '#/$defs/Town' } }, ...definitions };
  const format = { type: 'json_schema', json_schema: { name: 'place', schema } };

  it('is made to answer in a schema by a tool that no client sees (000-62)', async () => {
    odd.setScript((_nth, { head, body }) =>
      head.startsWith('POST') ? withBody(answerOfTool(body, { city: 'Köln' })) : withBody({ data: [] }),
    );
    const { choice } = await chat(OLDER, {
      response_format: format,
      tools: [tool('json_output')],
      tool_choice: 'none',
    });
    const sent = lastOddBody();
    const names = listIn(sent.tools).map((one) => objectIn(one).name);
    expect(new Set(names).size).toBe(2);
    expect(sent.tool_choice).toMatchObject({ type: 'tool', name: names.at(-1) });
    expect(listIn(sent.tools).at(-1)).toMatchObject({
      input_schema: { type: 'object', properties: { city: { type: 'string' } } },
    });
    expect(choice).toMatchObject({ finish_reason: 'stop', message: { content: '{"city":"Köln"}' } });
    expect(objectIn(choice.message).tool_calls ?? []).toEqual([]);
  });

  it('streams its thoughts and its words as they come (000-63)', async () => {
    const stream = await house.stream('/v1/chat/completions', {
      model: 'claude-m!thoughts=2!words=3!slow=80',
      messages: say('Hi'),
      reasoning_effort: 'low',
      stream: true,
    });
    await stream.waitForEnd();
    const deltas = stream.frames.flatMap(({ data, atMs }) =>
      listIn(parseObject(data).choices).map((one) => ({ atMs, delta: objectIn(objectIn(one).delta) })),
    );
    const thoughts = deltas.filter(({ delta }) => stringIn(delta.reasoning_content) !== '');
    const words = deltas.filter(({ delta }) => stringIn(delta.content) !== '');
    expect(thoughts.length).toBeGreaterThan(0);
    expect(words.length).toBeGreaterThan(1);
    expect((words.at(-1)?.atMs ?? 0) - (words[0]?.atMs ?? 0)).toBeGreaterThan(80);
    expect(thoughts.at(-1)?.atMs ?? 0).toBeLessThanOrEqual(words[0]?.atMs ?? 0);
  });

  it.each([
    ['429', 429, 'rate_limited'],
    ['529', 503, 'no_healthy_backend'],
    ['400', 400, 'invalid_request_error'],
    ['401', 502, 'upstream_error'],
  ])(
    'keeps the meaning of its status %s, and tells the status itself (000-63)',
    async (said, status, code) => {
      const { status: told, body, headers } = await chat(`claude-m!status=${said}`);
      expect(told).toBe(status);
      expect(headers.get('x-sluice-upstream-status')).toBe(said);
      expect(JSON.stringify(body.error)).toContain(code);
    },
  );
});

function lastOddBody(): JsonObject {
  const works = odd.requests.filter(({ head }) => head.startsWith('POST'));
  return parseObject(works.at(-1)?.body ?? '');
}

/** As a model of Anthropic's answers that was made to call a tool. */
function answerOfTool(request: string, input: object): object {
  const { tool_choice: choice, model } = parseObject(request);
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model,
    content: [{ type: 'tool_use', id: 'toolu_1', name: objectIn(choice).name, input }],
    stop_reason: 'tool_use',
    stop_sequence: null,
    usage: { input_tokens: 3, output_tokens: 5 },
  };
}

describe('the slips of Mistral (000-64)', () => {
  const called = { id: 'abcdefghi', function: { name: 'look_up', arguments: '{"city":"Köln"}' } };
  const answer = (message: object) => ({
    id: 'm1',
    object: 'chat.completion',
    created: 1,
    model: 'mistral-m',
    choices: [{ index: 0, message: { role: 'assistant', content: '', ...message }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 },
  });
  const { id: _, ...unnamed } = called;

  it.each([
    ['without a type', { tool_calls: [called] }],
    ['in the old form', { function_call: unnamed.function }],
  ])('a call %s is one, and ends the answer as one', async (_how, said) => {
    answersWork(withBody(answer(said)));
    const { choice } = await chat('mistral-m', { tools: [tool('look_up')] });
    expect(choice).toMatchObject({
      finish_reason: 'tool_calls',
      message: {
        tool_calls: [{ id: expect.stringMatching(/./), type: 'function', function: called.function }],
      },
    });
  });

  it('a stream with tools stays a stream, its calls numbered, its end right', async () => {
    const chunk = (delta: object, finish_reason: string | null = null) =>
      `data: ${JSON.stringify({ id: 'm1', object: 'chat.completion.chunk', created: 1, model: 'mistral-m', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
    const text = `${chunk({ role: 'assistant', content: '' })}${chunk({ tool_calls: [called] }, 'stop')}data: [DONE]\n\n`;
    answersWork([rawAnswer('200 OK', { 'content-type': 'text/event-stream' }, text)]);
    const body = { model: 'mistral-m', messages: say('Hi'), tools: [tool('look_up')], stream: true };
    const stream = await house.stream('/v1/chat/completions', body);
    await stream.waitForEnd();
    expect(lastOddBody().stream).toBe(true);
    const choices = stream.frames.flatMap(({ data }) => listIn(parseObject(data).choices).map(objectIn));
    const calls = choices.flatMap(({ delta }) => listIn(objectIn(delta).tool_calls));
    expect(calls[0]).toMatchObject({ index: 0, id: 'abcdefghi', type: 'function' });
    expect(choices.map((one) => one.finish_reason).filter(Boolean)).toEqual(['tool_calls']);
  });
});

describe('a backend of Gemini, asked by a client of OpenAI', () => {
  const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
  const format = { type: 'json_schema', json_schema: { name: 'place', schema } };

  it.each([
    ['gemini-m', 'responseJsonSchema'],
    ['gemini-2.0-flash', 'responseSchema'],
  ])('%s gets the schema of the answer as %s (001-52)', async (model, member) => {
    const sent = await sentFor(model, { response_format: format });
    const config = objectIn(sent.generationConfig);
    expect(config.responseMimeType).toBe('application/json');
    expect(JSON.stringify(config[member]).toLowerCase()).toContain('"city":{"type":"string"}');
    const asked = await sentFor(model, { response_format: { type: 'json_object' } });
    expect(asked.generationConfig).toEqual({ responseMimeType: 'application/json' });
  });
});

describe('every backend is asked in its own protocol, with our key where it looks for it', () => {
  const version = { 'anthropic-version': '2023-06-01' };
  const deployment = '/openai/deployments/azure-m/chat/completions?api-version=2024-10-21';

  it.each<[string, string, string, Readonly<Record<string, string>>]>([
    ['Gemini (001-1)', 'gemini-m', '/v1beta/models/gemini-m:generateContent', { 'x-goog-api-key': OURS }],
    ['Anthropic (001-3)', 'claude-m', '/v1/messages', { 'x-api-key': OURS, ...version }],
    ['Cohere (001-7)', 'command-m', '/v2/chat', { authorization: `Bearer ${OURS}` }],
    ['Azure (001-8)', 'azure-m', deployment, { 'api-key': OURS }],
    ['Ollama (001-9)', 'llama-m', '/api/chat', {}],
  ])('%s is asked at its own path, with that key alone', async (_name, model, path, keys) => {
    await sentFor(model, {});
    const { headers, path: asked } = house.lastAsked;
    expect(asked).toBe(path);
    const places = ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key', 'anthropic-version'];
    expect(Object.fromEntries(Object.entries(headers).filter(([name]) => places.includes(name)))).toEqual(
      keys,
    );
  });

  it('Ollama is asked for its models by its own list (001-9)', async () => {
    const listed = await house.get('/v1/models/llama3.2:latest');
    expect(await listed.json()).toMatchObject({ id: 'llama3.2:latest', owned_by: 'listed' });
    expect(looked).toContain('/api/tags');
  });
});

describe('a client of Responses, before other dialects (000-66)', () => {
  const format = { type: 'json_schema', name: 'place', schema: { type: 'object' } };
  const asked = {
    instructions: 'Be brief.',
    input: [
      { role: 'developer', content: 'Use the tools.' },
      { role: 'user', content: [{ type: 'input_text', text: 'Where?' }] },
      { type: 'function_call', call_id: 'call_1', name: 'look_up', arguments: '{}' },
      { type: 'function_call_output', call_id: 'call_1', output: 'Köln' },
    ],
    tools: [
      { type: 'function', name: 'look_up', parameters: { type: 'object', properties: {} } },
      {
        type: 'namespace',
        name: 'maps',
        description: 'Maps',
        tools: [{ type: 'function', name: 'find', parameters: { type: 'object', properties: {} } }],
      },
    ],
    max_output_tokens: 64,
    text: { format },
  };

  async function sentOver(model: string): Promise<JsonObject> {
    const answer = await house.post('/v1/responses', { model, ...asked });
    expect(answer.status, await answer.text()).toBe(200);
    return house.lastAsked.sent ?? {};
  }

  it('is read into a chat: roles, items, tools, limit and form of the answer', async () => {
    const sent = await sentOver('chat-m');
    expect(sent).toMatchObject({ max_tokens: 64, response_format: { type: 'json_schema' } });
    const roles = listIn(sent.messages).map((message) => objectIn(message).role);
    expect(roles).toEqual(['system', 'system', 'user', 'assistant', 'tool']);
    expect(listIn(sent.messages).map(objectIn).slice(-2)).toMatchObject([
      { tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look_up', arguments: '{}' } }] },
      { tool_call_id: 'call_1', content: 'Köln' },
    ]);
    const names = listIn(sent.tools).map((one) => objectIn(objectIn(one).function).name);
    expect(names).toEqual(['look_up', expect.stringMatching(/find$/)]);
  });

  it('its limit is Ollama’s num_predict', async () => {
    const sent = await sentOver('llama-m');
    expect(objectIn(sent.options).num_predict).toBe(64);
    expect(sent.format).toEqual({ type: 'object' });
  });

  it('hears its events live, numbered and in order', async () => {
    const body = { model: 'chat-m!words=3!slow=80', input: 'Hi', stream: true };
    const stream = await house.stream('/v1/responses', body);
    await stream.waitForEnd();
    const told = stream.frames.map(({ data }) => parseObject(data));
    expect(told.map(({ sequence_number }) => sequence_number)).toEqual(told.map((_, at) => at));
    expect(told.map(({ type }) => stringIn(type).replace('response.', '')).join(' ')).toMatch(
      /^created in_progress output_item.added content_part.added( output_text.delta)+ output_text.done content_part.done output_item.done completed$/,
    );
    const deltas = stream.frames.filter(({ event }) => event === 'response.output_text.delta');
    expect((deltas.at(-1)?.atMs ?? 0) - (deltas[0]?.atMs ?? 0)).toBeGreaterThan(80);
  });
});

describe('a client of Anthropic, before a backend of OpenAI’s dialect', () => {
  const ask = (body: object, path = '/v1/messages') =>
    house.post(path, { model: 'chat-m', max_tokens: 100, messages: say('Hi'), ...body }, anthropic());

  it('is answered whole in the form it knows (004-19)', async () => {
    const answer = await ask({ system: [{ type: 'text', text: 'Be brief.' }] });
    expect(await answer.json()).toMatchObject({
      id: expect.stringMatching(/^msg_/),
      type: 'message',
      role: 'assistant',
      model: 'chat-m',
      content: [{ type: 'text', text: 'You said: Hi' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: expect.any(Number), output_tokens: expect.any(Number) },
    });
    const { messages } = house.lastAsked.sent ?? {};
    expect(messages).toEqual([{ role: 'system', content: 'Be brief.' }, ...say('Hi')]);
  });

  it('sends a tool’s result in blocks, and the backend gets its text (004-19)', async () => {
    const content = [
      { type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: '21°' }] },
    ];
    const used = [{ type: 'tool_use', id: 'toolu_1', name: 'look_up', input: {} }];
    await ask({
      messages: [...say('Look.'), { role: 'assistant', content: used }, { role: 'user', content }],
      tools: [{ name: 'look_up', input_schema: { type: 'object' } }],
    });
    const { messages } = house.lastAsked.sent ?? {};
    expect(listIn(messages).at(-1)).toEqual({ role: 'tool', tool_call_id: 'toolu_1', content: '21°' });
  });

  it.each([
    ['words', {}, 'text', 'text_delta', 'end_turn'],
    [
      'a tool',
      { tools: [{ name: 'look_up', input_schema: { type: 'object' } }], tool_choice: { type: 'any' } },
      'tool_use',
      'input_json_delta',
      'tool_use',
    ],
  ])('hears the events of %s in their order (004-20)', async (_what, more, block, delta, reason) => {
    const body = { model: 'chat-m', max_tokens: 100, messages: say('Hi'), stream: true, ...more };
    const stream = await house.stream('/v1/messages', body, anthropic());
    await stream.waitForEnd();
    const told = stream.frames.map(({ data }) => parseObject(data)).filter(({ type }) => type !== 'ping');
    const types = told.map(({ type }) => stringIn(type));
    expect(types.join(' ')).toMatch(
      /^message_start content_block_start( content_block_delta)+ content_block_stop message_delta message_stop$/,
    );
    expect(stream.frames.every(({ event, data }) => event === parseObject(data).type)).toBe(true);
    expect(objectIn(told[1]?.content_block).type).toBe(block);
    expect(objectIn(told[2]?.delta).type).toBe(delta);
    expect(told.at(-2)).toMatchObject({
      delta: { stop_reason: reason },
      usage: { output_tokens: expect.any(Number) },
    });
  });

  it('has its tokens estimated where nobody counts, and is told so (004-16)', async () => {
    const answer = await ask({}, '/v1/messages/count_tokens');
    expect(answer.headers.get('x-sluice-token-count')).toBe('estimated');
    const { input_tokens: few } = (await answer.json()) as { input_tokens: number };
    const longer = await ask({ messages: say('Hi '.repeat(400)) }, '/v1/messages/count_tokens');
    const { input_tokens: many } = (await longer.json()) as { input_tokens: number };
    expect(few).toBeGreaterThan(0);
    expect(many).toBeGreaterThan(few + 50);
  });
});

function anthropic(): Readonly<Record<string, string>> {
  return { 'x-api-key': house.gateway.key, 'anthropic-version': '2023-06-01' };
}
