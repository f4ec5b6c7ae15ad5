import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GenerationCall, Message, Part, Tool } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import { Warnings } from '../../model/warnings.ts';
import type { Writing } from '../dialect.ts';
import { ordinaryQuirks, type WireQuirks } from '../wire-quirks.ts';
import { openAiResponses } from './openai-responses.ts';

const openAiQuirks: WireQuirks = { ...ordinaryQuirks, developerRole: true };
const user: Message = { role: 'user', parts: [{ type: 'text', text: 'Hi' }] };

interface Surroundings {
  readonly isLenient?: boolean;
  readonly isStream?: boolean;
  readonly quirks?: Partial<WireQuirks>;
  readonly outputTokensMax?: number;
}

function write(changes: Partial<GenerationCall>, given: Surroundings = {}) {
  const warnings = new Warnings(given.isLenient);
  const writing: Writing = {
    isStream: given.isStream ?? false,
    warnings,
    quirks: { ...openAiQuirks, ...given.quirks },
    outputTokensMax: given.outputTokensMax,
  };
  const call: GenerationCall = {
    kind: 'generation',
    model: 'm',
    messages: [user],
    tools: [],
    stop: [],
    choices: 1,
    extra: {},
    ...changes,
  };
  const body = openAiResponses.writeRequest?.(call, writing) ?? {};
  return { body, warned: warnings.list.map(({ param }) => param) };
}

const itemsOf = (messages: readonly Message[], given: Surroundings = {}) =>
  write({ messages }, given).body['input'];

function refusal(param: string) {
  return expect.objectContaining({
    code: 'unsupported_parameter',
    details: expect.objectContaining({ param }),
  });
}

const assistant = (...parts: Part[]): Message => ({ role: 'assistant', parts });
const system = (text: string): Message => ({ role: 'system', parts: [{ type: 'text', text }] });
const use = (id: string, json = '{}'): Part => ({ type: 'tool-use', id, name: 'f', arguments: json });
const result = (toolUseId: string, ...parts: Part[]): Message => ({ role: 'tool', toolUseId, parts });
const signed = (text: string, origin = 'openai'): Part => ({
  type: 'thinking',
  text,
  signature: { origin, value: 's' },
});

describe('a request of the Responses API', () => {
  it('is stored nowhere, and says no more than was asked', () => {
    expect(write({}).body).toEqual({
      model: 'm',
      input: [{ type: 'message', role: 'user', content: 'Hi' }],
      store: false,
    });
    expect(write({}, { isStream: true }).body['stream']).toBe(true);
  });

  it.each<[string, Partial<GenerationCall>, object]>([
    ['limits', { outputTokensMax: 90 }, { max_output_tokens: 90 }],
    ['sampling', { temperature: 0, topP: 0.5 }, { temperature: 0, top_p: 0.5 }],
    [
      'effort',
      { reasoning: { effort: 'high' } },
      { reasoning: { effort: 'high' }, include: ['reasoning.encrypted_content'] },
    ],
    ['shown thoughts', { reasoning: { showsThoughts: true } }, { reasoning: { summary: 'auto' } }],
    ['the user', { user: 'u' }, { safety_identifier: 'u' }],
    ['verbosity', { verbosity: 'low' }, { text: { verbosity: 'low' } }],
    ['JSON', { responseFormat: { type: 'json-object' } }, { text: { format: { type: 'json_object' } } }],
    [
      'probabilities',
      { logprobs: { alternatives: 2 } },
      { top_logprobs: 2, include: ['message.output_text.logprobs'] },
    ],
  ])('has a place for %s', (_what, changes, wanted) => {
    const { body, warned } = write(changes);
    expect(body).toMatchObject(wanted);
    expect(warned).toEqual([]);
  });

  it('turns a budget into a word, and says so', () => {
    const { body, warned } = write({ reasoning: { budgetTokens: 5000 } });
    expect(body['reasoning']).toEqual({ effort: 'medium' });
    expect(warned).toEqual(['reasoning_effort']);
  });

  it('raises a limit that OpenAI would refuse, and says so', () => {
    const { body, warned } = write({ outputTokensMax: 9 });
    expect(body['max_output_tokens']).toBe(16);
    expect(warned).toEqual(['max_tokens']);
  });

  it('does not raise a limit above what an answer may have', () => {
    const { body, warned } = write({ outputTokensMax: 9 }, { outputTokensMax: 12 });
    expect(body['max_output_tokens']).toBe(9);
    expect(warned).toEqual([]);
  });

  it.each<[Partial<GenerationCall>]>([
    [{ reasoning: { effort: 'none' } }],
    [{ reasoning: { showsThoughts: false } }],
    [{ reasoning: {} }],
    [{}],
  ])('asks for no encrypted thoughts with %j', (changes) => {
    expect(write(changes).body).not.toHaveProperty('include');
  });

  it.each<[Partial<GenerationCall>, string]>([
    [{ stop: ['\n'] }, 'stop'],
    [{ choices: 2 }, 'n'],
    [{ suffix: 'end' }, 'suffix'],
    [{ extra: { modalities: ['text', 'audio'] } }, 'modalities'],
    [{ extra: { audio: { voice: 'v' } } }, 'audio'],
    [{ extra: { moderation: { mode: 'block' } } }, 'moderation'],
    [{ messages: [user, assistant({ type: 'text', text: 'Well' })] }, 'messages'],
    [
      { messages: [{ role: 'system', parts: [{ type: 'image', url: 'data:,' }] }, user] },
      'messages[0].content[0]',
    ],
    [
      { messages: [{ role: 'user', parts: [{ type: 'audio', base64: '', format: 'wav' }] }] },
      'messages[0].content[0]',
    ],
    [
      { messages: [{ role: 'user', parts: [{ type: 'image', fileId: 'file_011' }] }] },
      'messages[0].content[0]',
    ],
    [
      { messages: [{ role: 'user', parts: [{ type: 'file', url: 'data:video/mp4;base64,' }] }] },
      'messages[0].content[0]',
    ],
    [{ messages: [assistant({ type: 'image', url: 'data:,' }), user] }, 'messages[0].content[0]'],
  ])('refuses %j by name, or goes on without where that may be', (changes, param) => {
    expect(() => write(changes)).toThrow(refusal(param));
    expect(write(changes, { isLenient: true }).warned).toEqual([param]);
  });

  it.each<[Partial<WireQuirks>, Partial<GenerationCall>, string]>([
    [{ logprobs: false }, { logprobs: { alternatives: 0 } }, 'logprobs'],
    [
      { jsonSchema: false },
      { responseFormat: { type: 'json-schema', name: 'n', schema: {} } },
      'response_format',
    ],
    [
      { forcedToolChoice: false },
      { tools: [{ name: 'f' }], toolChoice: { mode: 'required' } },
      'tool_choice',
    ],
  ])('refuses what a backend with %j cannot do', (quirks, changes, param) => {
    expect(() => write(changes, { quirks })).toThrow(refusal(param));
    expect(write(changes, { quirks, isLenient: true }).warned).toEqual([param]);
  });

  it('tells of what only nudges', () => {
    const nudges = { seed: 1, frequencyPenalty: 1, presencePenalty: 1, topK: 1, minP: 0.1 };
    const extra = { logit_bias: {}, prediction: {}, modalities: ['text'], moderation: { mode: 'note' } };
    expect(write({ ...nudges, extra })).toEqual({
      body: { model: 'm', input: [{ type: 'message', role: 'user', content: 'Hi' }], store: false },
      warned: ['seed', 'frequency_penalty', 'presence_penalty', 'top_k', 'min_p', 'logit_bias', 'prediction'],
    });
  });

  it('passes on samplers to servers that know them', () => {
    const given = { quirks: { vendorSampling: true } };
    expect(write({ topK: 1, minP: 0.1, extra: { repetition_penalty: 1.1, odd: 1 } }, given)).toMatchObject({
      body: { top_k: 1, min_p: 0.1, repetition_penalty: 1.1 },
      warned: ['odd'],
    });
  });

  it('never asks for more than the model can write', () => {
    expect(write({ outputTokensMax: 9000 }, { outputTokensMax: 4096 })).toMatchObject({
      body: { max_output_tokens: 4096 },
      warned: ['max_tokens'],
    });
  });

  it.each(['x'.repeat(200), '{"device_id":"d"}'])('makes a fingerprint of the user %s', (name) => {
    const { body, warned } = write({ user: name });
    expect(body['safety_identifier']).toMatch(/^user_[0-9a-f]{16}$/);
    expect(write({ user: name }).body).toEqual(body);
    expect(write({ user: `${name}2` }).body).not.toEqual(body);
    expect(warned).toEqual(['user']);
  });

  it('drops the switch for thinking where there is none', () => {
    const given = { quirks: { reasoningSwitch: 'none' } } as const;
    const { body, warned } = write({ reasoning: { effort: 'low', showsThoughts: true } }, given);
    expect(body).not.toHaveProperty('reasoning');
    expect(warned).toEqual(['reasoning_effort']);
  });

  it('is not for other kinds of calls', () => {
    const writing = {
      isStream: false,
      warnings: new Warnings(),
      quirks: openAiQuirks,
      outputTokensMax: undefined,
    };
    const call = { kind: 'images', model: 'm', prompt: 'p', count: 1 } as const;
    expect(() => openAiResponses.writeRequest?.(call, writing)).toThrow(/Only talks/);
  });
});

describe('the talk', () => {
  it('begins with what the system says, as instructions; later it speaks as the developer', () => {
    const messages = [system('A'), system('B'), user, system('C')];
    expect(write({ messages }).body).toMatchObject({
      instructions: 'A\n\nB',
      input: [{ role: 'user' }, { type: 'message', role: 'developer', content: 'C' }],
    });
    expect(itemsOf(messages, { quirks: { developerRole: false } })).toMatchObject([{}, { role: 'system' }]);
    expect(write({ messages: [system('A')] }).body).toMatchObject({ instructions: 'A', input: [] });
  });

  it('keeps pictures and documents what they are', () => {
    const parts: Part[] = [
      { type: 'text', text: 'See' },
      { type: 'image', url: 'https://x/y.png', detail: 'low' },
      { type: 'image', fileId: 'file-1' },
      { type: 'file', url: 'data:application/pdf;base64,AA==', context: 'From the archive' },
      { type: 'file', url: 'data:text/plain;base64,AA==' },
      { type: 'file', url: 'https://x/y.pdf', name: 'y.pdf' },
      { type: 'file', fileId: 'file-2' },
      { type: 'refusal', text: 'no' },
    ];
    expect(itemsOf([{ role: 'user', parts }])).toEqual([
      {
        type: 'message',
        role: 'user',
        content: [
          { type: 'input_text', text: 'See' },
          { type: 'input_image', image_url: 'https://x/y.png', detail: 'low' },
          { type: 'input_image', file_id: 'file-1', detail: 'auto' },
          { type: 'input_text', text: 'From the archive' },
          { type: 'input_file', filename: 'document.pdf', file_data: 'data:application/pdf;base64,AA==' },
          { type: 'input_file', filename: 'document.txt', file_data: 'data:text/plain;base64,AA==' },
          { type: 'input_file', file_url: 'https://x/y.pdf' },
          { type: 'input_file', file_id: 'file-2' },
          { type: 'input_text', text: 'no' },
        ],
      },
    ]);
  });

  it('joins texts only for servers that know no parts', () => {
    const parts: Part[] = [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ];
    const contentOf = (flattensText: boolean) =>
      (itemsOf([{ role: 'user', parts }], { quirks: { flattensText } }) as JsonObject[])[0]?.['content'];
    expect(contentOf(true)).toBe('a\nb');
    expect(contentOf(false)).toEqual([
      { type: 'input_text', text: 'a' },
      { type: 'input_text', text: 'b' },
    ]);
  });

  it('keeps thoughts, words and calls of a turn in order (T18)', () => {
    const turn = assistant(signed('hm'), { type: 'text', text: 'Wait' }, signed(''), use('a'), use('b', ''));
    const { body } = write({ messages: [user, turn, result('a', { type: 'text', text: '1' }), result('b')] });
    expect(body).toMatchObject({ include: ['reasoning.encrypted_content'] });
    expect((body['input'] as JsonObject[]).slice(1)).toEqual([
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }], encrypted_content: 's' },
      { type: 'message', role: 'assistant', content: 'Wait' },
      { type: 'reasoning', summary: [], encrypted_content: 's' },
      { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' },
      { type: 'function_call', call_id: 'b', name: 'f', arguments: '{}' },
      { type: 'function_call_output', call_id: 'a', output: '1' },
      { type: 'function_call_output', call_id: 'b', output: '' },
    ]);
  });

  it.each<[string, Part]>([
    ['anthropic', signed('hm', 'anthropic')],
    ['nobody', { type: 'thinking', text: 'hm' }],
    ['gemini, redacted', { type: 'redacted-thinking', signature: { origin: 'gemini', value: 's' } }],
  ])('drops the thoughts of %s without a word (T16)', (_origin, part) => {
    const { body, warned } = write({ messages: [assistant(part, { type: 'text', text: 'a' }), user] });
    expect(body['input']).toEqual([
      { type: 'message', role: 'assistant', content: 'a' },
      { type: 'message', role: 'user', content: 'Hi' },
    ]);
    expect(body).not.toHaveProperty('include');
    expect(warned).toEqual([]);
  });

  it('drops thoughts that led to nothing: nothing may follow them but their own words (T18)', () => {
    expect(itemsOf([user, assistant(signed('a'), signed('b')), user])).toEqual([
      { type: 'message', role: 'user', content: 'Hi' },
      { type: 'message', role: 'user', content: 'Hi' },
    ]);
  });

  it('gives plain thoughts back to servers that want them', () => {
    const messages = [assistant({ type: 'thinking', text: 'hm' }, { type: 'text', text: 'a' }), user];
    expect(itemsOf(messages, { quirks: { reasoningBack: 'reasoning' } })).toMatchObject([
      { type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: 'hm' }] },
      { role: 'assistant' },
      {},
    ]);
  });

  it('keeps a refusal one', () => {
    const said = assistant({ type: 'text', text: 'Well' }, { type: 'refusal', text: 'no' });
    expect(itemsOf([said, user])).toMatchObject([
      {
        role: 'assistant',
        content: [
          { type: 'output_text', text: 'Well', annotations: [] },
          { type: 'refusal', refusal: 'no' },
        ],
      },
      {},
    ]);
  });

  it('shows a tool’s pictures, and says in words that it failed', () => {
    const picture: Part = { type: 'image', url: 'data:image/png;base64,AA==' };
    const failed: Message = { ...result('a', { type: 'text', text: 'boom' }), isError: true };
    const { body, warned } = write({
      messages: [
        user,
        assistant(use('a'), use('b'), use('c')),
        failed,
        result('b', picture),
        { ...result('c'), isError: true },
      ],
    });
    expect((body['input'] as JsonObject[]).slice(4)).toEqual([
      { type: 'function_call_output', call_id: 'a', output: 'Error: boom' },
      {
        type: 'function_call_output',
        call_id: 'b',
        output: [{ type: 'input_image', image_url: 'data:image/png;base64,AA==', detail: 'auto' }],
      },
      { type: 'function_call_output', call_id: 'c', output: 'Error: ' },
    ]);
    expect(warned).toEqual(['is_error']);
  });

  it('makes ids fit, and numbers those that stand twice, results with them', () => {
    const long = `functions.look:${'0'.repeat(80)}`;
    const turn = (...ids: string[]) => [
      assistant(...ids.map((id) => use(id))),
      ...ids.map((id) => result(id)),
    ];
    const items = itemsOf([user, ...turn('a', long), ...turn('a', 'a'), result('stray id')]) as JsonObject[];
    const idsOf = (type: string) =>
      items.filter((item) => item['type'] === type).map((item) => item['call_id']);
    const calls = idsOf('function_call');
    expect(calls).toEqual(['a', expect.stringMatching(/^call_[0-9a-f]{16}$/), 'a-2', 'a-3']);
    expect(idsOf('function_call_output').slice(0, 4)).toEqual(calls);
    expect(itemsOf([user, ...turn('a', long), ...turn('a', 'a'), result('stray id')])).toEqual(items);
  });
});

describe('the tools', () => {
  const closed = {
    type: 'object',
    properties: { a: { type: 'string' } },
    required: ['a'],
    additionalProperties: false,
  };
  const open = { type: 'object', properties: { a: { type: 'string' } } };
  const tool = (more: Partial<Tool> = {}): Tool => ({ name: 'f', ...more });

  it.each<[Tool, object, string[]]>([
    [tool(), { type: 'function', name: 'f', parameters: null, strict: false }, []],
    [tool({ description: 'd', parameters: open }), { description: 'd', parameters: open, strict: false }, []],
    [tool({ strict: true, parameters: closed }), { strict: true }, []],
    [tool({ strict: true, parameters: open }), { strict: false }, ['tools[0].strict']],
    [
      tool({ strict: true, parameters: { ...closed, properties: { a: { anyOf: [open] } } } }),
      { strict: false },
      ['tools[0].strict'],
    ],
  ])('%j says whether it is strict', (declared, wanted, told) => {
    const { body, warned } = write({ tools: [declared] });
    expect(body['tools']).toMatchObject([wanted]);
    expect(warned).toEqual(told);
  });

  it('are not strict where that is unknown', () => {
    const given = { quirks: { strictTools: false } };
    expect(write({ tools: [tool({ strict: true, parameters: closed })] }, given)).toMatchObject({
      body: { tools: [{ strict: false }] },
      warned: ['tools[0].strict'],
    });
  });

  it.each([
    [{ mode: 'auto' }, 'auto'],
    [{ mode: 'none' }, 'none'],
    [{ mode: 'required' }, 'required'],
    [
      { mode: 'tool', name: 'f' },
      { type: 'function', name: 'f' },
    ],
  ] as const)('are chosen by %j', (toolChoice, wanted) => {
    expect(write({ tools: [tool()], toolChoice }).body['tool_choice']).toEqual(wanted);
    expect(write({ toolChoice }).body).not.toHaveProperty('tool_choice');
  });

  it('are used one at a time where that can be had', () => {
    const one = { tools: [tool()], parallelTools: false };
    expect(write(one).body['parallel_tool_calls']).toBe(false);
    expect(write({ parallelTools: false }).body).not.toHaveProperty('parallel_tool_calls');
    const given = { quirks: { parallelToolCalls: false } };
    expect(write(one, given).warned).toEqual(['parallel_tool_calls']);
    expect(write({ ...one, parallelTools: true }, given).warned).toEqual([]);
  });

  it.each([
    [closed, true, true, []],
    [open, true, false, ['response_format']],
    [open, false, false, []],
    [true, undefined, undefined, []],
  ])('a form of the answer by %j, strict %s, is written strict %s', (schema, strict, written, told) => {
    const { body, warned } = write({
      responseFormat: { type: 'json-schema', name: 'n', schema, strict, description: 'd' },
    });
    const format = (body['text'] as JsonObject)['format'];
    expect(format).toEqual({
      ...{ type: 'json_schema', name: 'n', schema, description: 'd' },
      ...(written === undefined ? {} : { strict: written }),
    });
    expect(warned).toEqual(told);
  });
});

describe('what is written and read again', () => {
  const text = fc.string({ minLength: 1, maxLength: 6 });
  const part = fc.oneof(
    text.map((said): Part => ({ type: 'text', text: said })),
    text.map((said): Part => ({ type: 'refusal', text: said })),
    text.map((said) => signed(said)),
  );
  const turn = fc
    .tuple(fc.array(part, { maxLength: 4 }), fc.constantFrom('a', 'b', 'a'))
    .map(([parts, id]) => [assistant(...parts, use(id)), result(id, { type: 'text', text: 'r' }), user]);

  it('is the same talk, and the same bytes every time', () => {
    fc.assert(
      fc.property(fc.array(turn, { minLength: 1, maxLength: 3 }), (turns) => {
        const messages = [system('S'), user, ...turns.flat()];
        const { body } = write({ messages });
        expect(JSON.stringify(write({ messages }).body)).toBe(JSON.stringify(body));
        const address = { route: '/v1/responses', model: undefined, query: '' };
        const read = openAiResponses.readCall(body, { address, warnings: new Warnings() }) as GenerationCall;
        expect(write({ messages: read.messages }).body['input']).toEqual(body['input']);
        expect(textsOf(read.messages)).toEqual(textsOf(messages));
      }),
    );
  });

  function textsOf(messages: readonly Message[]): string[] {
    return messages.flatMap(({ role, parts }) =>
      parts.map((one) => `${role} ${one.type} ${'text' in one ? one.text : ''}`),
    );
  }
});
