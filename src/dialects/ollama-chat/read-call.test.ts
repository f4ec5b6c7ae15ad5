import { describe, expect, it } from 'vitest';
import type { GenerationCall } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import { Warnings } from '../../model/warnings.ts';
import { ollamaChat } from './ollama-chat.ts';
import { readAsked } from './read-asked.ts';
import { readCall } from './read-call.ts';

const png = 'iVBORw0KGgo=';
const address = { route: '/api/chat', model: undefined, query: '' };

function read(body: object, isLenient = false) {
  const warnings = new Warnings(isLenient);
  const call = readCall({ model: 'm', messages: [], ...body } as JsonObject, { address, warnings });
  return { call, warnings: warnings.asHeader() };
}

const messages = (...messages: object[]) => read({ messages }).call.messages;
const call = (name: string, args: unknown, id?: string) => ({ id, function: { name, arguments: args } });
const use = (id: string, name: string, args: string) => ({ type: 'tool-use', id, name, arguments: args });

describe('what routing needs of a chat', () => {
  it('streams unless told not to, and wants its usage', () => {
    expect(readAsked({ model: 'm:7b', messages: [] })).toEqual({
      operation: 'chat',
      model: 'm:7b',
      isStream: true,
      wantsStreamUsage: true,
      outputTokensMax: undefined,
      choices: 1,
      sessionKey: undefined,
    });
    expect(readAsked({ stream: false }).isStream).toBe(false);
    expect(readAsked({ stream: null, model: '' })).toMatchObject({ isStream: true, model: undefined });
  });

  it.each([
    [{ num_predict: 50 }, 50],
    [{ num_predict: -1 }, undefined],
    [{ num_predict: -2 }, undefined],
    [{}, undefined],
    [null, undefined],
  ])('reads the limit of %j as %s', (options, limit) => {
    expect(readAsked({ options }).outputTokensMax).toBe(limit);
  });

  it.each([
    [{ model: 5 }, 'model'],
    [{ stream: 'yes' }, 'stream'],
    [{ messages: 'Hi' }, 'messages'],
    [{ messages: [5] }, 'messages[0]'],
    [{ messages: [{ role: 'robot' }] }, 'messages[0].role'],
    [{ options: [] }, 'options'],
    [{ options: { num_predict: '5' } }, 'options.num_predict'],
    [{ options: { num_predict: 0.5 } }, 'options.num_predict'],
  ])('refuses %j by the name of the member', (body, param) => {
    expect(() => readAsked(body as JsonObject)).toThrow(
      expect.objectContaining({ code: 'invalid_request', details: expect.objectContaining({ param }) }),
    );
  });
});

describe('messages', () => {
  it('reads texts, thoughts and pictures', () => {
    const read = messages(
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'What is it?', images: [png, `data:image/jpeg;base64,${png}`] },
      { role: 'assistant', content: 'A cat.', thinking: 'Hm.' },
    );
    const url = `data:image/png;base64,${png}`;
    expect(read).toEqual([
      { role: 'system', parts: [{ type: 'text', text: 'Be brief.' }] },
      {
        role: 'user',
        parts: [
          { type: 'text', text: 'What is it?' },
          { type: 'image', url },
          { type: 'image', url },
        ],
      },
      {
        role: 'assistant',
        parts: [
          { type: 'thinking', text: 'Hm.' },
          { type: 'text', text: 'A cat.' },
        ],
      },
    ]);
  });

  it('mints ids by place, and matches results by name, then by order', () => {
    const asked = { role: 'assistant', tool_calls: [call('a', { x: 1 }), call('b', {}), call('a', null)] };
    const result = (rest: object) => ({ role: 'tool', content: 'r', ...rest });
    const read = messages(asked, result({ tool_name: 'b' }), result({ name: 'a' }), result({}), result({}));
    expect(read[0]?.parts).toEqual([
      use('call_0_0', 'a', '{"x":1}'),
      use('call_0_1', 'b', '{}'),
      use('call_0_2', 'a', '{}'),
    ]);
    expect(read.slice(1).map((message) => message.toolUseId)).toEqual([
      'call_0_1',
      'call_0_0',
      'call_0_2',
      undefined,
    ]);
  });

  it('keeps the ids of the client, and tells those given twice apart', () => {
    const turn = { role: 'assistant', tool_calls: [call('a', '{"x":1}', 'c1')] };
    const result = { role: 'tool', content: 'r', tool_call_id: 'c1' };
    const read = messages(turn, result, turn, result);
    expect(read.map((message) => message.toolUseId)).toEqual([undefined, 'c1', undefined, 'c1-2']);
    expect(read[2]?.parts).toEqual([use('c1-2', 'a', '{"x":1}')]);
  });

  it('reads a request without messages as a call without messages', () => {
    expect(readCall({ model: 'm' }, { address, warnings: new Warnings() })).toMatchObject({
      messages: [],
      extra: {},
    });
  });

  it.each([
    [{ role: 'user', content: [{ type: 'text' }] }, 'messages[0].content'],
    [{ role: 'user', images: 'x' }, 'messages[0].images'],
    [{ role: 'user', images: ['no base64!'] }, 'messages[0].images[0]'],
    [{ role: 'user', images: [png, 'aGVsbG8='] }, 'messages[0].images[1]'],
    [{ role: 'user', images: ['https://x/y.png'] }, 'messages[0].images[0]'],
    [{ role: 'user', images: [7] }, 'messages[0].images[0]'],
    [{ role: 'assistant', tool_calls: {} }, 'messages[0].tool_calls'],
    [{ role: 'assistant', tool_calls: [null] }, 'messages[0].tool_calls[0]'],
    [{ role: 'assistant', tool_calls: [{}] }, 'messages[0].tool_calls[0].function'],
    [{ role: 'assistant', tool_calls: [{ function: {} }] }, 'messages[0].tool_calls[0].function.name'],
    [{ role: '__proto__' }, 'messages[0].role'],
    [null, 'messages[0]'],
  ])('refuses %j by its path', (message, param) => {
    expect(() => read({ messages: [message] })).toThrow(
      expect.objectContaining({ code: 'invalid_request', details: expect.objectContaining({ param }) }),
    );
  });
});

describe('tools', () => {
  it('reads functions, and drops what is none', () => {
    const parameters = { type: 'object', properties: {} };
    const tools = [
      { type: 'function', function: { name: 'f', description: 'd', parameters } },
      { function: { name: 'g' } },
      { type: 'web_search' },
    ];
    const { call, warnings } = read({ tools });
    expect(call.tools).toEqual([{ name: 'f', description: 'd', parameters }, { name: 'g' }]);
    expect(warnings).toBe('dropped;param=tools[2];reason=only_functions');
  });

  it.each([
    [[5], 'tools[0]'],
    [[{}], 'tools[0].function'],
    [[{ function: { name: 5 } }], 'tools[0].function.name'],
    [[{ function: { name: 'f', parameters: [] } }], 'tools[0].function.parameters'],
  ])('refuses %j', (tools, param) => {
    expect(() => read({ tools })).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ param }) }),
    );
  });
});

describe('what else is asked', () => {
  const cases: [string, object, Partial<GenerationCall>][] = [
    [
      'options',
      {
        options: {
          num_predict: 9,
          temperature: 0,
          top_p: 0.5,
          top_k: 3,
          min_p: 0.1,
          seed: 7,
          presence_penalty: 1,
          frequency_penalty: 2,
          stop: ['a', 'b'],
        },
      },
      {
        outputTokensMax: 9,
        temperature: 0,
        topP: 0.5,
        topK: 3,
        minP: 0.1,
        seed: 7,
        presencePenalty: 1,
        frequencyPenalty: 2,
        stop: ['a', 'b'],
      },
    ],
    ['Ollama’s default seed', { options: { seed: -1 } }, { seed: undefined }],
    ['one stop text', { options: { stop: 'x' } }, { stop: ['x'] }],
    [
      'what the machine shall do',
      {
        keep_alive: '5m',
        truncate: true,
        shift: false,
        options: { num_ctx: 4096, num_gpu: 1, num_thread: 2 },
      },
      { extra: {}, stop: [] },
    ],
    ['format json', { format: 'json' }, { responseFormat: { type: 'json-object' } }],
    ['no format', { format: '' }, { responseFormat: undefined }],
    [
      'a schema',
      { format: { type: 'object' } },
      { responseFormat: { type: 'json-schema', name: 'output', schema: { type: 'object' } } },
    ],
    ['think', { think: true }, { reasoning: { effort: 'medium', showsThoughts: true } }],
    ['no thinking', { think: false }, { reasoning: { effort: 'none' } }],
    ['a level', { think: 'high' }, { reasoning: { effort: 'high', showsThoughts: true } }],
    ['the low level', { think: 'low' }, { reasoning: { effort: 'low', showsThoughts: true } }],
    ['the highest level', { think: 'max' }, { reasoning: { effort: 'max', showsThoughts: true } }],
    ['nothing said of thinking', {}, { reasoning: undefined }],
    ['logprobs', { logprobs: true, top_logprobs: 3 }, { logprobs: { alternatives: 3 } }],
    ['no logprobs', { logprobs: false, top_logprobs: 3 }, { logprobs: undefined }],
  ];
  it.each(cases)('reads %s without a warning', (_, body, wanted) => {
    const { call, warnings } = read(body);
    expect(call).toMatchObject(wanted);
    expect(warnings).toBe('');
  });

  it('tells of each option that only Ollama knows, by its name', () => {
    const options = { repeat_penalty: 1.1, mirostat: 2, num_batch: 5, odd: null, num_ctx: 9, seed: 1 };
    expect(read({ options }).warnings.split(', ')).toEqual([
      'dropped;param=options.repeat_penalty;reason=unsupported_by_backend',
      'dropped;param=options.mirostat;reason=unsupported_by_backend',
      'dropped;param=options.num_batch;reason=unsupported_by_backend',
    ]);
    expect(read({ options: { odd: null, use_mmap: true } }).warnings).toBe('');
  });

  it.each([-2, -1, 0])('says "no limit", %j, by leaving the limit out', (num_predict) => {
    const { call, warnings } = read({ options: { num_predict } });
    expect(call.outputTokensMax).toBeUndefined();
    expect(warnings).toBe('dropped;param=options.num_predict;reason=means_no_limit');
  });

  it('tells of members that nobody knows', () => {
    expect(read({ tool_choice: 'none', nothing: null }).warnings).toBe(
      'dropped;param=tool_choice;reason=unknown_to_ollama',
    );
  });

  it.each([
    [{ template: '{{ .Prompt }}' }, 'template'],
    [{ raw: true }, 'raw'],
    [{ context: [1, 2] }, 'context'],
  ])('refuses %j, and only warns on a lenient route', (body, param) => {
    expect(() => read(body)).toThrow(
      expect.objectContaining({ code: 'unsupported_parameter', details: expect.objectContaining({ param }) }),
    );
    expect(read(body, true).warnings).toContain(`dropped;param=${param}`);
  });

  it.each([
    [{ options: { temperature: 'hot' } }, 'options.temperature'],
    [{ options: { seed: 0.5 } }, 'options.seed'],
    [{ options: { stop: [1] } }, 'options.stop'],
    [{ options: { stop: {} } }, 'options.stop'],
    [{ format: 'xml' }, 'format'],
    [{ think: 'hard' }, 'think'],
    [{ think: 1 }, 'think'],
    [{ top_logprobs: 21 }, 'top_logprobs'],
    [{ logprobs: 'yes' }, 'logprobs'],
  ])('refuses %j', (body, param) => {
    expect(() => read(body)).toThrow(
      expect.objectContaining({ code: 'invalid_request', details: expect.objectContaining({ param }) }),
    );
  });

  it('comes through the dialect as well', () => {
    expect(
      ollamaChat.readCall({ model: 'm', messages: [] }, { address, warnings: new Warnings() }).kind,
    ).toBe('generation');
  });
});
