import { describe, expect, it } from 'vitest';
import type { GenerationCall } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import { Warnings } from '../../model/warnings.ts';
import { ordinaryQuirks } from '../wire-quirks.ts';
import { openAiResponses } from './openai-responses.ts';

const address = { route: '/v1/responses', model: undefined, query: '' };

function readWith(body: JsonObject, warnings = new Warnings()) {
  const call = openAiResponses.readCall({ model: 'm', input: 'hi', ...body }, { address, warnings });
  return { call: call as GenerationCall, warned: warnings.list.map(({ param }) => param) };
}

function read(body: JsonObject): GenerationCall {
  return readWith(body).call;
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
      { type: 'input_image', file_id: 'file-2' },
      { type: 'input_file', file_url: 'https://x/a.pdf' },
      { type: 'input_file', file_data: 'QQ==', filename: 'a.TXT' },
      { type: 'input_audio', input_audio: { data: 'AA', format: 'mp3' } },
    ];
    expect(read({ input: [{ role: 'user', content }] }).messages[0]?.parts).toEqual([
      { type: 'image', url: 'data:image/png;base64,AA==', detail: 'low' },
      { type: 'file', url: 'data:application/pdf;base64,AA==', name: 'a.pdf' },
      { type: 'file', fileId: 'file-1' },
      { type: 'image', fileId: 'file-2' },
      { type: 'file', url: 'https://x/a.pdf' },
      { type: 'file', url: 'data:text/plain;base64,QQ==', name: 'a.TXT' },
      { type: 'audio', base64: 'AA', format: 'mp3' },
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
        { type: 'thinking', text: 'hm', signature: { origin: 'openai', value: 'x' } },
        { type: 'text', text: 'wait' },
        { type: 'tool-use', id: 'call_1', name: 'f', arguments: '{"a":1}' },
        { type: 'tool-use', id: 'call_2', name: 'g', arguments: '' },
      ],
    });
    expect(one).toEqual({ role: 'tool', toolUseId: 'call_1', parts: [{ type: 'text', text: 'one' }] });
    expect(two).toEqual({ role: 'tool', toolUseId: 'call_2', parts: [{ type: 'text', text: 'two' }] });
  });

  it('a free-form call becomes a function of one input, and what hosted tools did is left out and told', () => {
    const input = [
      { type: 'custom_tool_call', call_id: 'c', name: 'sql', input: 'SELECT "1"' },
      { type: 'custom_tool_call_output', call_id: 'c', output: '1' },
      { type: 'web_search_call', id: 'ws_1', status: 'completed' },
      { type: 'reasoning', summary: [] },
    ];
    const { call, warned } = readWith({ input });
    expect(warned).toEqual(['input[2]']);
    expect(call.messages).toEqual([
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
    [[{ role: 'user', content: [{ type: 'input_image' }] }], 'input[0].content[0].image_url'],
    [
      [{ role: 'user', content: [{ type: 'input_image', image_url: 'data:image/png;base64,?' }] }],
      'input[0].content[0].image_url',
    ],
    [[{ role: 'user', content: [{ type: 'input_file' }] }], 'input[0].content[0].file_data'],
    [[{ type: 'function_call_output', call_id: 'c', output: { a: 1 } }], 'input[0].output'],
    [[{ role: 'user', content: [7] }], 'input[0].content[0]'],
  ])('%j is refused because of %s', (input, param) => {
    expect(() => read({ input })).toThrow(refusal('invalid_request', param));
  });

  it.each([
    [[{ role: 'user', content: [{ type: 'input_video' }] }], 'input[0].content[0]'],
    [[{ type: 'item_reference', id: 'msg_1' }], 'input[0]'],
    [
      [
        { role: 'user', content: 'a' },
        { type: 'compaction', encrypted_content: 'x' },
      ],
      'input[1]',
    ],
  ])('%j cannot be translated, and %s is named', (input, param) => {
    expect(() => read({ input })).toThrow(refusal('unsupported_parameter', param));
    expect(readWith({ input }, new Warnings(true)).warned).toEqual([param]);
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
    expect(readWith({ [param]: value }, new Warnings(true)).warned).toEqual([param]);
  });

  it('tells who wants a response in the background to wait for it instead', () => {
    expect(() => read({ background: true })).toThrow(/leave "background" out and wait for the answer/);
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

  it('are functions, out of their namespace, and hosted ones are left out and told', () => {
    const { call, warned } = readWith({ tools: codexTools });
    expect(warned).toEqual(['tools[1].tools[1]', 'tools[2].format', 'tools[3]']);
    expect(call.tools).toEqual([
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
    const forced = { tools: codexTools, tool_choice: { type: 'web_search' } };
    expect(() => read(forced)).toThrow(refusal('unsupported_parameter', 'tool_choice'));
    const { call, warned } = readWith(forced, new Warnings(true));
    expect(call.toolChoice).toBeUndefined();
    expect(warned).toContain('tool_choice');
  });

  it('a tool that is required is refused where all of them are hosted, and forgotten where there are none', () => {
    const required = { tools: [{ type: 'web_search' }], tool_choice: 'required' };
    expect(() => read(required)).toThrow(refusal('unsupported_parameter', 'tool_choice'));
    const allowed = { type: 'allowed_tools', mode: 'required', tools: [{ type: 'web_search' }] };
    expect(() => read({ tools: codexTools, tool_choice: allowed })).toThrow(
      refusal('unsupported_parameter', 'tool_choice'),
    );
    expect(readWith({ tool_choice: 'required' })).toMatchObject({ call: { tools: [] }, warned: [] });
    expect(read({ tool_choice: 'required' }).toolChoice).toBeUndefined();
  });

  it('of one name keep it outside of namespaces, and get their namespace in front within', () => {
    const look = { type: 'function', name: 'look' };
    const tools = [
      { type: 'namespace', name: 'a', tools: [look] },
      { type: 'namespace', name: 'b'.repeat(80), tools: [look, { ...look, description: 'again' }] },
      look,
    ];
    const choice = { type: 'function', name: 'look', namespace: 'a' };
    const call = read({ tools, tool_choice: choice });
    const [first, second, third] = call.tools.map(({ name }) => name);
    expect([first, third]).toEqual(['a__look', second]);
    expect(call.tools.at(-1)?.name).toBe('look');
    expect(second).toMatch(/^b{58}__look$/);
    expect(call.toolChoice).toEqual({ mode: 'tool', name: 'a__look' });
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

  it.each([
    [{ effort: 'low' }, { effort: 'low', showsThoughts: false }, []],
    [{ effort: null, summary: 'auto' }, { effort: undefined, showsThoughts: true }, []],
    [{ generate_summary: 'detailed' }, { effort: undefined, showsThoughts: true }, []],
    [
      { effort: 'max', mode: 'x', context: null },
      { effort: 'max', showsThoughts: false },
      ['reasoning.mode'],
    ],
  ])('reasoning %j', (reasoning, wanted, warned) => {
    expect(readWith({ reasoning })).toMatchObject({ call: { reasoning: wanted }, warned });
  });

  it('nothing is said of reasoning where the client says nothing', () => {
    expect(read({}).reasoning).toBeUndefined();
    expect(read({ reasoning: null }).reasoning).toBeUndefined();
  });

  it('verbosity, parallel calls, users and vendors’ samplers have their places', () => {
    const wishes = { text: { verbosity: 'low' }, parallel_tool_calls: false, top_k: 4, seed: 1, user: 'u' };
    expect(read(wishes)).toMatchObject({
      verbosity: 'low',
      parallelTools: false,
      topK: 4,
      seed: 1,
      user: 'u',
      extra: {},
    });
    expect(read({ user: 'old', safety_identifier: 'new' }).user).toBe('new');
  });

  it.each([
    [{ top_logprobs: 3 }, { alternatives: 3 }],
    [{ include: ['message.output_text.logprobs'] }, { alternatives: 0 }],
    [{ top_logprobs: 0, include: ['reasoning.encrypted_content'] }, undefined],
    [{ include: 'message.output_text.logprobs' }, undefined],
  ])('log probabilities of %j', (wishes, logprobs) => {
    expect(read(wishes).logprobs).toEqual(logprobs);
  });

  it('what nobody can do elsewhere is told, what nobody can miss is not', () => {
    const told = { max_tool_calls: 3, context_management: [{ type: 'compaction' }], text: { odd: 1 } };
    const dropped = {
      ...{
        truncation: 'auto',
        store: true,
        metadata: { a: 'b' },
        prompt_cache_key: 'k',
        service_tier: 'flex',
      },
      ...{ client_metadata: { x: 'y' }, stream_options: { include_obfuscation: false }, include: ['x.y'] },
    };
    expect(readWith({ ...told, ...dropped })).toMatchObject({
      call: { extra: {} },
      warned: ['max_tool_calls', 'context_management', 'text.odd'],
    });
  });

  it('what nobody knows goes along by its wire name', () => {
    expect(read({ logit_bias: { 1: 2 }, tomorrow: [1], gone: null }).extra).toEqual({
      logit_bias: { 1: 2 },
      tomorrow: [1],
    });
  });

  it.each([
    [{ reasoning: 'hard' }, 'reasoning'],
    [{ reasoning: { effort: 'constructor' } }, 'reasoning.effort'],
    [{ text: [] }, 'text'],
    [{ text: { verbosity: 1 } }, 'text.verbosity'],
    [{ text: { format: { type: 'xml' } } }, 'text.format.type'],
    [{ parallel_tool_calls: 'no' }, 'parallel_tool_calls'],
    [{ top_logprobs: -1 }, 'top_logprobs'],
    [{ temperature: 'hot' }, 'temperature'],
  ])('%j is refused because of %s', (body, param) => {
    expect(() => read(body)).toThrow(refusal('invalid_request', param));
  });
});

describe('what came from another provider comes back with its origin', () => {
  const call = { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' };
  const reasoning = (encrypted_content: string, text?: string) => ({
    type: 'reasoning',
    summary: text === undefined ? [] : [{ type: 'summary_text', text }],
    encrypted_content,
  });
  const use = { type: 'tool-use', id: 'c', name: 'f', arguments: '{}' };

  it.each([
    [
      reasoning('gAAA='),
      [{ type: 'thinking', text: '', signature: { origin: 'openai', value: 'gAAA=' } }, use],
    ],
    [
      reasoning('gw1:anthropic:s', 'hm'),
      [{ type: 'thinking', text: 'hm', signature: { origin: 'anthropic', value: 's' } }, use],
    ],
    [
      reasoning('gw1:anthropic:redacted:s'),
      [{ type: 'redacted-thinking', signature: { origin: 'anthropic', value: 's' } }, use],
    ],
    [reasoning('gw1:gemini:call:s'), [{ ...use, signature: { origin: 'gemini', value: 's' } }]],
    [
      { type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: 'raw' }] },
      [{ type: 'thinking', text: 'raw' }, use],
    ],
  ])('%j', (item, parts) => {
    expect(read({ input: [item, call] }).messages).toEqual([{ role: 'assistant', parts }]);
  });
});

describe('a request as Codex sends it', () => {
  const codex = {
    model: 'gpt-5-codex',
    instructions: 'You are a coding agent.',
    input: [
      { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'sandbox: read-only' }] },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: '<environment/>' }] },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'List the files.' }] },
      { type: 'reasoning', summary: [], encrypted_content: 'gAAA=' },
      {
        type: 'message',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'Looking.' }],
        phase: 'commentary',
      },
      { type: 'function_call', name: 'exec', arguments: '{"cmd":"ls"}', call_id: 'call_1' },
      { type: 'function_call', name: 'search', namespace: 'mcp__docs__', arguments: '{}', call_id: 'call_2' },
      {
        type: 'custom_tool_call',
        status: 'completed',
        call_id: 'call_3',
        name: 'apply_patch',
        input: '*** Begin',
      },
      { type: 'function_call_output', call_id: 'call_1', output: 'a.txt' },
      {
        type: 'function_call_output',
        call_id: 'call_2',
        output: [{ type: 'input_image', image_url: 'data:image/png;base64,AA==' }],
      },
      { type: 'custom_tool_call_output', call_id: 'call_3', output: 'Done' },
    ],
    tools: [
      {
        type: 'function',
        name: 'exec',
        description: 'Runs',
        strict: false,
        parameters: { type: 'object', properties: {} },
      },
      { type: 'function', name: 'search', parameters: { type: 'object' } },
      {
        type: 'namespace',
        name: 'mcp__docs__',
        description: 'Docs',
        tools: [{ type: 'function', name: 'search', parameters: { type: 'object' } }],
      },
      {
        type: 'custom',
        name: 'apply_patch',
        description: 'Patch',
        format: { type: 'grammar', syntax: 'lark', definition: 'x' },
      },
      { type: 'web_search', external_web_access: false },
    ],
    tool_choice: 'auto',
    parallel_tool_calls: true,
    reasoning: { effort: 'medium', summary: 'auto' },
    store: false,
    stream: true,
    include: ['reasoning.encrypted_content'],
    prompt_cache_key: '0199',
    client_metadata: { 'x-codex-installation-id': 'i' },
    text: { verbosity: 'low' },
  };

  it('loses only what no other backend has', () => {
    const { call, warned } = readWith(codex);
    expect(warned).toEqual(['tools[3].format', 'tools[4]']);
    expect(call).toMatchObject({
      model: 'gpt-5-codex',
      toolChoice: { mode: 'auto' },
      parallelTools: true,
      reasoning: { effort: 'medium', showsThoughts: true },
      verbosity: 'low',
      extra: {},
    });
    expect(call.tools.map(({ name }) => name)).toEqual([
      'exec',
      'search',
      'mcp__docs____search',
      'apply_patch',
    ]);
    expect(call.messages.map(({ role }) => role)).toEqual([
      'system',
      'system',
      'user',
      'user',
      'assistant',
      'tool',
      'tool',
      'tool',
    ]);
    expect(call.messages[4]?.parts.map((part) => (part.type === 'tool-use' ? part.name : part.type))).toEqual(
      ['thinking', 'text', 'exec', 'mcp__docs____search', 'apply_patch'],
    );
    expect(call.messages[6]?.parts).toEqual([{ type: 'image', url: 'data:image/png;base64,AA==' }]);
  });

  it('can be written for OpenAI again, thoughts included', () => {
    const quirks = { ...ordinaryQuirks, developerRole: true };
    const writing = { isStream: true, warnings: new Warnings(), quirks, outputTokensMax: undefined };
    const body = openAiResponses.writeRequest?.(read(codex), writing);
    expect(body).toMatchObject({
      instructions: 'You are a coding agent.\n\nsandbox: read-only',
      include: ['reasoning.encrypted_content'],
      reasoning: { effort: 'medium', summary: 'auto' },
      store: false,
      stream: true,
    });
    const items = body?.['input'] as JsonObject[];
    expect(items.map(({ type }) => type)).toEqual([
      ...['message', 'message', 'reasoning', 'message', 'function_call', 'function_call', 'function_call'],
      ...['function_call_output', 'function_call_output', 'function_call_output'],
    ]);
    expect(items[2]).toEqual(codex.input[3]);
  });
});
