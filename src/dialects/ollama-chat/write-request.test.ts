import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GenerationCall, Message } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import { Warnings } from '../../model/warnings.ts';
import type { Writing } from '../dialect.ts';
import { ordinaryQuirks } from '../wire-quirks.ts';
import { readCall } from './read-call.ts';
import { writeRequest } from './write-request.ts';

const png = 'iVBORw0KGgo=';
const user = (text: string): Message => ({ role: 'user', parts: [{ type: 'text', text }] });
const plain: GenerationCall = {
  kind: 'generation',
  model: 'm',
  messages: [user('Hi')],
  tools: [],
  stop: [],
  choices: 1,
  extra: {},
};

function write(changes: Partial<GenerationCall>, isLenient = false, rest: Partial<Writing> = {}) {
  const warnings = new Warnings(isLenient);
  const writing = { isStream: true, warnings, quirks: ordinaryQuirks, outputTokensMax: undefined, ...rest };
  const request = writeRequest({ ...plain, ...changes }, writing);
  return { request, warnings: warnings.asHeader() };
}

const refused = (param: string) =>
  expect.objectContaining({ code: 'unsupported_parameter', details: expect.objectContaining({ param }) });
const f = {
  name: 'f',
  description: 'd',
  parameters: { type: 'object', properties: { x: { type: 'string' } } },
};
const g = { name: 'g' };
const wire = (name: string, rest: object = { parameters: { type: 'object', properties: {} } }) => ({
  type: 'function',
  function: { name, ...rest },
});
const fWire = wire('f', { description: 'd', parameters: f.parameters });

describe('a chat request', () => {
  it('says no more than was asked, and always whether it streams', () => {
    const base = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] };
    expect(write({}).request).toEqual({ ...base, stream: true });
    expect(write({}, false, { isStream: false }).request).toEqual({ ...base, stream: false });
  });

  const cases: [string, Partial<GenerationCall>, object, string?][] = [
    [
      'temperature and its kin',
      {
        temperature: 0,
        topP: 1,
        topK: 5,
        minP: 0.1,
        seed: 3,
        presencePenalty: 1,
        frequencyPenalty: -1,
        stop: ['x'],
        outputTokensMax: 7,
      },
      {
        options: {
          num_predict: 7,
          temperature: 0,
          top_p: 1,
          top_k: 5,
          min_p: 0.1,
          seed: 3,
          presence_penalty: 1,
          frequency_penalty: -1,
          stop: ['x'],
        },
      },
    ],
    [
      'options in the body of another dialect',
      {
        extra: {
          repeat_penalty: 1.1,
          mirostat: 2,
          mirostat_eta: 0.1,
          mirostat_tau: 5,
          penalize_newline: false,
          top_k: 9,
          min_p: 0,
          num_predict: 5,
          num_ctx: 8192,
        },
      },
      {
        options: {
          top_k: 9,
          min_p: 0,
          repeat_penalty: 1.1,
          mirostat: 2,
          mirostat_eta: 0.1,
          mirostat_tau: 5,
          penalize_newline: false,
          num_predict: 5,
          num_ctx: 8192,
        },
      },
    ],
    [
      'vLLM’s repetition_penalty',
      { extra: { repetition_penalty: 1.2 } },
      { options: { repeat_penalty: 1.2 } },
    ],
    [
      'options merged, the common words first',
      {
        temperature: 1,
        extra: { top_k: 1, repeat_penalty: 1, options: { temperature: 0, top_k: 2, odd: 3 } },
      },
      { options: { temperature: 1, top_k: 2, repeat_penalty: 1, odd: 3 } },
    ],
    [
      'keep_alive, truncate, shift',
      { extra: { keep_alive: '5m', truncate: false, shift: true } },
      { keep_alive: '5m', truncate: false, shift: true },
    ],
    ['json_object', { responseFormat: { type: 'json-object' } }, { format: 'json' }],
    [
      'json_schema',
      { responseFormat: { type: 'json-schema', name: 'n', schema: { type: 'object', minimum: 1 } } },
      { format: { type: 'object', minimum: 1 } },
    ],
    [
      'format before response_format',
      { responseFormat: { type: 'json-object' }, extra: { format: { type: 'array' } } },
      { format: { type: 'array' } },
    ],
    ['text as format', { responseFormat: { type: 'text' } }, { format: undefined }],
    ['effort none', { reasoning: { effort: 'none' } }, { think: false }],
    ['effort medium', { reasoning: { effort: 'medium' } }, { think: 'medium' }],
    ['effort max', { reasoning: { effort: 'max' } }, { think: 'max' }],
    ['a budget of 0', { reasoning: { budgetTokens: 0 } }, { think: false }],
    ['adaptive thinking', { reasoning: { isAdaptive: true, showsThoughts: true } }, { think: undefined }],
    ['think before effort', { reasoning: { effort: 'low' }, extra: { think: true } }, { think: true }],
    ['logprobs', { logprobs: { alternatives: 0 } }, { logprobs: true, top_logprobs: undefined }],
    ['alternatives', { logprobs: { alternatives: 5 } }, { logprobs: true, top_logprobs: 5 }],
    [
      'too many alternatives',
      { logprobs: { alternatives: 50 } },
      { top_logprobs: 20 },
      'changed;param=top_logprobs;reason=at_most_20',
    ],
    ['tools', { tools: [f, g] }, { tools: [fWire, wire('g')] }],
    ['the choice of no tool', { tools: [f], toolChoice: { mode: 'none' } }, { tools: undefined }],
    [
      'one tool at a time',
      { tools: [g], parallelTools: false },
      { tools: [wire('g')] },
      'dropped;param=parallel_tool_calls;reason=unsupported_by_backend',
    ],
    [
      'strict tools',
      { tools: [{ ...g, strict: true }] },
      { tools: [wire('g')] },
      'dropped;param=tools[0].strict;reason=unsupported_by_backend',
    ],
    ['verbosity', { verbosity: 'low' }, {}, 'dropped;param=verbosity;reason=unsupported_by_backend'],
    ['the user', { user: 'u' }, { user: undefined }],
    [
      'logit_bias',
      { extra: { logit_bias: { 5: 1 } } },
      { logit_bias: undefined },
      'dropped;param=logit_bias;reason=unsupported_by_backend',
    ],
    [
      'options that are none',
      { extra: { options: 'x', think: 5, format: 'xml' } },
      { options: undefined, think: undefined, format: undefined },
      'dropped;param=options;reason=not_an_object, dropped;param=format;reason=neither_json_nor_a_schema',
    ],
    ['a text completion', { isRawPrompt: true }, {}, 'changed;param=prompt;reason=sent_as_message'],
  ];
  it.each(cases)('writes %s', (_, changes, wanted, warning = '') => {
    const { request, warnings } = write(changes);
    for (const [name, value] of Object.entries(wanted)) expect(request[name]).toEqual(value);
    expect(warnings).toBe(warning);
  });

  it('keeps the limit of the model, whoever set it', () => {
    for (const changes of [
      { outputTokensMax: 900 },
      { extra: { num_predict: 900 } },
      { extra: { options: { num_predict: 900 } } },
    ]) {
      const { request, warnings } = write(changes, false, { outputTokensMax: 500 });
      expect(request['options']).toEqual({ num_predict: 500 });
      expect(warnings).toBe('changed;param=max_tokens;reason=limit_of_model');
    }
    const below = write({ outputTokensMax: 400 }, false, { outputTokensMax: 500 });
    expect(below).toMatchObject({ request: { options: { num_predict: 400 } }, warnings: '' });
    const both = write({ outputTokensMax: 10, extra: { options: { num_predict: 900 } } });
    expect(both.request['options']).toEqual({ num_predict: 10 });
  });

  it.each<[Partial<GenerationCall>, string, string]>([
    [{ reasoning: { effort: 'minimal' } }, 'low', 'nearest_of_backend'],
    [{ reasoning: { effort: 'xhigh' } }, 'max', 'nearest_of_backend'],
    [{ reasoning: { budgetTokens: 1024 } }, 'low', 'budget_as_effort'],
    [{ reasoning: { budgetTokens: 30_000 } }, 'max', 'budget_as_effort'],
  ])('tells that another amount of thinking was asked for: %j', (changes, think, reason) => {
    const { request, warnings } = write(changes);
    expect(request['think']).toBe(think);
    expect(warnings).toBe(`changed;param=reasoning_effort;reason=${reason}`);
  });

  const refusals: [string, Partial<GenerationCall>, object?][] = [
    ['n', { choices: 2 }],
    ['suffix', { suffix: 'x' }],
    ['response_format', { responseFormat: { type: 'json-schema', name: 'n', schema: true } }],
    ['tool_choice', { tools: [f, g], toolChoice: { mode: 'required' } }, { tools: [fWire, wire('g')] }],
    ['tool_choice', { tools: [f, g], toolChoice: { mode: 'tool', name: 'g' } }, { tools: [wire('g')] }],
    [
      'messages[0].content[0]',
      { messages: [{ role: 'user', parts: [{ type: 'image', url: 'https://x/y.png' }] }] },
    ],
    [
      'messages[0].content[0]',
      { messages: [{ role: 'user', parts: [{ type: 'image', fileId: 'file-1' }] }] },
    ],
    [
      'messages[0].content[0]',
      { messages: [{ role: 'user', parts: [{ type: 'audio', base64: 'AA==', format: 'wav' }] }] },
    ],
    [
      'messages[0].content[1]',
      {
        messages: [
          {
            role: 'user',
            parts: [
              { type: 'text', text: 'x' },
              { type: 'file', url: 'data:application/pdf;base64,AAAA' },
            ],
          },
        ],
      },
    ],
    [
      'messages[0].content[0]',
      { messages: [{ role: 'user', parts: [{ type: 'file', url: 'https://x/y.txt' }] }] },
    ],
  ];
  it.each(refusals)(
    'refuses %s, and goes on without it on a lenient route',
    (param, changes, wanted = {}) => {
      expect(() => write(changes)).toThrow(refused(param));
      const { request, warnings } = write(changes, true);
      expect(warnings).toContain(`dropped;param=${param}`);
      expect(request).toMatchObject(wanted);
    },
  );

  it('refuses a data: URL that cannot be read, and repeats nothing of it', () => {
    const parts = [{ type: 'image', url: 'data:image/png;base64,!secret!' }] as const;
    expect(() => write({ messages: [{ role: 'user', parts }] })).toThrow(
      /^(?!.*secret).*messages\[0\]\.content\[0\]/,
    );
  });

  it('has nothing to do with calls of another kind', () => {
    const writing = {
      isStream: false,
      warnings: new Warnings(),
      quirks: ordinaryQuirks,
      outputTokensMax: undefined,
    };
    expect(() => writeRequest({ kind: 'count', model: 'm', of: plain }, writing)).toThrow(
      expect.objectContaining({ code: 'operation_not_supported' }),
    );
  });
});

describe('the messages of a chat request', () => {
  const first = (message: Message) => (write({ messages: [message] }).request['messages'] as JsonObject[])[0];

  it('keeps system messages where they stand', () => {
    const system: Message = { role: 'system', parts: [{ type: 'text', text: 'S' }] };
    const { request } = write({ messages: [system, user('a'), system, user('b')] });
    expect(request['messages']).toMatchObject([
      { role: 'system', content: 'S' },
      { role: 'user' },
      { role: 'system' },
      { role: 'user' },
    ]);
  });

  it('writes texts as one, pictures as bare base64 beside them, text documents into them', () => {
    const parts = [
      { type: 'text', text: 'a' },
      { type: 'image', url: `data:image/png;base64,${png}`, detail: 'high' },
      { type: 'file', url: 'data:text/plain;base64,aGk=', name: 'a.txt', context: 'old' },
      { type: 'file', url: 'data:application/json,{}' },
      { type: 'file', url: `data:image/png;base64,${png}` },
    ] as const;
    expect(first({ role: 'user', parts })).toEqual({
      role: 'user',
      content: 'a\na.txt\n\nold\n\nhi\n{}',
      images: [png, png],
    });
  });

  it('finds the name of a tool by the id of its result', () => {
    const { request, warnings } = write({
      messages: [
        { role: 'assistant', parts: [{ type: 'tool-use', id: 'c1', name: 'f', arguments: '{"x":1}' }] },
        { role: 'tool', toolUseId: 'c1', parts: [{ type: 'text', text: 'no' }], isError: true },
        { role: 'tool', toolUseId: 'gone', parts: [{ type: 'image', url: `data:image/png;base64,${png}` }] },
      ],
    });
    expect(request['messages']).toEqual([
      {
        role: 'assistant',
        content: '',
        tool_calls: [{ id: 'c1', function: { name: 'f', arguments: { x: 1 } } }],
      },
      { role: 'tool', content: 'Error: no', tool_name: 'f', tool_call_id: 'c1' },
      { role: 'tool', content: '', images: [png], tool_call_id: 'gone' },
    ]);
    expect(warnings).toBe('changed;param=messages;reason=tool_error_told_in_text');
  });

  it('warns where arguments of the past are no object (T10)', () => {
    const parts = [
      { type: 'tool-use', id: 'c1', name: 'f', arguments: '' },
      { type: 'tool-use', id: 'c2', name: 'f', arguments: 'odd' },
    ] as const;
    const { request, warnings } = write({ messages: [{ role: 'assistant', parts }] });
    expect(request).toMatchObject({
      messages: [
        { tool_calls: [{ function: { arguments: {} } }, { function: { arguments: { _raw: 'odd' } } }] },
      ],
    });
    expect(warnings).toBe('changed;param=messages[0].tool_calls[1];reason=arguments_are_no_json');
  });

  it('sends thoughts back, but never those that somebody else signed (T16)', () => {
    const signature = { origin: 'anthropic', value: 'secret' };
    const message = first({
      role: 'assistant',
      parts: [
        { type: 'thinking', text: 'mine' },
        { type: 'thinking', text: 'theirs', signature },
        { type: 'redacted-thinking', signature },
        { type: 'refusal', text: 'No.' },
        { type: 'tool-use', id: 'c', name: 'f', arguments: '{}', signature },
      ],
    });
    expect(message).toMatchObject({ content: 'No.', thinking: 'mine' });
    expect(JSON.stringify(message)).not.toMatch(/theirs|secret/);
  });
});

describe('the schema of a tool', () => {
  const schema = (parameters: JsonObject) => {
    const { request, warnings } = write({ tools: [{ name: 'f', parameters }] });
    return { schema: (request['tools'] as { function: JsonObject }[])[0]?.function['parameters'], warnings };
  };

  it('keeps the keywords that Ollama shows, at any depth, and names that look like keywords', () => {
    const parameters = {
      type: 'object',
      description: 'd',
      required: ['minimum'],
      properties: {
        minimum: { type: 'string', enum: ['a'], title: 'T' },
        list: { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'null', title: 'N' }] } },
      },
    };
    expect(schema({ $schema: 's', additionalProperties: false, ...parameters })).toEqual({
      schema: {
        type: 'object',
        description: 'd',
        required: ['minimum'],
        properties: {
          minimum: { type: 'string', enum: ['a'] },
          list: { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
        },
      },
      warnings: '',
    });
  });

  it('tells of keywords that bound what may be said', () => {
    expect(schema({ type: 'object', properties: { x: { type: 'string', pattern: 'a' } } })).toEqual({
      schema: { type: 'object', properties: { x: { type: 'string' } } },
      warnings: 'changed;param=tools;reason=schema_keywords_left_out',
    });
  });

  it('says const and oneOf in other words, and puts definitions where they are meant', () => {
    const $defs = { Unit: { type: 'string', enum: ['C'] } };
    const properties = { a: { const: 1 }, b: { oneOf: [{ type: 'string' }] }, c: { $ref: '#/$defs/Unit' } };
    expect(schema({ type: 'object', properties, $defs }).schema).toMatchObject({
      properties: {
        a: { enum: [1] },
        b: { anyOf: [{ type: 'string' }] },
        c: { type: 'string', enum: ['C'] },
      },
      $defs,
    });
  });

  it('comes to an end with schemas that mean themselves, or one another again and again', () => {
    const self = {
      type: 'object',
      properties: { next: { $ref: '#/$defs/Self' }, other: { $ref: '#/$defs/Self' } },
    };
    const text = JSON.stringify(schema({ ...self, $defs: { Self: self } }).schema);
    expect(text.length).toBeLessThan(100_000);
    expect(
      schema({ type: 'object', properties: { x: { $ref: '#/$defs/toString' } }, $defs: {} }).schema,
    ).toMatchObject({
      properties: { x: {} },
    });
  });

  it('survives any JSON', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('type', 'properties', 'items', 'anyOf', '$defs', '$ref', 'enum'),
          fc.jsonValue(),
        ),
        (parameters) => {
          expect(schema(parameters as JsonObject).schema).toHaveProperty('properties');
        },
      ),
    );
  });
});

describe('the round trip', () => {
  const address = { route: '/api/chat', model: undefined, query: '' };
  const text = fc.string({ minLength: 1 });
  const toolTurn = fc.dictionary(text, fc.jsonValue(), { noNullPrototype: true }).map((args) => [
    { role: 'assistant', content: '', tool_calls: [{ id: '', function: { name: 'f', arguments: args } }] },
    { role: 'tool', content: 'r', tool_name: 'f' },
  ]);
  const turn = fc.oneof(
    fc
      .record({ role: fc.constantFrom('system', 'user', 'assistant'), content: text })
      .map((message) => [message]),
    toolTurn,
  );

  it('leaves what Ollama’s clients say as it is, and the same bytes every time (T17)', () => {
    fc.assert(
      fc.property(fc.array(turn, { minLength: 1, maxLength: 4 }), fc.boolean(), (turns, isStream) => {
        const body = { model: 'm', messages: turns.flat(), options: { temperature: 0.5 }, stream: isStream };
        const write = () => {
          const warnings = new Warnings();
          const call = readCall(body as unknown as JsonObject, { address, warnings });
          return writeRequest(call, {
            isStream,
            warnings,
            quirks: ordinaryQuirks,
            outputTokensMax: undefined,
          });
        };
        const written = write();
        expect(JSON.stringify(write())).toBe(JSON.stringify(written));
        expect(withoutIds(written)).toEqual(withoutIds(body));
      }),
    );
  });
});

function withoutIds(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body), (name, value) =>
    name === 'id' || name === 'tool_call_id' ? undefined : value,
  );
}
