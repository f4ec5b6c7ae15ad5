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

const user: Message = { role: 'user', parts: [{ type: 'text', text: 'Hi' }] };
const base: GenerationCall = {
  ...{
    kind: 'generation',
    model: 'gemini-3-flash',
    messages: [user],
    tools: [],
    stop: [],
    choices: 1,
    extra: {},
  },
};

interface Options extends Partial<Writing> {
  readonly isLenient?: boolean;
}

function write(
  changes: Partial<GenerationCall>,
  options: Options = {},
): { body: JsonObject; warned: string[] } {
  const warnings = new Warnings(options.isLenient);
  const writing = {
    isStream: false,
    quirks: ordinaryQuirks,
    outputTokensMax: undefined,
    warnings,
    ...options,
  };
  const body = writeRequest({ ...base, ...changes }, writing);
  return { body, warned: warnings.list.map(({ param, reason }) => `${param} ${reason}`) };
}

function refused(changes: Partial<GenerationCall>, options: Options = {}): unknown {
  try {
    return write(changes, options);
  } catch (thrown) {
    if (thrown instanceof GatewayError && thrown.code === 'unsupported_parameter')
      return thrown.details.param;
    throw thrown;
  }
}

const config = (changes: Partial<GenerationCall>, options: Options = {}) =>
  write(changes, options).body['generationConfig'];
const contents = (messages: readonly Message[], model = base.model) =>
  write({ messages, model }).body['contents'];
const said = (role: Message['role'], ...parts: Part[]): Message => ({ role, parts });
const text = (text: string): Part => ({ type: 'text', text });
const use = (id: string, name = 'f', rest: object = {}): Part => ({
  type: 'tool-use',
  id,
  name,
  arguments: '{"a":1}',
  ...rest,
});
const result = (toolUseId: string, value: string, rest: Partial<Message> = {}): Message => ({
  role: 'tool',
  toolUseId,
  parts: [text(value)],
  ...rest,
});
const ask: Message = { role: 'user', parts: [{ type: 'text', text: 'Hi' }] };
const asked = { role: 'user', parts: [{ text: 'Hi' }] };
const calls = (name = 'f', rest: object = {}) => ({ functionCall: { name, args: { a: 1 } }, ...rest });
const gave = (name: string, response: object) => ({ functionResponse: { name, response } });
const sentinel = { thoughtSignature: 'skip_thought_signature_validator' };

describe('writing the talk', () => {
  it('puts leading system messages above it, one part each, and later ones where they stood', () => {
    const { body, warned } = write({
      messages: [
        said('system', text('A')),
        said('system', text('B')),
        ask,
        said('system', text('C')),
        said('assistant', text('D')),
        ask,
      ],
    });
    expect(body).toEqual({
      systemInstruction: { parts: [{ text: 'A' }, { text: 'B' }] },
      contents: [
        { role: 'user', parts: [{ text: 'Hi' }, { text: '<system-reminder>\nC\n</system-reminder>' }] },
        { role: 'model', parts: [{ text: 'D' }] },
        asked,
      ],
    });
    expect(warned).toEqual([]);
  });

  it('has a turn even if only the system spoke', () => {
    expect(write({ messages: [said('system', text('A'))] })).toEqual({
      body: { contents: [{ role: 'user', parts: [{ text: 'A' }] }] },
      warned: ['messages system_as_user'],
    });
  });

  it('lets the user begin', () => {
    const { body, warned } = write({ messages: [said('assistant', text('A')), ask] });
    expect(body['contents']).toEqual([
      { role: 'user', parts: [{ text: '(continue)' }] },
      { role: 'model', parts: [{ text: 'A' }] },
      asked,
    ]);
    expect(warned).toEqual(['messages user_turn_added']);
  });

  it('drops empty texts, and turns that hold nothing else', () => {
    expect(contents([ask, said('assistant', text('')), ask])).toEqual([
      { role: 'user', parts: [{ text: 'Hi' }, { text: 'Hi' }] },
    ]);
  });

  it('gives all results of a turn in the order of their calls, then what the user says', () => {
    const talk = [
      ask,
      said('assistant', use('1'), use('2', 'g'), use('3', 'h')),
      result('3', '{"x":1}'),
      result('1', 'plain'),
      result('2', 'bad', { isError: true }),
      ask,
    ];
    expect(contents(talk)).toEqual([
      asked,
      { role: 'model', parts: [calls('f', sentinel), calls('g'), calls('h')] },
      {
        role: 'user',
        parts: [
          gave('f', { output: 'plain' }),
          gave('g', { error: 'bad' }),
          gave('h', { x: 1 }),
          { text: 'Hi' },
        ],
      },
    ]);
  });

  it('signs the first call of every step, unless Google did', () => {
    const own = { signature: { origin: 'gemini', value: 's' } };
    const foreign = { signature: { origin: 'anthropic', value: 't' } };
    const talk = [
      ask,
      said('assistant', use('1', 'f', own), use('2')),
      result('1', 'a'),
      result('2', 'b'),
      said('assistant', use('3', 'f', foreign)),
      result('3', 'c'),
    ];
    const models = (model: string) =>
      (contents(talk, model) as JsonObject[])
        .filter(({ role }) => role === 'model')
        .map(({ parts }) => parts);
    const signed = { thoughtSignature: 's' };
    expect(models('gemini-3.1-pro-preview')).toEqual([[calls('f', signed), calls()], [calls('f', sentinel)]]);
    expect(models('gemini-2.5-pro')).toEqual([[calls('f', signed), calls()], [calls()]]);
  });

  it('gives back only thoughts that Google signed', () => {
    const thinking = (text: string, origin?: string): Part => ({
      type: 'thinking',
      text,
      signature: origin === undefined ? undefined : { origin, value: 's' },
    });
    const redacted: Part = { type: 'redacted-thinking', signature: { origin: 'anthropic', value: 'r' } };
    const talk = [
      ask,
      said(
        'assistant',
        thinking('a', 'gemini'),
        thinking('b', 'anthropic'),
        thinking('c'),
        redacted,
        text('d'),
        thinking('', 'gemini'),
      ),
      ask,
    ];
    expect(contents(talk)).toEqual([
      asked,
      {
        role: 'model',
        parts: [
          { text: 'a', thought: true, thoughtSignature: 's' },
          { text: 'd' },
          { text: '', thoughtSignature: 's' },
        ],
      },
      asked,
    ]);
  });

  it('makes objects of arguments, whatever the model wrote', () => {
    const talk = [
      ask,
      said(
        'assistant',
        use('1', 'f', { arguments: '' }),
        use('2', 'f', { arguments: 'oops' }),
        use('3', 'bad name!', { arguments: '[1]' }),
      ),
      result('1', 'x'),
    ];
    const { body, warned } = write({ messages: talk, model: 'gemini-2.0-flash' });
    expect((body['contents'] as JsonObject[])[1]?.['parts']).toEqual([
      { functionCall: { name: 'f', args: {} } },
      { functionCall: { name: 'f', args: { _raw: 'oops' } } },
      { functionCall: { name: '_bad_name_', args: { value: [1] } } },
    ]);
    expect(warned).toEqual([
      'messages[1].content[1] arguments_kept_as_text',
      'messages[1].content[2] arguments_wrapped',
    ]);
  });

  it('answers a tool use nobody knows under the name the client gives, else says so', () => {
    const { body, warned } = write({
      messages: [ask, said('assistant', text('a')), result('x', 'y', { name: 'n' }), result('z', 'y')],
    });
    expect((body['contents'] as JsonObject[])[2]?.['parts']).toEqual([
      gave('n', { output: 'y' }),
      gave('unknown', { output: 'y' }),
    ]);
    expect(warned).toEqual(['messages[3] unknown_tool_use']);
  });

  it('puts pictures into a result where the model takes them, else behind', () => {
    const image: Part = { type: 'image', url: 'data:image/gif;base64,SGk=' };
    const talk = [ask, said('assistant', use('1')), result('1', '', { parts: [text('see'), image] })];
    const inline = { inlineData: { mimeType: 'image/gif', data: 'SGk=' } };
    const last = (model: string) => (contents(talk, model) as JsonObject[])[2]?.['parts'];
    expect(last('gemini-3-flash')).toEqual([
      { functionResponse: { name: 'f', response: { output: 'see' }, parts: [inline] } },
    ]);
    expect(last('gemini-2.5-flash')).toEqual([gave('f', { output: 'see' }), inline]);
    expect(write({ messages: talk, model: 'gemini-2.5-flash' }).warned).toEqual([
      'messages[2].content media_behind_result',
    ]);
  });

  it.each<[Part, JsonObject[]]>([
    [
      { type: 'image', url: 'data:image/gif;base64,SGk=' },
      [{ inlineData: { mimeType: 'image/gif', data: 'SGk=' } }],
    ],
    [
      { type: 'file', url: 'data:application/pdf;base64,SGk=', context: 'About' },
      [{ text: 'About' }, { inlineData: { mimeType: 'application/pdf', data: 'SGk=' } }],
    ],
    [
      { type: 'audio', base64: 'SGk=', format: 'wav' },
      [{ inlineData: { mimeType: 'audio/wav', data: 'SGk=' } }],
    ],
    [
      { type: 'file', url: 'https://www.youtube.com/watch?v=1' },
      [{ fileData: { fileUri: 'https://www.youtube.com/watch?v=1' } }],
    ],
    [{ type: 'image', fileId: 'gs://b/f' }, [{ fileData: { fileUri: 'gs://b/f' } }]],
    [
      { type: 'file', fileId: 'https://generativelanguage.googleapis.com/v1beta/files/x' },
      [{ fileData: { fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/x' } }],
    ],
    [{ type: 'refusal', text: 'No.' }, [{ text: 'No.' }]],
  ])('writes %j', (part, parts) => {
    expect(contents([said('user', part)])).toEqual([{ role: 'user', parts }]);
  });

  it.each<Part>([
    { type: 'image', url: 'https://x/y.png' },
    { type: 'image', fileId: 'file-1' },
    { type: 'image' },
    { type: 'file', url: 'http://x/y.pdf' },
    { type: 'audio', base64: '?', format: 'wav' },
    { type: 'audio', base64: 'SGk=', format: 'w v' },
  ])('E with its path, or without it on a lenient route: %j', (part) => {
    expect(refused({ messages: [said('user', text('a'), part)] })).toBe('messages[0].content[1]');
    expect(
      write({ messages: [said('user', text('a'), part)] }, { isLenient: true }).body['contents'],
    ).toEqual([{ role: 'user', parts: [{ text: 'a' }] }]);
  });

  it('refuses a data: URL that cannot be decoded on any route', () => {
    const messages = [said('user', text('a'), { type: 'image', url: 'data:image/png;base64,?' })];
    const refusal = { code: 'invalid_request', details: { param: 'messages[0].content[1]' } };
    expect(() => write({ messages })).toThrow(expect.objectContaining(refusal));
    expect(() => write({ messages }, { isLenient: true })).toThrow(expect.objectContaining(refusal));
  });

  it('does not go on with a turn that was begun', () => {
    const messages = [ask, said('assistant', text('Once'))];
    expect(refused({ messages })).toBe('messages');
    expect(write({ messages }, { isLenient: true }).body['contents']).toHaveLength(2);
  });
});

describe('writing tools', () => {
  const schema = { type: 'object', properties: { a: { const: 'x' } }, additionalProperties: false };
  const tool = { name: 'f', description: 'd', parameters: schema };
  const declared = (model: string, changes: Partial<GenerationCall> = {}) =>
    (write({ model, tools: [tool], ...changes }).body['tools'] as JsonObject[])[0]?.['functionDeclarations'];

  it('sends JSON schemas to those who take them, the subset to others', () => {
    const fitted = { type: 'object', properties: { a: { enum: ['x'] } }, additionalProperties: false };
    const subset = { type: 'OBJECT', properties: { a: { type: 'STRING', enum: ['x'] } } };
    for (const model of [
      'gemini-2.5-flash',
      'gemini-3-pro',
      'gemini-flash-latest',
      'models/gemini-11-ultra',
    ]) {
      expect(declared(model)).toEqual([{ name: 'f', description: 'd', parametersJsonSchema: fitted }]);
    }
    for (const model of ['gemini-2.0-flash', 'gemini-1.5-pro', 'gemma-3-27b-it']) {
      expect(declared(model)).toEqual([{ name: 'f', description: 'd', parameters: subset }]);
    }
  });

  it.each([undefined, {}, { type: 'object' }, { type: 'object', properties: {} }])(
    'leaves out parameters that are none: %j',
    (parameters) => {
      for (const model of ['gemini-2.0-flash', 'gemini-3-pro'])
        expect(declared(model, { tools: [{ name: 'f', parameters }] })).toEqual([{ name: 'f' }]);
    },
  );

  it('leaves nothing beside a reference', () => {
    const parameters = {
      type: 'object',
      properties: { a: { $ref: '#/$defs/A', description: 'd' } },
      $defs: { A: { type: 'string' } },
    };
    const { body, warned } = write({ tools: [{ name: 'f', parameters }] });
    expect(JSON.stringify(body)).toContain('"a":{"$ref":"#/$defs/A"}');
    expect(warned).toEqual(['tools[0].parameters schema_ref_siblings']);
  });

  it.each<[Partial<GenerationCall>, unknown]>([
    [{}, undefined],
    [{ toolChoice: { mode: 'auto' } }, { mode: 'AUTO' }],
    [{ toolChoice: { mode: 'none' } }, { mode: 'NONE' }],
    [{ toolChoice: { mode: 'required' } }, { mode: 'ANY' }],
    [{ toolChoice: { mode: 'tool', name: 'f' } }, { mode: 'ANY', allowedFunctionNames: ['f'] }],
    [{ tools: [{ ...tool, strict: true }] }, { mode: 'VALIDATED' }],
    [{ tools: [{ ...tool, strict: true }], toolChoice: { mode: 'none' } }, { mode: 'NONE' }],
  ])('choice %j', (changes, functionCallingConfig) => {
    const toolConfig = write({ tools: [tool], ...changes }).body['toolConfig'];
    expect(toolConfig).toEqual(functionCallingConfig && { functionCallingConfig });
  });

  it('drops a choice without tools, and tells of what is not known', () => {
    expect(write({ toolChoice: { mode: 'required' } }).body['toolConfig']).toBeUndefined();
    expect(write({ tools: [tool], parallelTools: false }).warned).toEqual([
      'parallel_tool_calls unsupported_by_backend',
    ]);
    expect(write({ tools: [{ ...tool, strict: true }], model: 'gemini-2.0-flash' }).warned).toEqual([
      'tools[0].strict unsupported_by_backend',
    ]);
  });

  it.each(['1st', 'a b', '', 'x'.repeat(65), 'é'])('E: the name %j', (name) => {
    expect(refused({ tools: [tool, { name }] })).toBe('tools[1].name');
    expect(write({ tools: [{ name }] }, { isLenient: true }).body['tools']).toBeUndefined();
  });
});

describe('writing the configuration', () => {
  it('maps what there is', () => {
    const changes = {
      temperature: 0,
      topP: 0.5,
      topK: 3,
      seed: 1,
      presencePenalty: 1,
      frequencyPenalty: -1,
      outputTokensMax: 9,
      choices: 2,
      stop: ['a'],
      logprobs: { alternatives: 3 },
    };
    expect(config(changes)).toEqual({
      ...{
        temperature: 0,
        topP: 0.5,
        topK: 3,
        seed: 1,
        presencePenalty: 1,
        frequencyPenalty: -1,
        maxOutputTokens: 9,
      },
      ...{ candidateCount: 2, stopSequences: ['a'], responseLogprobs: true, logprobs: 3 },
    });
    expect(config({})).toBeUndefined();
    expect(config({ logprobs: { alternatives: 0 } })).toEqual({ responseLogprobs: true });
  });

  it('keeps to the limit of the model', () => {
    const { body, warned } = write({ outputTokensMax: 100 }, { outputTokensMax: 50 });
    expect(body['generationConfig']).toEqual({ maxOutputTokens: 50 });
    expect(warned).toEqual(['max_tokens limit_of_model']);
  });

  it.each<[Partial<GenerationCall>, string[]]>([
    [{ minP: 0.1 }, ['min_p unsupported_by_backend']],
    [{ verbosity: 'low' }, ['verbosity unsupported_by_backend']],
    [
      { extra: { logit_bias: {}, prediction: {} } },
      ['logit_bias unsupported_by_backend', 'prediction unsupported_by_backend'],
    ],
    [{ isRawPrompt: true }, ['prompt sent_as_message']],
    [{ user: 'u', extra: { service_tier: 'auto', modalities: ['text'] } }, []],
    [{ logprobs: { alternatives: 30 } }, ['top_logprobs limit_of_model']],
  ])('W or D: %j', (changes, warned) => {
    expect(write(changes).warned).toEqual(warned);
  });

  it.each<[Partial<GenerationCall>, string, Options?]>([
    [{ stop: ['1', '2', '3', '4', '5', '6'] }, 'stop'],
    [{ choices: 2 }, 'n', { isStream: true }],
    [{ suffix: 'x' }, 'suffix'],
    [{ extra: { modalities: ['text', 'audio'] } }, 'modalities'],
    [{ extra: { audio: { voice: 'v' } } }, 'audio'],
    [
      { model: 'gemini-2.5-pro', tools: [{ name: 'f' }], responseFormat: { type: 'json-object' } },
      'response_format',
    ],
  ])('E: %j', (changes, param, options = {}) => {
    expect(refused(changes, options)).toBe(param);
    expect(write(changes, { ...options, isLenient: true }).warned).toContain(
      `${param} unsupported_by_backend`,
    );
  });

  it('keeps the first five stop texts on a lenient route', () => {
    expect(config({ stop: ['1', '2', '3', '4', '5', '6'] }, { isLenient: true })).toEqual({
      stopSequences: ['1', '2', '3', '4', '5'],
    });
  });

  it('asks for JSON in the way the model knows', () => {
    const responseFormat = {
      type: 'json-schema',
      name: 'n',
      schema: { type: 'object', properties: { a: { type: 'string' } } },
    } as const;
    const json = { responseMimeType: 'application/json' };
    expect(config({ responseFormat: { type: 'json-object' } })).toEqual(json);
    expect(config({ responseFormat: { type: 'text' } })).toBeUndefined();
    expect(config({ responseFormat })).toEqual({ ...json, responseJsonSchema: responseFormat.schema });
    expect(config({ responseFormat, tools: [{ name: 'f' }] })).toEqual({
      ...json,
      responseJsonSchema: responseFormat.schema,
    });
    expect(config({ responseFormat, model: 'gemini-1.5-pro' })).toEqual({
      ...json,
      responseSchema: { type: 'OBJECT', properties: { a: { type: 'STRING' } } },
    });
  });

  it('looks as closely as the most demanding picture wants', () => {
    const image = (detail: string): Part => ({ type: 'image', url: 'data:image/gif;base64,SGk=', detail });
    expect(config({ messages: [said('user', image('low'))] })).toEqual({
      mediaResolution: 'MEDIA_RESOLUTION_LOW',
    });
    expect(config({ messages: [said('user', image('auto'))] })).toBeUndefined();
    const mixed = write({ messages: [said('user', image('low'), image('high'))] });
    expect(mixed.body['generationConfig']).toEqual({ mediaResolution: 'MEDIA_RESOLUTION_HIGH' });
    expect(mixed.warned).toEqual(['image_url.detail one_for_all_images']);
  });

  it('searches the web, unless there are tools, and draws', () => {
    expect(write({ extra: { web_search_options: {} } })).toMatchObject({
      body: { tools: [{ googleSearch: {} }] },
      warned: [],
    });
    expect(write({ extra: { web_search_options: {} }, tools: [{ name: 'f' }] }).warned).toEqual([
      'web_search_options unsupported_by_backend',
    ]);
    expect(config({ extra: { modalities: ['text', 'image'] } })).toEqual({
      responseModalities: ['TEXT', 'IMAGE'],
    });
  });

  const shown = { includeThoughts: true };
  const nearest = ['reasoning_effort nearest_of_model'];
  const asEffort = ['reasoning_effort budget_as_effort'];
  const asBudget = ['reasoning_effort effort_as_budget'];
  it.each<[model: string, GenerationCall['reasoning'], unknown, string[]?]>([
    [
      'gemini-3-flash',
      { effort: 'none' },
      { thinkingLevel: 'MINIMAL' },
      ['reasoning_effort cannot_be_turned_off'],
    ],
    [
      'gemini-3-pro-preview',
      { effort: 'none' },
      { thinkingLevel: 'LOW' },
      ['reasoning_effort cannot_be_turned_off'],
    ],
    ['gemini-3-flash', { effort: 'minimal' }, { thinkingLevel: 'MINIMAL', ...shown }],
    ['gemini-3-pro-preview', { effort: 'medium' }, { thinkingLevel: 'HIGH', ...shown }, nearest],
    ['gemini-3-pro-preview', { effort: 'minimal' }, { thinkingLevel: 'LOW', ...shown }, nearest],
    ['gemini-3.1-pro-preview', { effort: 'medium' }, { thinkingLevel: 'MEDIUM', ...shown }],
    ['gemini-flash-latest', { effort: 'max', showsThoughts: false }, { thinkingLevel: 'HIGH' }, nearest],
    ['gemini-3-flash', { budgetTokens: 5000 }, { thinkingLevel: 'MEDIUM', ...shown }, asEffort],
    ['gemini-3-flash', { budgetTokens: 50_000 }, { thinkingLevel: 'HIGH', ...shown }, asEffort],
    ['gemini-3-flash', { isAdaptive: true }, shown],
    ['gemini-2.5-flash', { effort: 'none' }, { thinkingBudget: 0 }],
    [
      'gemini-2.5-pro',
      { effort: 'none' },
      { thinkingBudget: 128 },
      ['reasoning_effort cannot_be_turned_off'],
    ],
    ['gemini-2.5-flash', { effort: 'low' }, { thinkingBudget: 1024, ...shown }, asBudget],
    ['gemini-2.5-flash', { effort: 'high' }, { thinkingBudget: 24_576, ...shown }, asBudget],
    ['gemini-2.5-flash', { budgetTokens: 500 }, { thinkingBudget: 500, ...shown }],
    ['gemini-2.5-flash', { budgetTokens: 0 }, { thinkingBudget: 0, ...shown }],
    ['gemini-2.5-pro', { effort: 'max' }, { thinkingBudget: 32_768, ...shown }, asBudget],
    ['gemini-2.5-flash-lite', { budgetTokens: 10 }, { thinkingBudget: 512, ...shown }, nearest],
    ['gemini-2.5-flash', { isAdaptive: true, showsThoughts: false }, { thinkingBudget: -1 }],
    ['gemini-2.0-flash', { effort: 'high' }, undefined, ['reasoning_effort unsupported_by_backend']],
    ['gemini-2.0-flash', { effort: 'none' }, undefined],
  ])('%s thinks as told by %j', (model, reasoning, thinkingConfig, told = []) => {
    const { body, warned } = write({ model, reasoning });
    expect(body['generationConfig']).toEqual(thinkingConfig && { thinkingConfig });
    expect(warned).toEqual(told);
  });

  it('leaves room for the answer beside the thoughts', () => {
    const { body, warned } = write({
      model: 'gemini-2.5-flash',
      reasoning: { effort: 'high', showsThoughts: false },
      outputTokensMax: 4000,
    });
    expect(body['generationConfig']).toEqual({
      maxOutputTokens: 4000,
      thinkingConfig: { thinkingBudget: 2000 },
    });
    expect(warned).toEqual(['reasoning_effort effort_as_budget', 'reasoning_effort budget_over_limit']);
  });

  it('refuses calls of another kind', () => {
    const call = { kind: 'embeddings', model: 'm', inputs: [], extra: {} } as const;
    expect(() =>
      writeRequest(call, {
        isStream: false,
        warnings: new Warnings(),
        quirks: ordinaryQuirks,
        outputTokensMax: undefined,
      }),
    ).toThrow(GatewayError);
  });
});

describe('there and back', () => {
  const word = fc.string({ minLength: 1, maxLength: 8 });
  const turn = fc.oneof(
    word.map((value): Message[] => [said('user', text(value))]),
    word.map((value): Message[] => [said('assistant', text(value))]),
  );

  it('what is written reads as what was said', () => {
    fc.assert(
      fc.property(
        fc.array(turn, { maxLength: 6 }),
        fc.dictionary(word, fc.integer(), { maxKeys: 3 }),
        (turns, args) => {
          const step = [
            said('assistant', { type: 'tool-use', id: 'x', name: 'f', arguments: JSON.stringify(args) }),
            result('x', 'out'),
          ];
          const messages = [ask, ...turns.flat(), ask, ...step, ask];
          const { body } = write({ messages, model: 'gemini-2.5-flash' });
          expect(write({ messages, model: 'gemini-2.5-flash' }).body).toEqual(body);
          const address = { route: '', model: 'm', query: '' };
          const read = readCall(body, { address, warnings: new Warnings() });
          const texts = (all: readonly Message[]) =>
            all
              .filter(({ role }) => role !== 'tool')
              .flatMap(({ parts }) => parts)
              .map((part) => (part.type === 'text' ? part.text : part.type));
          expect(texts(read.messages)).toEqual(texts(messages));
          const used = read.messages.flatMap(({ parts }) => parts).find((part) => part.type === 'tool-use');
          expect(JSON.parse(used?.arguments ?? '')).toEqual(JSON.parse(JSON.stringify(args)));
          expect(read.messages.find(({ role }) => role === 'tool')).toMatchObject({
            toolUseId: used?.id,
            parts: [text('out')],
          });
        },
      ),
    );
  });
});
