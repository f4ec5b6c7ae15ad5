import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GenerationCall, Message, Part } from '../../model/call.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';
import { Warnings } from '../../model/warnings.ts';
import type { Writing } from '../dialect.ts';
import { ordinaryQuirks } from '../wire-quirks.ts';
import { readCall } from './read-call.ts';
import { writeRequest } from './write-request.ts';

const oldModel = 'claude-3-5-sonnet-20241022';
const budgetModel = 'claude-sonnet-4-20250514';
const newModel = 'claude-opus-9';

const text = (value: string): Part => ({ type: 'text', text: value });
const said = (role: Message['role'], ...parts: (string | Part)[]): Message => ({
  role,
  parts: parts.map((part) => (typeof part === 'string' ? text(part) : part)),
});
const use = (id: string, args = '{}', name = 't'): Part => ({ type: 'tool-use', id, name, arguments: args });
const result = (toolUseId: string, ...parts: string[]): Message => ({ ...said('tool', ...parts), toolUseId });

const plain: GenerationCall = {
  kind: 'generation',
  model: budgetModel,
  messages: [said('user', 'Hi')],
  tools: [],
  stop: [],
  choices: 1,
  extra: {},
};

/** A test looks anywhere into what was written. */
type Written = ReturnType<typeof JSON.parse>;

function write(
  changes: Partial<GenerationCall>,
  warnings = new Warnings(),
  about: Partial<Writing> = {},
): Written {
  const writing = { isStream: false, warnings, quirks: ordinaryQuirks, outputTokensMax: undefined, ...about };
  return JSON.parse(JSON.stringify(writeRequest({ ...plain, ...changes }, writing)));
}

function warningsOf(changes: Partial<GenerationCall>, isLenient = false): string[] {
  const warnings = new Warnings(isLenient);
  write(changes, warnings);
  return warnings.list.map(({ action, param }) => `${action} ${param}`);
}

const turns = (messages: Message[], model = budgetModel): Written => write({ messages, model }).messages;
/** Turns in short: role, then each block by its text or type. */
const inShort = (messages: Message[], model = budgetModel): string[] =>
  turns(messages, model).map((turn: Written) =>
    [
      turn.role,
      ...turn.content.map((block: Written) => block.text ?? `${block.type}:${block.tool_use_id ?? block.id}`),
    ].join(' '),
  );

describe('limits', () => {
  it('max_tokens: the client’s, else the configuration’s, else the model’s, else a cautious number (S)', () => {
    expect(write({ outputTokensMax: 7 }).max_tokens).toBe(7);
    expect(write({}, undefined, { outputTokensMax: 1234 }).max_tokens).toBe(1234);
    expect(write({ model: 'claude-3-haiku-20240307' }).max_tokens).toBe(4096);
    expect(write({ model: 'claude-opus-4-1-20250805' }).max_tokens).toBe(32_000);
    expect(write({ model: 'my-local-model' }).max_tokens).toBe(8192);
  });

  it('more than the model can write is cut and told; of an unknown model nothing is assumed', () => {
    expect(warningsOf({ model: oldModel, outputTokensMax: 100_000 })).toEqual(['changed max_tokens']);
    expect(write({ model: newModel, outputTokensMax: 900_000 }).max_tokens).toBe(900_000);
  });

  it('stop texts go along, those of nothing but space do not', () => {
    expect(write({ stop: ['END', '\n'] }).stop_sequences).toEqual(['END']);
    expect(warningsOf({ stop: ['\n'] })).toEqual(['dropped stop']);
  });

  it('stream is said only where there is one', () => {
    expect(write({}).stream).toBeUndefined();
    expect(write({}, undefined, { isStream: true }).stream).toBe(true);
  });
});

describe('sampling (T27)', () => {
  it('old models take all of it, at most 1', () => {
    const body = write({ model: oldModel, temperature: 1.5, topP: 0.5, topK: 3 });
    expect(body).toMatchObject({ temperature: 1, top_p: 0.5, top_k: 3 });
    expect(warningsOf({ model: oldModel, temperature: 1.5 })).toEqual(['changed temperature']);
  });

  it('from Opus 4.1 to 4.6 they take one of temperature and top_p', () => {
    const body = write({ model: 'claude-sonnet-4-5', temperature: 0.2, topP: 0.5 });
    expect(body.temperature).toBe(0.2);
    expect(body.top_p).toBeUndefined();
  });

  it('new models take none; the default values are not worth a word', () => {
    expect(write({ model: newModel, temperature: 0.5, topP: 0.5, topK: 3 })).not.toHaveProperty(
      'temperature',
    );
    expect(warningsOf({ model: newModel, temperature: 0.5, topP: 0.5, topK: 3 })).toEqual([
      'dropped temperature',
      'dropped top_p',
      'dropped top_k',
    ]);
    expect(warningsOf({ model: newModel, temperature: 1, topP: 0.99 })).toEqual([]);
  });
});

describe('what has no place here', () => {
  it.each<[string, Partial<GenerationCall>]>([
    ['seed', { seed: 1 }],
    ['min_p', { minP: 0.1 }],
    ['frequency_penalty', { frequencyPenalty: 1 }],
    ['presence_penalty', { presencePenalty: 1 }],
    ['verbosity', { verbosity: 'low' }],
    ['logit_bias', { extra: { logit_bias: { 1: 2 } } }],
    ['prediction', { extra: { prediction: {} } }],
  ])('%s only nudges: told (W)', (param, changes) => {
    expect(warningsOf(changes)).toEqual([`dropped ${param}`]);
  });

  it.each<[string, Partial<GenerationCall>]>([
    ['n', { choices: 2 }],
    ['logprobs', { logprobs: { alternatives: 2 } }],
    ['suffix', { suffix: 's' }],
    ['modalities', { extra: { modalities: ['text', 'audio'] } }],
    ['moderation', { extra: { moderation: { mode: 'block' } } }],
    [
      'messages[0].content[0]',
      { messages: [said('user', { type: 'audio', base64: 'AA==', format: 'wav' })] },
    ],
    ['messages[0].content[0]', { messages: [said('user', { type: 'image', fileId: 'f' })] }],
    [
      'messages[0].content[0]',
      { messages: [said('user', { type: 'image', url: 'data:image/bmp;base64,AAAA' })] },
    ],
  ])('%s changes the answer: refused (E), lenient told', (param, changes) => {
    expect(() => write(changes)).toThrow(
      expect.objectContaining({ code: 'unsupported_parameter', details: { param } }),
    );
    expect(warningsOf(changes, true)).toEqual([`dropped ${param}`]);
  });

  it('refuses a data: URL that cannot be decoded on any route', () => {
    const messages = [said('user', { type: 'image', url: 'data:image/png;base64,?' })];
    const refusal = { code: 'invalid_request', details: { param: 'messages[0].content[0]' } };
    expect(() => write({ messages })).toThrow(expect.objectContaining(refusal));
    expect(() => warningsOf({ messages }, true)).toThrow(expect.objectContaining(refusal));
  });

  it('book-keeping is not missed (D)', () => {
    const extra = {
      metadata: {},
      store: true,
      prompt_cache_key: 'k',
      modalities: ['text'],
      service_tier: 'flex',
    };
    expect(warningsOf({ extra })).toEqual([]);
  });

  it('the user goes along, unless it could be found in a phone book', () => {
    expect(write({ user: 'u-1' }).metadata).toEqual({ user_id: 'u-1' });
    for (const user of ['a@b.example', '+49 30 123456', 'x'.repeat(300)]) {
      expect(write({ user }).metadata.user_id).toMatch(/^user_[0-9a-f]{32}$/);
    }
  });
});

describe('system texts', () => {
  it('the leading ones become one, or blocks where any is marked', () => {
    const messages = [said('system', 'A'), said('system', 'B'), said('user', 'Hi')];
    expect(write({ messages }).system).toBe('A\n\nB');
    const marked = [said('system', { type: 'text', text: 'A', cache: { ttl: '1h' } }), ...messages.slice(1)];
    expect(write({ messages: marked }).system).toEqual([
      { type: 'text', text: 'A', cache_control: { type: 'ephemeral', ttl: '1h' } },
      { type: 'text', text: 'B' },
    ]);
  });

  it('a later one stays where it is: as itself for models that take it, else as a reminder', () => {
    const messages = [said('user', 'Hi'), said('system', 'S'), said('user', 'B')];
    expect(inShort(messages, newModel)).toEqual(['user Hi', 'system S', 'user B']);
    expect(inShort(messages)).toEqual(['user Hi <system-reminder>\nS\n</system-reminder> B']);
  });
});

describe('turns', () => {
  it.each<[string, Message[], string[]]>([
    ['of one role are one', [said('user', 'a'), said('user', 'b')], ['user a b']],
    [
      'begin with the user',
      [said('assistant', 'a'), said('user', 'b')],
      ['user (continue)', 'assistant a', 'user b'],
    ],
    [
      'without text are left out',
      [said('user', 'a'), said('assistant', ''), said('user', 'b')],
      ['user a b'],
    ],
    ['that cannot be left out say so', [said('user', ' ')], ['user (empty)']],
    [
      'answer all tool uses in one, results first (T23)',
      [
        said('user', 'q'),
        said('assistant', use('a'), use('b')),
        said('user', 'x'),
        result('b', '2'),
        result('a', '1'),
      ],
      ['user q', 'assistant tool_use:a tool_use:b', 'user tool_result:a tool_result:b x'],
    ],
    [
      'answer tool uses nobody answered',
      [said('user', 'q'), said('assistant', use('a')), said('user', 'x')],
      ['user q', 'assistant tool_use:a', 'user tool_result:a x'],
    ],
    ['show a result nobody asked for as text', [said('user', 'q'), result('z', 'late')], ['user q late']],
    [
      'tell tool uses of one id apart, and their results',
      [
        said('user', 'q'),
        said('assistant', use('a')),
        result('a', '1'),
        said('assistant', use('a')),
        result('a', '2'),
      ],
      [
        'user q',
        'assistant tool_use:a',
        'user tool_result:a',
        'assistant tool_use:a-2',
        'user tool_result:a-2',
      ],
    ],
  ])('%s', (_, messages, expected) => {
    expect(inShort(messages)).toEqual(expected);
  });

  it('a begun answer is gone on with by old models, and refused for new ones', () => {
    const messages = [said('user', 'q'), said('assistant', 'Sure ')];
    expect(inShort(messages)).toEqual(['user q', 'assistant Sure']);
    expect(() => turns(messages, newModel)).toThrow(
      expect.objectContaining({ details: { param: 'messages' } }),
    );
    expect(warningsOf({ messages, model: newModel }, true)).toContain('dropped messages');
  });

  it.each([
    ['', {}],
    ['null', {}],
    ['  ', {}],
    ['[1]', { value: [1] }],
    ['{"a":1}', { a: 1 }],
    ['{"a":"b', { a: 'b' }],
    ['nonsense', { _raw: 'nonsense' }],
  ])('arguments %j are the object %j (T10)', (args, input) => {
    expect(
      turns([said('user', 'q'), said('assistant', use('a', args)), result('a', 'r')])[1].content[0].input,
    ).toEqual(input);
  });

  it('ids and names Anthropic would refuse are spelled in its alphabet', () => {
    const [, assistant, user] = turns([
      said('user', 'q'),
      said('assistant', use('functions.f:0', '{}', 'a.b')),
      result('functions.f:0', 'r'),
    ]);
    expect(assistant.content[0]).toMatchObject({ id: 'gw1-functions-2ef-3a0', name: 'gw1-a-2eb' });
    expect(user.content[0].tool_use_id).toBe('gw1-functions-2ef-3a0');
    const long = turns([
      said('user', 'q'),
      said('assistant', use('ü'.repeat(99))),
      result('ü'.repeat(99), 'r'),
    ]);
    expect(long[1].content[0].id).toMatch(/^toolu_[0-9a-f]{32}$/);
    expect(long[2].content[0].tool_use_id).toBe(long[1].content[0].id);
  });

  it('thoughts go back only to their maker (T16)', () => {
    const thought = (origin: string): Part => ({
      type: 'thinking',
      text: 'hm',
      signature: { origin, value: 's' },
    });
    const redacted: Part = { type: 'redacted-thinking', signature: { origin: 'anthropic', value: 'r' } };
    const messages = [
      said('user', 'q'),
      said(
        'assistant',
        thought('gemini'),
        { type: 'thinking', text: 'x' },
        thought('anthropic'),
        redacted,
        'a',
      ),
      said('user', 'b'),
    ];
    expect(turns(messages)[1].content).toEqual([
      { type: 'thinking', thinking: 'hm', signature: 's' },
      { type: 'redacted_thinking', data: 'r' },
      { type: 'text', text: 'a' },
    ]);
  });

  it('a failed tool, a result with a picture, a result of nothing', () => {
    const png: Part = { type: 'image', url: 'data:image/jpg;base64,iVBORw0KGgoAAAAA' };
    const failed: Message = { ...said('tool', 'oh', png), toolUseId: 'a', isError: true };
    const [, , user] = turns([
      said('user', 'q'),
      said('assistant', use('a'), use('b')),
      failed,
      result('b', ''),
    ]);
    expect(user.content).toEqual([
      {
        type: 'tool_result',
        tool_use_id: 'a',
        content: [
          { type: 'text', text: 'oh' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgoAAAAA' } },
        ],
        is_error: true,
      },
      { type: 'tool_result', tool_use_id: 'b' },
    ]);
  });

  it.each<[string, Part, object]>([
    [
      'PDF',
      { type: 'file', url: 'data:application/pdf;base64,JVBERi0x', name: 'n' },
      {
        type: 'document',
        source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0x' },
        title: 'n',
      },
    ],
    [
      'PDF by address',
      { type: 'file', url: 'https://x/y.pdf' },
      { type: 'document', source: { type: 'url', url: 'https://x/y.pdf' } },
    ],
    [
      'text, percent-encoded',
      { type: 'file', url: 'data:text/csv;charset=utf-8,a%2Cb', context: 'c' },
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'a,b' }, context: 'c' },
    ],
    [
      'picture by address',
      { type: 'image', url: 'http://x/y.png' },
      { type: 'image', source: { type: 'url', url: 'http://x/y.png' } },
    ],
    [
      'picture with broken lines',
      { type: 'image', url: 'data:;base64,iVBO\nRw0KGgoA' },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgoA' } },
    ],
  ])('media: %s', (_, part, block) => {
    expect(turns([said('user', part)])[0].content).toEqual([block]);
  });

  it('of more than four marks the last four are kept', () => {
    const marked = (value: string): Part => ({ type: 'text', text: value, cache: {} });
    const tools = [{ name: 't', cache: { ttl: '5m' as const } }];
    const messages = [
      said('system', marked('s')),
      said('user', marked('1'), marked('2'), marked('3'), marked('4')),
    ];
    const body = write({ tools, messages });
    expect(body.tools[0].cache_control).toBeUndefined();
    expect(body.system).toEqual([{ type: 'text', text: 's' }]);
    expect(body.messages[0].content.every((block: JsonObject) => block['cache_control'] !== undefined)).toBe(
      true,
    );
    expect(warningsOf({ tools, messages })).toEqual(['changed cache_control']);
  });
});

describe('tools', () => {
  const tools = [{ name: 't', description: 'd', parameters: { type: 'object', properties: { a: {} } } }];

  it('have a schema with an object at its root', () => {
    expect(write({ tools }).tools).toEqual([
      { name: 't', description: 'd', input_schema: tools[0]?.parameters },
    ]);
    expect(write({ tools: [{ name: 'n' }] }).tools[0].input_schema).toEqual({
      type: 'object',
      properties: {},
    });
    const union = { anyOf: [{ properties: { a: { type: 'string' } } }, { properties: { b: {} } }] };
    expect(write({ tools: [{ name: 'u', parameters: union }] }).tools[0].input_schema).toEqual({
      type: 'object',
      properties: { a: { type: 'string' }, b: {} },
    });
    expect(warningsOf({ tools: [{ name: 'u', parameters: union }] })).toEqual([
      'changed tools[0].parameters',
    ]);
  });

  it.each<[Partial<GenerationCall>, object | undefined]>([
    [{}, undefined],
    [{ toolChoice: { mode: 'auto' } }, { type: 'auto' }],
    [{ toolChoice: { mode: 'none' }, parallelTools: false }, { type: 'none' }],
    [{ toolChoice: { mode: 'required' } }, { type: 'any' }],
    [
      { toolChoice: { mode: 'tool', name: 't' }, parallelTools: false },
      { type: 'tool', name: 't', disable_parallel_tool_use: true },
    ],
    [{ parallelTools: false }, { type: 'auto', disable_parallel_tool_use: true }],
  ])('choice %j', (changes, choice) => {
    expect(write({ tools, ...changes }).tool_choice).toEqual(choice);
  });

  it('strict holds for models that know it', () => {
    const strict = [{ name: 't', strict: true }];
    expect(write({ tools: strict, model: newModel }).tools[0].strict).toBe(true);
    expect(warningsOf({ tools: strict })).toEqual(['dropped tools[0].strict']);
  });

  it('are declared anew where only the history knows of them', () => {
    const messages = [said('user', 'q'), said('assistant', use('a')), result('a', 'r')];
    const body = write({ messages });
    expect(body.tools).toEqual([{ name: 't', input_schema: { type: 'object', properties: {} } }]);
    expect(body.tool_choice).toEqual({ type: 'none' });
  });
});

describe('an answer in JSON (000-62)', () => {
  const schema = {
    type: 'object',
    properties: { p: { $ref: '#/$defs/P' } },
    $defs: { P: { type: 'string' } },
  };
  const responseFormat = { type: 'json-schema', name: 'n', schema } as const;

  it('is asked for by its schema where the model knows that', () => {
    expect(write({ responseFormat, model: newModel }).output_config.format).toEqual({
      type: 'json_schema',
      schema: { ...schema, additionalProperties: false },
    });
  });

  it('else by a forced tool, its references put in place', () => {
    const body = write({ responseFormat });
    expect(body.tools).toMatchObject([
      { name: 'json_output', input_schema: { type: 'object', properties: { p: { type: 'string' } } } },
    ]);
    expect(body.tool_choice).toEqual({ type: 'tool', name: 'json_output', disable_parallel_tool_use: true });
  });

  it('a schema that refers to itself keeps its references', () => {
    const recursive = {
      type: 'object',
      properties: { n: { $ref: '#/$defs/N' } },
      $defs: { N: { properties: { n: { $ref: '#/$defs/N' } } } },
    };
    const body = write({ responseFormat: { ...responseFormat, schema: recursive } });
    expect(body.tools[0].input_schema.$defs).toEqual(recursive.$defs);
  });

  it('a list is wrapped into an object', () => {
    const body = write({ responseFormat: { ...responseFormat, schema: { type: 'array' } } });
    expect(body.tools[0]).toMatchObject({
      name: 'json_output_value',
      input_schema: { properties: { value: { type: 'array' } } },
    });
  });

  it('beside tools of the client’s, whose names never meet ours', () => {
    const body = write({ responseFormat, tools: [{ name: 'json_output' }] });
    expect(body.tools.map((tool: JsonObject) => tool['name'])).toEqual(['gw1-json_output', 'json_output']);
    expect(body.tool_choice.type).toBe('any');
    const forced = write({ responseFormat, tools: [{ name: 't' }], toolChoice: { mode: 'required' } });
    expect(forced.tools).toHaveLength(1);
  });

  it('of any form is asked for in words', () => {
    expect(write({ responseFormat: { type: 'json-object' } }).system).toContain('JSON object');
    expect(warningsOf({ responseFormat: { type: 'json-object' } })).toEqual(['changed response_format']);
  });

  it('thinking is off while a tool is forced for it', () => {
    expect(write({ responseFormat, reasoning: { effort: 'high' } }).thinking).toBeUndefined();
    expect(warningsOf({ responseFormat, reasoning: { effort: 'high' } })).toEqual([
      'changed reasoning_effort',
    ]);
  });
});

describe('thinking (protocols 10.6)', () => {
  it.each<[string, Partial<GenerationCall>, object | undefined, object | undefined]>([
    [budgetModel, { reasoning: { effort: 'low' } }, { type: 'enabled', budget_tokens: 2048 }, undefined],
    [budgetModel, { reasoning: { effort: 'none' } }, undefined, undefined],
    [
      budgetModel,
      { reasoning: { budgetTokens: 5000 }, outputTokensMax: 4000 },
      { type: 'enabled', budget_tokens: 3200 },
      undefined,
    ],
    [budgetModel, { reasoning: { effort: 'high' }, outputTokensMax: 500 }, undefined, undefined],
    [oldModel, { reasoning: { effort: 'high' } }, undefined, undefined],
    [newModel, { reasoning: { effort: 'minimal' } }, { type: 'adaptive' }, { effort: 'low' }],
    [
      newModel,
      { reasoning: { effort: 'xhigh', showsThoughts: true } },
      { type: 'adaptive', display: 'summarized' },
      { effort: 'xhigh' },
    ],
    [
      newModel,
      { reasoning: { budgetTokens: 9000, showsThoughts: false } },
      { type: 'adaptive', display: 'omitted' },
      { effort: 'high' },
    ],
    [newModel, { reasoning: { isAdaptive: true } }, { type: 'adaptive' }, undefined],
    [newModel, { reasoning: { effort: 'none' } }, undefined, { effort: 'low' }],
    ['claude-opus-4-6', { reasoning: { effort: 'xhigh' } }, { type: 'adaptive' }, { effort: 'high' }],
    ['claude-opus-4-7', { reasoning: { effort: 'none' } }, { type: 'disabled' }, undefined],
  ])('%s %j', (model, changes, thinking, config) => {
    const body = write({ model, ...changes });
    expect(body.thinking).toEqual(thinking);
    expect(body.output_config).toEqual(config);
  });

  it.each<[string, GenerationCall['reasoning'], number, string]>([
    [budgetModel, { effort: 'high' }, 20_000, 'effort_as_budget'],
    [budgetModel, { budgetTokens: 100 }, 20_000, 'raised_to_least_allowed'],
    [budgetModel, { budgetTokens: 9000 }, 5000, 'limited_by_max_tokens'],
    [newModel, { budgetTokens: 9000 }, 20_000, 'budget_as_effort'],
    [newModel, { effort: 'minimal' }, 20_000, 'low_instead_of_minimal'],
  ])('%s tells what became of %j within %i', (model, reasoning, outputTokensMax, reason) => {
    const warnings = new Warnings();
    write({ model, reasoning, outputTokensMax }, warnings);
    expect(warnings.asHeader()).toBe(`changed;param=reasoning_effort;reason=${reason}`);
  });

  it('a budget that is there goes on as it is, and one of nothing turns thinking off', () => {
    expect(warningsOf({ model: budgetModel, reasoning: { budgetTokens: 5000 } })).toEqual([]);
    expect(write({ model: budgetModel, reasoning: { budgetTokens: 0 } }).thinking).toBeUndefined();
  });

  it('sampling is left out and a forced tool refused while the model thinks', () => {
    const reasoning = { effort: 'low' } as const;
    expect(warningsOf({ reasoning, temperature: 0.1, topK: 2 })).toEqual([
      'changed reasoning_effort',
      'dropped temperature',
      'dropped top_k',
    ]);
    const forced: Partial<GenerationCall> = {
      reasoning,
      tools: [{ name: 't' }],
      toolChoice: { mode: 'required' },
    };
    expect(() => write(forced)).toThrow(expect.objectContaining({ details: { param: 'tool_choice' } }));
    expect(write(forced, new Warnings(true)).tool_choice).toEqual({ type: 'auto' });
  });

  it('is off where the thoughts before a tool use were lost', () => {
    const messages = [said('user', 'q'), said('assistant', use('a')), result('a', 'r')];
    const body = write({ messages, tools: [{ name: 't' }], reasoning: { effort: 'low' } });
    expect(body.thinking).toBeUndefined();
    const later = [...messages, said('assistant', 'done'), said('user', 'next')];
    expect(
      write({ messages: later, tools: [{ name: 't' }], reasoning: { effort: 'low' } }).thinking,
    ).toBeDefined();
  });
});

describe('the whole', () => {
  it('is the same however often it is written', () => {
    const messages = [said('user', 'q'), said('assistant', use('x.1')), result('x.1', 'r')];
    expect(JSON.stringify(write({ messages }))).toBe(JSON.stringify(write({ messages })));
  });

  it('comes back as it was through reading and writing', () => {
    const body = {
      model: budgetModel,
      max_tokens: 50,
      temperature: 0.5,
      stop_sequences: ['X'],
      metadata: { user_id: 'u' },
      system: 'S',
      tools: [{ name: 't', description: 'd', input_schema: { type: 'object', properties: {} } }],
      tool_choice: { type: 'auto', disable_parallel_tool_use: true },
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'q', cache_control: { type: 'ephemeral' } }] },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'hm', signature: 's' },
            { type: 'tool_use', id: 'toolu_1', name: 't', input: { a: [1] } },
          ],
        },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'r', is_error: true }],
        },
      ],
    };
    const warnings = new Warnings();
    const call = readCall(body, { address: { route: '', model: undefined, query: '' }, warnings });
    expect(write(call, warnings)).toEqual(body);
    expect(warnings.list).toEqual([]);
  });

  it('carries nothing but talks', () => {
    const writing = {
      isStream: false,
      warnings: new Warnings(),
      quirks: ordinaryQuirks,
      outputTokensMax: undefined,
    };
    expect(() => writeRequest({ kind: 'images', model: 'm', prompt: 'p', count: 1 }, writing)).toThrow(
      /images/,
    );
  });

  it('whatever a client sends is read and written, or refused in our own words', () => {
    const odd = fc.jsonValue({ maxDepth: 3 });
    const types = ['text', 'image', 'document', 'tool_use', 'tool_result', 'thinking', 'search_result', 'x'];
    const block = fc
      .record({ type: fc.constantFrom(...types) })
      .chain(({ type }) =>
        fc
          .dictionary(fc.constantFrom('text', 'source', 'id', 'name', 'input', 'content', 'tool_use_id'), odd)
          .map((rest) => ({ type, ...rest })),
      );
    const message = fc.record({
      role: fc.constantFrom('user', 'assistant', 'system'),
      content: fc.oneof(fc.array(block), odd),
    });
    const names = [
      'system',
      'tools',
      'tool_choice',
      'thinking',
      'output_config',
      'stop_sequences',
      'metadata',
      'x',
    ];
    const bodies = fc.tuple(fc.dictionary(fc.constantFrom(...names), odd), fc.array(message));
    fc.assert(
      fc.property(bodies, ([members, messages]) => {
        const warnings = new Warnings(true);
        try {
          const body = { model: budgetModel, messages, ...members } as JsonObject;
          write(readCall(body, { address: { route: '', model: undefined, query: '' }, warnings }), warnings);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(GatewayError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
