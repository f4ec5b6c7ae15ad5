import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GenerationCall, Message, Part, Tool } from '../../model/call.ts';
import { Warnings } from '../../model/warnings.ts';
import { ordinaryQuirks, type WireQuirks } from '../wire-quirks.ts';
import { writeRequest } from './write-request.ts';

const hello: Message = { role: 'user', parts: [{ type: 'text', text: 'Hi' }] };
const plain: GenerationCall = {
  kind: 'generation',
  model: 'command-a',
  messages: [hello],
  tools: [],
  stop: [],
  choices: 1,
  extra: {},
};

interface How {
  readonly quirks?: Partial<WireQuirks>;
  readonly isLenient?: boolean;
  readonly isStream?: boolean;
  readonly outputTokensMax?: number;
}

/** What is sent, as it travels, and the warnings as the header has them. */
function write(call: Partial<GenerationCall>, how: How = {}) {
  const warnings = new Warnings(how.isLenient);
  const request = writeRequest(
    { ...plain, ...call },
    {
      isStream: how.isStream ?? false,
      warnings,
      quirks: { ...ordinaryQuirks, ...how.quirks },
      outputTokensMax: how.outputTokensMax,
    },
  );
  return {
    request: JSON.parse(JSON.stringify(request)) as Record<string, unknown>,
    header: warnings.asHeader(),
  };
}

/** The members beside model and messages. */
function members(call: Partial<GenerationCall>, how?: How) {
  const { model, messages, ...rest } = write(call, how).request;
  return rest;
}

function messagesOf(...messages: Message[]) {
  return write({ messages }).request['messages'];
}

const user = (...parts: Part[]): Message => ({ role: 'user', parts });
const text = (text: string): Part => ({ type: 'text', text });
const use = (id: string, args: string): Part => ({ type: 'tool-use', id, name: 'now', arguments: args });
const result = (toolUseId: string, ...parts: Part[]): Message => ({ role: 'tool', toolUseId, parts });
const clock: Tool = { name: 'now' };
const weather: Tool = {
  name: 'weather',
  description: 'of a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
};
const file = (url: string, more: object = {}): Part => ({ type: 'file', url, ...more });

describe('a request to Cohere', () => {
  it('is small when little is asked', () => {
    expect(write({}).request).toEqual({ model: 'command-a', messages: [{ role: 'user', content: 'Hi' }] });
    expect(members({}, { isStream: true })).toEqual({ stream: true });
  });

  it('carries what nudges the model by its own names', () => {
    const asked = {
      outputTokensMax: 50,
      temperature: 1.4,
      topP: 0.5,
      topK: 40,
      seed: 7,
      frequencyPenalty: 0.3,
      presencePenalty: 0.2,
      stop: ['END'],
      user: 'somebody',
      logprobs: { alternatives: 0 },
    };
    expect(members(asked)).toEqual({
      max_tokens: 50,
      stop_sequences: ['END'],
      temperature: 1.4,
      p: 0.5,
      k: 40,
      seed: 7,
      frequency_penalty: 0.3,
      presence_penalty: 0.2,
      logprobs: true,
    });
    expect(write(asked).header).toBe('');
  });

  it.each<[Partial<GenerationCall>, object, string]>([
    [{ topP: 1 }, { p: 0.99 }, ''],
    [{ topP: 0.99 }, { p: 0.99 }, ''],
    [{ topP: 0 }, { p: 0.01 }, 'changed;param=top_p;reason=out_of_range'],
    [{ topP: 3 }, { p: 0.99 }, 'changed;param=top_p;reason=out_of_range'],
    [{ topK: 900 }, { k: 500 }, 'changed;param=top_k;reason=out_of_range'],
    [
      { frequencyPenalty: -1 },
      { frequency_penalty: 0 },
      'changed;param=frequency_penalty;reason=out_of_range',
    ],
    [{ presencePenalty: 2 }, { presence_penalty: 1 }, 'changed;param=presence_penalty;reason=out_of_range'],
    [{ minP: 0.1 }, {}, 'dropped;param=min_p;reason=unsupported_by_backend'],
    [{ verbosity: 'low' }, {}, 'dropped;param=verbosity;reason=unsupported_by_backend'],
    [{ parallelTools: false }, {}, 'dropped;param=parallel_tool_calls;reason=unsupported_by_backend'],
    [{ parallelTools: true }, {}, ''],
    [{ isRawPrompt: true }, {}, 'changed;param=prompt;reason=sent_as_message'],
    [{ extra: { logit_bias: { 1: 2 } } }, {}, 'dropped;param=logit_bias;reason=unsupported_by_backend'],
    [{ extra: { prediction: {} } }, {}, 'dropped;param=prediction;reason=unsupported_by_backend'],
    [{ extra: { metadata: {}, store: true, service_tier: 'auto', modalities: ['text'] } }, {}, ''],
    [{ extra: { moderation: { mode: 'flag' } } }, {}, ''],
    [{ extra: { safety_mode: 'STRICT', documents: ['a'] } }, { safety_mode: 'STRICT', documents: ['a'] }, ''],
  ])('%j becomes %j', (call, wanted, header) => {
    expect(members(call)).toEqual(wanted);
    expect(write(call).header).toBe(header);
  });

  it('is held to what the model can write', () => {
    expect(members({ outputTokensMax: 9000 }, { outputTokensMax: 4000 })).toEqual({ max_tokens: 4000 });
    expect(write({ outputTokensMax: 9000 }, { outputTokensMax: 4000 }).header).toContain('param=max_tokens');
    expect(members({}, { outputTokensMax: 4000 })).toEqual({});
  });

  const schema = { type: 'json-schema', name: 'x', schema: { type: 'object' } } as const;
  const picture = (more: object): Partial<GenerationCall> => ({
    messages: [user(text('a'), { type: 'image', ...more })],
  });
  it.each<[string, Partial<GenerationCall>, object?]>([
    ['n', { choices: 2 }],
    ['suffix', { suffix: 'x' }],
    ['stop', { stop: ['1', '2', '3', '4', '5', '6'] }, { stop_sequences: ['1', '2', '3', '4', '5'] }],
    ['top_logprobs', { logprobs: { alternatives: 3 } }, { logprobs: true }],
    ['modalities', { extra: { modalities: ['text', 'audio'] } }],
    ['moderation', { extra: { moderation: { mode: 'block' } } }],
    ['response_format', { responseFormat: { ...schema, schema: true } }],
    ['messages[0].content[1]', picture({ fileId: 'file-1' })],
    ['messages[0].content[0]', { messages: [user({ type: 'audio', base64: 'AA==', format: 'wav' })] }],
    ['messages[0].content[0]', { messages: [user(file('data:application/pdf;base64,JVBERi0='))] }],
    ['messages[0].content[0]', { messages: [user(file('https://example.com/a.txt'))] }],
    [
      'messages[0].content[0]',
      { messages: [result('1', { type: 'image', url: 'https://example.com/a.png' })] },
    ],
  ])('refuses %s in %j; a lenient route goes on without it', (param, call, rest = {}) => {
    expect(() => write(call)).toThrow(
      expect.objectContaining({ code: 'unsupported_parameter', details: expect.objectContaining({ param }) }),
    );
    expect(members(call, { isLenient: true })).toEqual(rest);
    expect(write(call, { isLenient: true }).header).toContain(`dropped;param=${param};`);
  });

  it('cannot be made of a call of another kind', () => {
    const call = { kind: 'images', model: 'm', prompt: 'p', count: 1 } as const;
    const writing = {
      isStream: false,
      warnings: new Warnings(),
      quirks: ordinaryQuirks,
      outputTokensMax: undefined,
    };
    expect(() => writeRequest(call, writing)).toThrow(/"images"/);
  });
});

describe('the form of the answer', () => {
  const responseFormat = { type: 'json-schema', name: 'x', schema: { type: 'object' } } as const;

  it('is JSON with a schema, JSON, or nothing at all for text', () => {
    const form = (responseFormat: GenerationCall['responseFormat']) => members({ responseFormat });
    expect(form(responseFormat)).toEqual({
      response_format: { type: 'json_object', json_schema: { type: 'object' } },
    });
    expect(form({ type: 'json-object' })).toEqual({ response_format: { type: 'json_object' } });
    expect(form({ type: 'text' })).toEqual({});
  });

  it('cannot be asked for beside tools', () => {
    expect(() => write({ responseFormat, tools: [clock] })).toThrow(/beside tools/);
    expect(members({ responseFormat, tools: [clock] }, { isLenient: true })).not.toHaveProperty(
      'response_format',
    );
  });

  it('cannot be a schema where the model knows none', () => {
    expect(() => write({ responseFormat }, { quirks: { jsonSchema: false } })).toThrow(/JSON schema/);
  });
});

describe('thinking', () => {
  const asBudget = 'changed;param=reasoning_effort;reason=effort_as_budget';
  it.each([
    [undefined, undefined],
    [{}, undefined],
    [{ isAdaptive: true }, undefined],
    [{ effort: 'none' as const }, { type: 'disabled' }],
    [{ effort: 'minimal' as const }, { type: 'enabled', token_budget: 512 }, asBudget],
    [{ effort: 'low' as const }, { type: 'enabled', token_budget: 1024 }, asBudget],
    [{ effort: 'medium' as const }, { type: 'enabled', token_budget: 4096 }, asBudget],
    [{ effort: 'high' as const }, { type: 'enabled', token_budget: 8192 }, asBudget],
    [{ effort: 'xhigh' as const }, { type: 'enabled' }],
    [{ effort: 'max' as const }, { type: 'enabled' }],
    [{ budgetTokens: 300 }, { type: 'enabled', token_budget: 300 }],
    [{ budgetTokens: 0 }, { type: 'disabled' }],
    [{ budgetTokens: -1 }, undefined],
  ])('%j is %j', (reasoning, thinking, told = '') => {
    const { request, header } = write({ reasoning });
    expect(request['thinking']).toEqual(thinking);
    expect(header).toBe(told);
  });
});

describe('tools', () => {
  const wire = (tool: Tool) => ({ type: 'function', function: expect.objectContaining({ name: tool.name }) });

  it('are nested, and one without parameters has an empty object of them', () => {
    expect(members({ tools: [clock, weather] })).toEqual({
      tools: [
        { type: 'function', function: { name: 'now', parameters: { type: 'object', properties: {} } } },
        { type: 'function', function: { ...weather } },
      ],
    });
  });

  it.each<[GenerationCall['toolChoice'], string | undefined, Tool[]]>([
    [undefined, undefined, [clock, weather]],
    [{ mode: 'auto' }, undefined, [clock, weather]],
    [{ mode: 'none' }, 'NONE', [clock, weather]],
    [{ mode: 'required' }, 'REQUIRED', [clock, weather]],
    [{ mode: 'tool', name: 'weather' }, 'REQUIRED', [weather]],
  ])('choice %j is %s', (toolChoice, choice, tools) => {
    const asked = members({ tools: [clock, weather], toolChoice });
    expect(asked['tool_choice']).toBe(choice);
    expect(asked['tools']).toEqual(tools.map(wire));
  });

  it('cannot be forced where there is no such tool, or the model cannot be forced', () => {
    const ghost = { tools: [clock], toolChoice: { mode: 'tool', name: 'ghost' } } as const;
    expect(() => write(ghost)).toThrow(/not among "tools"/);
    const forced = { tools: [clock], toolChoice: { mode: 'required' } } as const;
    expect(() => write(forced, { quirks: { forcedToolChoice: false } })).toThrow(/cannot be made to use/);
    expect(members(forced, { quirks: { forcedToolChoice: false }, isLenient: true })).not.toHaveProperty(
      'tool_choice',
    );
  });

  it('are strict all together', () => {
    const strict = { ...weather, strict: true };
    expect(members({ tools: [strict] })['strict_tools']).toBe(true);
    expect(write({ tools: [strict] }).header).toBe('');
    expect(members({ tools: [strict, clock] })['strict_tools']).toBe(true);
    expect(write({ tools: [strict, clock] }).header).toContain(
      'param=tools[0].strict;reason=applies_to_all_tools',
    );
    const loose = write({ tools: [strict] }, { quirks: { strictTools: false } });
    expect(loose.request).not.toHaveProperty('strict_tools');
    expect(loose.header).toContain('dropped;param=tools[0].strict');
  });
});

describe('messages', () => {
  it('keep system messages where they stood', () => {
    const system = (words: string): Message => ({ role: 'system', parts: [text(words)] });
    expect(messagesOf(system('A'), hello, system('B'))).toEqual([
      { role: 'system', content: 'A' },
      { role: 'user', content: 'Hi' },
      { role: 'system', content: 'B' },
    ]);
  });

  it('carry pictures, with or without how closely to look', () => {
    const url = 'data:image/png;base64,AAAA';
    expect(
      messagesOf(user(text('What?'), { type: 'image', url }, { type: 'image', url, detail: 'low' })),
    ).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What?' },
          { type: 'image_url', image_url: { url } },
          { type: 'image_url', image_url: { url, detail: 'low' } },
        ],
      },
    ]);
    const odd = write({ messages: [user({ type: 'image', url, detail: 'original' })] });
    expect(odd.request['messages']).toEqual([
      { role: 'user', content: [{ type: 'image_url', image_url: { url } }] },
    ]);
    expect(odd.header).toContain('param=messages[0].content[0].image_url.detail');
  });

  it.each([
    ['data:text/plain;base64,R3LDvMOfZQ==', 'Grüße'],
    ['data:text/markdown;charset=utf-8;base64,R3LDvMOfZQ==', 'Grüße'],
    ['data:text/plain,a%20b', 'a b'],
    ['data:text/plain,100% of it', '100% of it'],
    ['data:application/json,{"a":1}', '{"a":1}'],
  ])('carry a document of text as text: %s', (url, content) => {
    expect(messagesOf(user(file(url)))).toEqual([{ role: 'user', content }]);
    expect(messagesOf(user(file(url, { name: 'a.txt', context: 'old' })))).toEqual([
      { role: 'user', content: `a.txt\nold\n${content}` },
    ]);
  });

  it('of the model hold no thoughts, and a refusal as text', () => {
    const parts: Part[] = [
      { type: 'thinking', text: 'Hm', signature: { origin: 'anthropic', value: 'secret' } },
      { type: 'redacted-thinking', signature: { origin: 'anthropic', value: 'secret' } },
      { type: 'refusal', text: 'No.' },
    ];
    expect(messagesOf({ role: 'assistant', parts })).toEqual([{ role: 'assistant', content: 'No.' }]);
    expect(write({ messages: [{ role: 'assistant', parts }] }).header).toBe('');
  });

  it('tell what the model said before its tool calls as its plan', () => {
    const turn: Message = { role: 'assistant', parts: [text('Let me look.'), use('c1', '{"a":1}')] };
    expect(messagesOf(turn)).toEqual([
      {
        role: 'assistant',
        tool_plan: 'Let me look.',
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'now', arguments: '{"a":1}' } }],
      },
    ]);
    expect(messagesOf({ role: 'assistant', parts: [use('c1', '{}')] })).toEqual([
      expect.not.objectContaining({ tool_plan: expect.anything() }),
    ]);
  });

  it.each(['', 'null', ' '])('call a tool without arguments with {}, not with %j', (args) => {
    expect(messagesOf({ role: 'assistant', parts: [use('c1', args)] })).toEqual([
      expect.objectContaining({
        tool_calls: [expect.objectContaining({ function: { name: 'now', arguments: '{}' } })],
      }),
    ]);
  });

  it('give results as text, documents and with their failure told', () => {
    const note = file('data:text/plain,42', { name: 'n.txt' });
    const failed: Message = { ...result('c3', text('no clock')), isError: true };
    const written = write({
      messages: [
        result('c1', text('ten')),
        result('c2', text('see'), note),
        failed,
        { ...result('c4', note), isError: true },
      ],
    });
    const document = { type: 'document', document: { data: { title: 'n.txt', text: '42' } } };
    expect(written.request['messages']).toEqual([
      { role: 'tool', tool_call_id: 'c1', content: 'ten' },
      { role: 'tool', tool_call_id: 'c2', content: [{ type: 'text', text: 'see' }, document] },
      { role: 'tool', tool_call_id: 'c3', content: 'Error: no clock' },
      { role: 'tool', tool_call_id: 'c4', content: [{ type: 'text', text: 'Error:' }, document] },
    ]);
    expect(written.header).toBe('changed;param=is_error;reason=tool_error_told_in_text');
  });

  it('have ids of their own for calls that share one, and results that follow them', () => {
    const turn: Message = { role: 'assistant', parts: [use('call_0', '{}'), use('call_0', '{}')] };
    const written = messagesOf(
      turn,
      result('call_0', text('a')),
      result('call_0', text('b')),
      turn,
    ) as object[];
    expect(JSON.stringify(written).match(/call_0[-\d]*/g)).toEqual([
      'call_0',
      'call_0-2',
      'call_0',
      'call_0-2',
      'call_0-3',
      'call_0-4',
    ]);
  });
});

it('the same call gives the same bytes, and a longer talk begins with those of the shorter one', () => {
  const part = fc.oneof(
    fc.record({ type: fc.constant('text' as const), text: fc.string() }),
    fc.record({
      type: fc.constant('tool-use' as const),
      id: fc.constantFrom('', 'a', 'b'),
      name: fc.string(),
      arguments: fc.string(),
    }),
  );
  const message = fc.record({
    role: fc.constantFrom('system' as const, 'user' as const, 'assistant' as const, 'tool' as const),
    parts: fc.array(part, { maxLength: 3 }),
    toolUseId: fc.constantFrom('', 'a', 'b'),
  });
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 6 }), (messages) => {
      const bytes = (messages: readonly Message[]) => JSON.stringify(write({ messages }).request);
      expect(bytes(messages)).toBe(bytes(messages));
      const shorter = bytes(messages.slice(0, -1));
      expect(bytes(messages).startsWith(shorter.slice(0, -2))).toBe(true);
    }),
    { numRuns: 50 },
  );
});
