import { describe, expect, it } from 'vitest';
import type { GenerationCall } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import { openAiResponses } from './openai-responses.ts';

function read(body: JsonObject): GenerationCall {
  return openAiResponses.readCall({ model: 'm', input: 'hi', ...body }) as GenerationCall;
}

function refusal(code: string, param: string) {
  return expect.objectContaining({ code, details: expect.objectContaining({ param }) });
}

describe('the input as messages', () => {
  it('a plain text is what the user says', () => {
    expect(read({ input: 'hi' }).messages).toEqual([{ role: 'user', parts: [{ type: 'text', text: 'hi' }] }]);
  });

  it('instructions stand first, as the system', () => {
    expect(read({ instructions: 'Be brief.' }).messages[0]).toEqual({
      role: 'system',
      parts: [{ type: 'text', text: 'Be brief.' }],
    });
  });

  it('messages may be easy or full, and developers speak as the system', () => {
    const input = [
      { role: 'developer', content: 'rules' },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'a' }] },
      {
        type: 'message',
        role: 'assistant',
        content: [
          { type: 'output_text', text: 'b', annotations: [] },
          { type: 'refusal', refusal: 'no' },
        ],
      },
    ];
    expect(read({ input }).messages).toEqual([
      { role: 'system', parts: [{ type: 'text', text: 'rules' }] },
      { role: 'user', parts: [{ type: 'text', text: 'a' }] },
      {
        role: 'assistant',
        parts: [
          { type: 'text', text: 'b' },
          { type: 'refusal', text: 'no' },
        ],
      },
    ]);
  });

  it('images and files keep what they are', () => {
    const content = [
      { type: 'input_image', image_url: 'data:image/png;base64,AA==', detail: 'low' },
      { type: 'input_file', file_data: 'data:application/pdf;base64,AA==', filename: 'a.pdf' },
      { type: 'input_file', file_id: 'file-1' },
    ];
    expect(read({ input: [{ role: 'user', content }] }).messages[0]?.parts).toEqual([
      { type: 'image', url: 'data:image/png;base64,AA==', detail: 'low' },
      { type: 'file', url: 'data:application/pdf;base64,AA==', name: 'a.pdf' },
      { type: 'file', fileId: 'file-1' },
    ]);
  });

  it('reasoning, text and parallel calls of one turn are one message, in order; results follow', () => {
    const input = [
      { role: 'user', content: 'go' },
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [{ type: 'summary_text', text: 'hm' }],
        encrypted_content: 'x',
      },
      { role: 'assistant', content: 'wait' },
      { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'f', arguments: '{"a":1}' },
      { type: 'function_call', id: 'fc_2', call_id: 'call_2', name: 'g', arguments: '' },
      { type: 'function_call_output', call_id: 'call_1', output: 'one' },
      { type: 'function_call_output', call_id: 'call_2', output: [{ type: 'input_text', text: 'two' }] },
    ];
    const [, turn, one, two] = read({ input }).messages;
    expect(turn).toEqual({
      role: 'assistant',
      parts: [
        { type: 'thinking', text: 'hm', signature: 'x' },
        { type: 'text', text: 'wait' },
        { type: 'tool-use', id: 'call_1', name: 'f', arguments: '{"a":1}' },
        { type: 'tool-use', id: 'call_2', name: 'g', arguments: '' },
      ],
    });
    expect(one).toEqual({ role: 'tool', toolUseId: 'call_1', parts: [{ type: 'text', text: 'one' }] });
    expect(two).toEqual({ role: 'tool', toolUseId: 'call_2', parts: [{ type: 'text', text: 'two' }] });
  });

  it('a free-form call becomes a function of one input, and what hosted tools did is left out', () => {
    const input = [
      { type: 'custom_tool_call', call_id: 'c', name: 'sql', input: 'SELECT "1"' },
      { type: 'custom_tool_call_output', call_id: 'c', output: '1' },
      { type: 'web_search_call', id: 'ws_1', status: 'completed' },
      { type: 'reasoning', summary: [] },
    ];
    expect(read({ input }).messages).toEqual([
      {
        role: 'assistant',
        parts: [{ type: 'tool-use', id: 'c', name: 'sql', arguments: '{"input":"SELECT \\"1\\""}' }],
      },
      { role: 'tool', toolUseId: 'c', parts: [{ type: 'text', text: '1' }] },
    ]);
  });

  it.each([
    [[5], 'input[0]'],
    [[{ role: 'wizard', content: 'x' }], 'input[0].role'],
    [[{ role: 'user', content: 5 }], 'input[0].content'],
    [[{ role: 'user', content: [{ type: 'input_text' }] }], 'input[0].content[0].text'],
    [[{ type: 'function_call', name: 'f' }], 'input[0].call_id'],
    [[{ type: 'function_call', call_id: 'c' }], 'input[0].name'],
  ])('%j is refused because of %s', (input, param) => {
    expect(() => read({ input })).toThrow(refusal('invalid_request', param));
  });

  it.each([
    [[{ role: 'user', content: [{ type: 'input_video' }] }], 'input[0].content[0]'],
    [[{ role: 'user', content: [{ type: 'input_image', file_id: 'f' }] }], 'input[0].content[0].file_id'],
    [[{ type: 'item_reference', id: 'msg_1' }], 'input[0]'],
  ])('%j cannot be translated, and %s is named', (input, param) => {
    expect(() => read({ input })).toThrow(refusal('unsupported_parameter', param));
  });
});

describe('what refers to stored things', () => {
  it.each([
    ['previous_response_id', 'resp_1'],
    ['conversation', 'conv_1'],
    ['prompt', { id: 'pmpt_1' }],
    ['background', true],
  ])('%s is refused by name', (param, value) => {
    expect(() => read({ [param]: value })).toThrow(refusal('unsupported_parameter', param));
  });

  it('is fine when it is null, and store is accepted', () => {
    expect(read({ previous_response_id: null, background: false, store: true }).extra).toEqual({});
  });
});

describe('tools', () => {
  const codexTools = [
    { type: 'function', name: 'shell', description: 'd', parameters: { type: 'object' }, strict: false },
    { type: 'namespace', name: 'mcp', tools: [{ type: 'function', name: 'look' }, { type: 'web_search' }] },
    { type: 'custom', name: 'apply_patch', description: 'p', format: { type: 'grammar' } },
    { type: 'web_search' },
  ];

  it('are functions, out of their namespace, and hosted ones are left out', () => {
    expect(read({ tools: codexTools }).tools).toEqual([
      { name: 'shell', description: 'd', parameters: { type: 'object' }, strict: false },
      { name: 'look' },
      {
        name: 'apply_patch',
        description: 'p',
        parameters: expect.objectContaining({ required: ['input'] }),
      },
    ]);
  });

  it.each([
    ['auto', { mode: 'auto' }],
    ['none', { mode: 'none' }],
    ['required', { mode: 'required' }],
    [
      { type: 'function', name: 'shell' },
      { mode: 'tool', name: 'shell' },
    ],
    [
      { type: 'custom', name: 'apply_patch' },
      { mode: 'tool', name: 'apply_patch' },
    ],
    [null, undefined],
  ])('choice %j', (choice, wanted) => {
    expect(read({ tools: codexTools, tool_choice: choice }).toolChoice).toEqual(wanted);
  });

  it('may be cut to the allowed ones', () => {
    const choice = { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'look' }] };
    const call = read({ tools: codexTools, tool_choice: choice });
    expect(call.tools.map((tool) => tool.name)).toEqual(['look']);
    expect(call.toolChoice).toEqual({ mode: 'required' });
  });

  it('a hosted tool that is demanded is refused', () => {
    expect(() => read({ tool_choice: { type: 'web_search' } })).toThrow(
      refusal('unsupported_parameter', 'tool_choice'),
    );
  });

  it.each([
    [{ tools: 'x' }, 'tools'],
    [{ tools: [1] }, 'tools[0]'],
    [{ tools: [{ type: 'function' }] }, 'tools[0].name'],
    [{ tool_choice: 'maybe' }, 'tool_choice'],
  ])('%j is refused because of %s', (body, param) => {
    expect(() => read(body)).toThrow(refusal('invalid_request', param));
  });
});

describe('the rest of a call', () => {
  it('limits and sampling keep their values', () => {
    const call = read({ max_output_tokens: 9, temperature: 0.5, top_p: 0.9 });
    expect(call).toMatchObject({ outputTokensMax: 9, temperature: 0.5, topP: 0.9, choices: 1, stop: [] });
  });

  it.each([
    [{ type: 'text' }, { type: 'text' }],
    [{ type: 'json_object' }, { type: 'json-object' }],
    [
      { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true },
      { type: 'json-schema', name: 'n', schema: { type: 'object' }, strict: true },
    ],
  ])('text.format %j', (format, wanted) => {
    expect(read({ text: { format } }).responseFormat).toEqual(wanted);
  });

  it('what has no place goes along by its wire name', () => {
    const text = { format: { type: 'text' }, verbosity: 'low' };
    expect(read({ reasoning: { effort: 'low' }, user: 'u', metadata: null, text }).extra).toEqual({
      reasoning: { effort: 'low' },
      user: 'u',
      text: { verbosity: 'low' },
    });
  });
});
