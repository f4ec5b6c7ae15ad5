import { describe, expect, it } from 'vitest';
import type { GenerationCall, Message, Part, Reasoning, ToolChoice } from '../../model/call.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';
import { Warnings } from '../../model/warnings.ts';
import type { Writing } from '../dialect.ts';
import { ordinaryQuirks, type WireQuirks } from '../wire-quirks.ts';
import { readCall } from './read-call.ts';
import { writeRequest } from './write-request.ts';

const say = (role: Message['role'], ...parts: (string | Part)[]): Message => ({
  role,
  parts: parts.map((part) => (typeof part === 'string' ? { type: 'text', text: part } : part)),
});
const use = (id: string, written = '{}'): Part => ({ type: 'tool-use', id, name: 'f', arguments: written });
const result = (toolUseId: string, ...parts: (string | Part)[]): Message => ({
  ...say('tool', ...parts),
  toolUseId,
});
const picture: Part = { type: 'image', url: 'data:image/png;base64,AA', detail: 'low' };
const imagePart = { type: 'image_url', image_url: { url: 'data:image/png;base64,AA', detail: 'low' } };
const text = (text: string) => ({ type: 'text', text });
const file = (url: string, rest: object = {}): Part => ({ type: 'file', url, ...rest });

interface Circumstances extends Partial<Omit<Writing, 'quirks'>> {
  readonly quirks?: Partial<WireQuirks>;
}

function written(call: Partial<GenerationCall>, { quirks, ...rest }: Circumstances = {}) {
  const warnings = rest.warnings ?? new Warnings();
  const whole: GenerationCall = {
    kind: 'generation',
    model: 'm',
    messages: [say('user', 'Hi')],
    tools: [],
    stop: [],
    choices: 1,
    extra: {},
    ...call,
  };
  const writing = {
    isStream: false,
    outputTokensMax: undefined,
    ...rest,
    warnings,
    quirks: { ...ordinaryQuirks, ...quirks },
  };
  const body = writeRequest(whole, writing);
  return { body, warned: warnings.list.map((one) => `${one.action} ${one.param}`) };
}

function messages(list: readonly Message[], quirks: Partial<WireQuirks> = {}): unknown {
  return written({ messages: list }, { quirks }).body['messages'];
}

function refused(call: Partial<GenerationCall>, quirks: Partial<WireQuirks> = {}): string | undefined {
  try {
    written(call, { quirks });
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'unsupported_parameter') return error.details.param;
    throw error;
  }
  return undefined;
}

describe('a chat request', () => {
  it('holds no more than was asked, and nothing that is undefined', () => {
    const { body, warned } = written({});
    expect(JSON.stringify(body)).toBe('{"model":"m","messages":[{"role":"user","content":"Hi"}]}');
    expect(warned).toEqual([]);
  });

  it('carries what this dialect knows', () => {
    const call = {
      outputTokensMax: 5,
      temperature: 0.5,
      topP: 0.9,
      frequencyPenalty: 1,
      presencePenalty: 2,
      seed: 7,
      stop: ['a'],
      choices: 2,
      user: 'u',
      logprobs: { alternatives: 2 },
      responseFormat: { type: 'json-object' },
      reasoning: { effort: 'low' },
    } as const;
    expect(written(call).body).toMatchObject({
      max_tokens: 5,
      temperature: 0.5,
      top_p: 0.9,
      frequency_penalty: 1,
      presence_penalty: 2,
      seed: 7,
      stop: ['a'],
      n: 2,
      user: 'u',
      logprobs: true,
      top_logprobs: 2,
      response_format: { type: 'json_object' },
      reasoning_effort: 'low',
    });
  });

  it('is the same every time, byte for byte', () => {
    const call = { messages: [say('assistant', use('x'.repeat(50))), result('x'.repeat(50), '1')] };
    expect(JSON.stringify(written(call).body)).toBe(JSON.stringify(written(call).body));
  });

  it('asks for usage whenever it streams, unless the server refuses to be asked', () => {
    const streamed = written({}, { isStream: true }).body;
    expect(streamed).toMatchObject({ stream: true, stream_options: { include_usage: true } });
    const never = written({}, { isStream: true, quirks: { streamUsage: 'never' } }).body;
    expect(never['stream']).toBe(true);
    expect(never).not.toHaveProperty('stream_options');
  });

  it('names the limit as the server does, and never passes what the model can write', () => {
    const quirks = { tokensField: 'max_completion_tokens' } as const;
    const { body, warned } = written({ outputTokensMax: 9000 }, { quirks, outputTokensMax: 4096 });
    expect(body['max_completion_tokens']).toBe(4096);
    expect(body).not.toHaveProperty('max_tokens');
    expect(warned).toEqual(['changed max_tokens']);
  });

  it('hashes a user that is too long or a JSON object', () => {
    const user = written({ user: '{"device_id":"1"}' }).body['user'];
    expect(user).toMatch(/^user_[a-z0-9]{14}$/);
    expect(written({ user: 'x'.repeat(129) }).body['user']).toMatch(/^user_/);
  });

  it.each<[string, Partial<GenerationCall>, Partial<WireQuirks>]>([
    ['n', { choices: 2 }, { choices: false }],
    ['logprobs', { logprobs: { alternatives: 0 } }, { logprobs: false }],
    ['stop', { stop: ['1', '2', '3', '4', '5'] }, {}],
    ['suffix', { suffix: 'z' }, {}],
    [
      'tool_choice',
      { tools: [{ name: 'f' }], toolChoice: { mode: 'required' } },
      { forcedToolChoice: false },
    ],
    [
      'response_format',
      { responseFormat: { type: 'json-schema', name: 'n', schema: {} } },
      { jsonSchema: false },
    ],
    ['messages[0].content[1]', { messages: [say('user', 'a', { type: 'image', fileId: 'x' })] }, {}],
    [
      'messages[0].content[0]',
      { messages: [say('user', { type: 'audio', base64: 'AA', format: 'ogg' })] },
      {},
    ],
    ['messages[0].content[0]', { messages: [say('user', file('https://x.org/a.pdf'))] }, {}],
    ['messages[0].content[0]', { messages: [say('user', { type: 'file', fileId: 'x' })] }, {}],
    ['messages[0].content[0]', { messages: [say('user', file('data:video/mp4;base64,AA'))] }, {}],
    ['messages[0].content[0]', { messages: [say('user', file('data:text/plain,100%'))] }, {}],
  ])(
    'refuses %s where it cannot be honoured (E), and only warns on a lenient route',
    (param, call, quirks) => {
      expect(refused(call, quirks)).toBe(param);
      const { warned } = written(call, { quirks, warnings: new Warnings(true) });
      expect(warned).toEqual([`dropped ${param}`]);
    },
  );

  it('keeps the first stop texts on a lenient route', () => {
    const { body } = written({ stop: ['1', '2', '3', '4', '5'] }, { warnings: new Warnings(true) });
    expect(body['stop']).toEqual(['1', '2', '3', '4']);
  });

  it.each<[string, Partial<GenerationCall>, Partial<WireQuirks>]>([
    ['seed', { seed: 1 }, { seed: false }],
    ['top_k', { topK: 1 }, {}],
    ['min_p', { minP: 0.1 }, {}],
    ['logit_bias', { extra: { logit_bias: { '1': 1 } } }, { logitBias: false }],
    ['mirostat', { extra: { mirostat: 2 } }, {}],
    ['container', { extra: { container: 'x' } }, { vendorSampling: true }],
    ['verbosity', { verbosity: 'low' }, {}],
    ['reasoning_effort', { reasoning: { effort: 'low' } }, { reasoningSwitch: 'none' }],
    ['tools[0].strict', { tools: [{ name: 'f', strict: true }] }, { strictTools: false }],
    ['parallel_tool_calls', { tools: [{ name: 'f' }], parallelTools: false }, { parallelToolCalls: false }],
  ])('leaves out %s with a warning (W)', (param, call, quirks) => {
    const { body, warned } = written(call, { quirks });
    expect(warned).toEqual([`dropped ${param}`]);
    expect(body).not.toHaveProperty(param);
  });

  it('leaves out book-keeping without a word (D)', () => {
    const { body, warned } = written({ extra: { metadata: {}, service_tier: 'auto' } });
    expect([Object.keys(body), warned]).toEqual([['model', 'messages'], []]);
  });

  it('passes on the samplers of vendors to those who have them', () => {
    const call = { topK: 40, minP: 0.1, extra: { repetition_penalty: 1.1, logit_bias: {} } };
    expect(written(call, { quirks: { vendorSampling: true } }).body).toMatchObject({
      top_k: 40,
      min_p: 0.1,
      repetition_penalty: 1.1,
      logit_bias: {},
    });
  });

  it.each<[WireQuirks['reasoningSwitch'], Reasoning, JsonObject]>([
    ['reasoning_effort', { effort: 'none' }, { reasoning_effort: 'none' }],
    ['reasoning_effort', { budgetTokens: 8192 }, { reasoning_effort: 'medium' }],
    ['reasoning_effort', { isAdaptive: true }, {}],
    ['reasoning', { effort: 'high', showsThoughts: false }, { reasoning: { effort: 'high', exclude: true } }],
    ['reasoning', { budgetTokens: 2000 }, { reasoning: { max_tokens: 2000 } }],
    ['reasoning', { budgetTokens: 0 }, { reasoning: { effort: 'none' } }],
    ['reasoning', { isAdaptive: true }, { reasoning: { enabled: true } }],
    ['enable_thinking', { effort: 'none' }, { enable_thinking: false }],
    ['enable_thinking', { budgetTokens: 900 }, { enable_thinking: true, thinking_budget: 900 }],
    ['chat_template_kwargs', { effort: 'high' }, { chat_template_kwargs: { enable_thinking: true } }],
    ['chat_template_kwargs', { showsThoughts: true }, {}],
    ['none', { effort: 'none' }, {}],
  ])('turns thinking by %s: %j', (reasoningSwitch, reasoning, wanted) => {
    const {
      model: _model,
      messages: _messages,
      ...rest
    } = written({ reasoning }, { quirks: { reasoningSwitch } }).body;
    expect(rest).toEqual(wanted);
  });

  it.each<[WireQuirks['reasoningSwitch'], GenerationCall['reasoning'], string[]]>([
    ['reasoning_effort', { budgetTokens: 900 }, ['changed reasoning_effort']],
    ['reasoning', { effort: 'low', budgetTokens: 900 }, ['changed reasoning_effort']],
    ['enable_thinking', { effort: 'high' }, ['changed reasoning_effort']],
    ['chat_template_kwargs', { budgetTokens: 900 }, ['changed reasoning_effort']],
    ['none', { budgetTokens: 900 }, ['dropped reasoning_effort']],
    ['reasoning', { budgetTokens: 900 }, []],
    ['enable_thinking', { budgetTokens: 900 }, []],
  ])('tells by %s what it loses of %j', (reasoningSwitch, reasoning, told) => {
    const { warned } = written({ reasoning }, { quirks: { reasoningSwitch } });
    expect(warned).toEqual(told);
  });

  it('writes tools without parameters without any, and their choice in every form', () => {
    const tools = [
      { name: 'f' },
      { name: 'g', description: 'd', parameters: { type: 'object' }, strict: true },
    ];
    expect(written({ tools, parallelTools: false }).body).toMatchObject({
      tools: [
        { type: 'function', function: { name: 'f' } },
        {
          type: 'function',
          function: { name: 'g', description: 'd', parameters: { type: 'object' }, strict: true },
        },
      ],
      parallel_tool_calls: false,
    });
    const choice = (toolChoice: ToolChoice) => written({ tools, toolChoice }).body['tool_choice'];
    expect(choice({ mode: 'auto' })).toBe('auto');
    expect(choice({ mode: 'none' })).toBe('none');
    expect(choice({ mode: 'required' })).toBe('required');
    expect(choice({ mode: 'tool', name: 'f' })).toEqual({ type: 'function', function: { name: 'f' } });
    expect(written({ toolChoice: { mode: 'required' } }).body).not.toHaveProperty('tool_choice');
  });

  it('writes a schema with its name', () => {
    const responseFormat = {
      type: 'json-schema',
      name: 'n',
      schema: { type: 'object' },
      strict: true,
    } as const;
    expect(written({ responseFormat }).body['response_format']).toEqual({
      type: 'json_schema',
      json_schema: { name: 'n', schema: { type: 'object' }, strict: true },
    });
    expect(written({ responseFormat: { type: 'text' } }).body).not.toHaveProperty('response_format');
  });

  it('comes back as the call it was', () => {
    const call: Partial<GenerationCall> = {
      messages: [
        say('system', 'Be kind.'),
        say('user', 'Look', picture),
        say('assistant', 'Hm', use('a', '{"x":1}')),
        result('a', '1'),
      ],
      tools: [{ name: 'f', description: 'd', parameters: { type: 'object' } }],
      toolChoice: { mode: 'tool', name: 'f' },
      outputTokensMax: 5,
      seed: 7,
      stop: ['a'],
      choices: 2,
      reasoning: { effort: 'high' },
    };
    const address = { route: '/v1/chat/completions', model: undefined, query: '' };
    expect(readCall(written(call).body, { address, warnings: new Warnings() })).toMatchObject(call);
  });
});

describe('the messages of a chat request', () => {
  it('are strings wherever they can be', () => {
    expect(messages([say('user', 'a', 'b')])).toEqual([{ role: 'user', content: 'a\nb' }]);
    expect(messages([say('user', 'a', 'b')], { flattensText: false })).toEqual([
      { role: 'user', content: [text('a'), text('b')] },
    ]);
    expect(messages([say('user', 'a')], { flattensText: false })).toEqual([{ role: 'user', content: 'a' }]);
    expect(messages([say('user', 'a', picture)])).toEqual([
      { role: 'user', content: [text('a'), imagePart] },
    ]);
    expect(messages([say('user')])).toEqual([{ role: 'user', content: '' }]);
  });

  it('name developers where they are known, and users where the name is fit', () => {
    expect(messages([say('system', 'a')], { developerRole: true })).toEqual([
      { role: 'developer', content: 'a' },
    ]);
    expect(messages([{ ...say('user', 'a'), name: 'Ann' }])).toEqual([
      { role: 'user', name: 'Ann', content: 'a' },
    ]);
    expect(messages([{ ...say('user', 'a'), name: 'Ann B.' }])).toEqual([{ role: 'user', content: 'a' }]);
  });

  it('have one system text at the top where there may be no other', () => {
    const talk = [say('system', 'a'), say('system', 'b'), say('user', 'c'), say('system', 'd')];
    const { body, warned } = written({ messages: talk }, { quirks: { systemOnlyFirst: true } });
    expect(body['messages']).toEqual([
      { role: 'system', content: 'a\n\nb' },
      { role: 'user', content: 'c' },
      { role: 'user', content: '<system-reminder>\nd\n</system-reminder>' },
    ]);
    expect(warned).toEqual(['changed messages']);
    expect(messages(talk)).toHaveLength(4);
  });

  it('alternate where they must', () => {
    const quirks = { alternatesRoles: true };
    const talk = [
      say('system', 's'),
      say('assistant', 'a'),
      say('assistant', 'b'),
      say('user', 'c'),
      say('user', picture),
    ];
    const { body, warned } = written({ messages: talk }, { quirks });
    expect(body['messages']).toEqual([
      { role: 'system', content: 's' },
      { role: 'user', content: '(continue)' },
      { role: 'assistant', content: 'a\nb' },
      { role: 'user', content: [text('c'), imagePart] },
    ]);
    expect(warned).toEqual(['changed messages']);
    const tools = [
      say('user', 'x'),
      say('assistant', use('a'), use('b')),
      result('a', '1'),
      result('b', '2'),
    ];
    expect(messages(tools, quirks)).toHaveLength(4);
  });

  it('say nothing beside tool calls with null or an empty text', () => {
    const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } };
    const said = [say('assistant', use('a'))];
    expect(messages(said)).toEqual([{ role: 'assistant', content: null, tool_calls: [call] }]);
    expect(messages(said, { contentNull: false })).toEqual([
      { role: 'assistant', content: '', tool_calls: [call] },
    ]);
  });

  it.each(['', ' ', 'null'])('give a tool without arguments (%j) an empty object', (empty) => {
    expect(messages([say('assistant', use('a', empty))])).toMatchObject([
      { tool_calls: [{ function: { arguments: '{}' } }] },
    ]);
  });

  it('send thoughts back only where they are wanted, and never what is sealed', () => {
    const signature = { origin: 'anthropic', value: 'secret' };
    const said = say(
      'assistant',
      { type: 'thinking', text: 'hm', signature },
      { type: 'redacted-thinking', signature },
      'a',
    );
    expect(messages([said])).toEqual([{ role: 'assistant', content: 'a' }]);
    for (const reasoningBack of ['reasoning_content', 'reasoning'] as const) {
      expect(messages([said], { reasoningBack })).toEqual([
        { role: 'assistant', content: 'a', [reasoningBack]: 'hm' },
      ]);
    }
    expect(written({ messages: [said] }).warned).toEqual([]);
  });

  it('never carry the signature of a call to a stranger', () => {
    const signature = { origin: 'gemini', value: 'secret' };
    const body = written({ messages: [say('assistant', { ...use('a'), signature } as Part)] }).body;
    expect(JSON.stringify(body)).not.toContain('secret');
  });

  it('show the pictures of tools after the last result', () => {
    const talk = [
      say('assistant', use('a'), use('b')),
      result('a', 'see', picture),
      result('b', '2'),
      say('user', 'c'),
    ];
    const { body, warned } = written({ messages: talk });
    expect((body['messages'] as unknown[]).slice(1)).toEqual([
      { role: 'tool', content: 'see\nsee image below', tool_call_id: 'a' },
      { role: 'tool', content: '2', tool_call_id: 'b' },
      { role: 'user', content: [imagePart] },
      { role: 'user', content: 'c' },
    ]);
    expect(warned).toEqual(['changed messages[1].content']);
    expect(messages([result('a', picture)])).toHaveLength(2);
  });

  it('tell that a tool failed, and warn of it once', () => {
    const failed = (id: string): Message => ({ ...result(id, 'no such file'), isError: true });
    const { body, warned } = written({
      messages: [failed('a'), failed('b'), { ...result('c'), isError: true }],
    });
    expect((body['messages'] as JsonObject[]).map((one) => one['content'])).toEqual([
      'Error: no such file',
      'Error: no such file',
      'Error: ',
    ]);
    expect(warned).toEqual(['changed is_error']);
  });

  it('write documents by what they are', () => {
    const pdf = 'data:application/pdf;base64,AA';
    const talk = say(
      'user',
      file(pdf, { name: 'a.pdf', context: 'Old.' }),
      file('data:text/plain;base64,SGk=', { name: 'a.txt' }),
      file('data:image/png;base64,AA'),
      file('data:audio/mpeg;base64,AA'),
      { type: 'audio', base64: 'AA', format: 'wav' },
    );
    expect(messages([talk])).toMatchObject([
      {
        content: [
          text('Old.'),
          { type: 'file', file: { filename: 'a.pdf', file_data: pdf } },
          text('a.txt\nHi'),
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } },
          { type: 'input_audio', input_audio: { data: 'AA', format: 'mp3' } },
          { type: 'input_audio', input_audio: { data: 'AA', format: 'wav' } },
        ],
      },
    ]);
  });

  it('tell refusals as text, or as what they are where parts are known', () => {
    const said = say('assistant', 'a', { type: 'refusal', text: 'No.' });
    expect(messages([said])).toEqual([{ role: 'assistant', content: 'a\nNo.' }]);
    expect(messages([said], { flattensText: false })).toEqual([
      { role: 'assistant', content: [text('a'), { type: 'refusal', refusal: 'No.' }] },
    ]);
  });

  it('carry no cache marks', () => {
    const marked: Part = { type: 'text', text: 'a', cache: { ttl: '1h' } };
    expect(messages([say('user', marked, 'b')], { flattensText: false })).toEqual([
      { role: 'user', content: [text('a'), text('b')] },
    ]);
  });
});
