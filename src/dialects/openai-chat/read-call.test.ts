import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { Warnings } from '../../model/warnings.ts';
import { readCall as readCallWith } from './read-call.ts';

const address = { route: '/v1/chat/completions', model: undefined, query: '' };

function readCall(body: JsonObject, warnings = new Warnings()) {
  return readCallWith(body, { address, warnings });
}

const hello = { role: 'user', content: 'Hello' };

function messagesOf(...messages: JsonObject[]) {
  return readCall({ messages }).messages;
}

function complaint(body: JsonObject): [string, string | undefined] {
  try {
    readCall(body);
  } catch (error) {
    if (error instanceof GatewayError) return [error.code, error.details.param];
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('readCall of chat', () => {
  it('reads the smallest request', () => {
    expect(readCall({ model: 'm', messages: [hello] })).toEqual({
      kind: 'generation',
      model: 'm',
      messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hello' }], name: undefined }],
      tools: [],
      stop: [],
      choices: 1,
      extra: {},
    });
  });

  it('reads limits, and keeps under `extra` what has no place', () => {
    const call = readCall({
      messages: [hello],
      max_tokens: 5,
      temperature: 0.5,
      top_p: 0.9,
      stop: 'END',
      n: 2,
      stream: true,
      stream_options: {},
      seed: 7,
      logit_bias: null,
      vendor_thing: { a: 1 },
    });
    expect(call).toMatchObject({
      outputTokensMax: 5,
      temperature: 0.5,
      topP: 0.9,
      stop: ['END'],
      choices: 2,
    });
    expect(call.seed).toBe(7);
    expect(call.extra).toEqual({ vendor_thing: { a: 1 } });
    expect(readCall({ messages: [hello], stop: ['a', 'b'] }).stop).toEqual(['a', 'b']);
  });

  it('gives developer and system one role, and keeps names', () => {
    const read = messagesOf({ role: 'developer', content: 'a' }, { role: 'system', content: 'b', name: 'n' });
    expect(read).toMatchObject([{ role: 'system' }, { role: 'system', name: 'n' }]);
  });

  it('reads every kind of part', () => {
    const content = [
      { type: 'text', text: 'Look' },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AA', detail: 'low' } },
      { type: 'image_url', image_url: 'https://example.org/a.png' },
      { type: 'input_audio', input_audio: { data: 'AA', format: 'wav' } },
      { type: 'file', file: { file_data: 'data:application/pdf;base64,AA', filename: 'a.pdf' } },
      { type: 'file', file: { file_id: 'file-1' } },
    ];
    expect(messagesOf({ role: 'user', content })[0]?.parts).toEqual([
      { type: 'text', text: 'Look' },
      { type: 'image', url: 'data:image/png;base64,AA', detail: 'low' },
      { type: 'image', url: 'https://example.org/a.png' },
      { type: 'audio', base64: 'AA', format: 'wav' },
      { type: 'file', url: 'data:application/pdf;base64,AA', fileId: undefined, name: 'a.pdf' },
      { type: 'file', url: undefined, fileId: 'file-1', name: undefined },
    ]);
  });

  it.each([
    [{ url: 'data:image/png;base64,!secret!' }],
    [{ url: 'data:image/png;base64,' }],
    ['data:secret'],
  ])('a picture in a data: URL that cannot be decoded is refused by its place: %j', (image_url) => {
    const messages = [{ role: 'user', content: [{ type: 'image_url', image_url }] }];
    const param = 'messages[0].content[0].image_url';
    for (const warnings of [new Warnings(), new Warnings(true)]) {
      expect(() => readCall({ messages }, warnings)).toThrow(
        expect.objectContaining({
          code: 'invalid_request',
          details: { param },
          message: expect.not.stringContaining('secret'),
        }),
      );
    }
  });

  it('reads all an assistant may have said', () => {
    const tool_calls = [{ id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"a":' } }];
    const said = { role: 'assistant', content: 'a', refusal: 'No.', reasoning_content: 'hm', tool_calls };
    expect(messagesOf(said, { role: 'tool', tool_call_id: 'call_1', content: 'b' })).toMatchObject([
      {
        parts: [
          { type: 'thinking', text: 'hm' },
          { type: 'text', text: 'a' },
          { type: 'refusal', text: 'No.' },
          { type: 'tool-use', id: 'call_1', name: 'f', arguments: '{"a":' },
        ],
      },
      { role: 'tool', toolUseId: 'call_1', parts: [{ type: 'text', text: 'b' }] },
    ]);
    expect(messagesOf({ role: 'assistant', content: null, reasoning: 'hm' })[0]?.parts).toEqual([
      { type: 'thinking', text: 'hm' },
    ]);
  });

  it('joins calls and results that have no ids: the old form, and a sloppy new one', () => {
    const old = messagesOf(
      { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
      { role: 'function', name: 'f', content: '1' },
    );
    expect(old).toMatchObject([
      { parts: [{ type: 'tool-use', id: 'call_0_0', name: 'f', arguments: '{}' }] },
      { role: 'tool', name: 'f', toolUseId: 'call_0_0' },
    ]);
    const call = (name: string) => ({ type: 'function', function: { name } });
    const sloppy = messagesOf(
      { role: 'assistant', tool_calls: [call('f'), call('g')] },
      { role: 'tool', content: '1' },
      { role: 'tool', content: '2' },
    );
    expect(sloppy).toMatchObject([{}, { toolUseId: 'call_0_0' }, { toolUseId: 'call_0_1' }]);
  });

  it('reads tools in the new form and the old', () => {
    const parameters = { type: 'object' };
    const spec = { name: 'f', description: 'd', parameters, strict: true };
    const tool = { name: 'f', description: 'd', parameters, strict: true };
    expect(readCall({ messages: [hello], tools: [{ type: 'function', function: spec }] }).tools).toEqual([
      tool,
    ]);
    expect(readCall({ messages: [hello], functions: [spec], function_call: { name: 'f' } })).toMatchObject({
      tools: [tool],
      toolChoice: { mode: 'tool', name: 'f' },
    });
  });

  it.each<[JsonValue, object | undefined]>([
    ['auto', { mode: 'auto' }],
    ['none', { mode: 'none' }],
    ['required', { mode: 'required' }],
    [
      { type: 'function', function: { name: 'f' } },
      { mode: 'tool', name: 'f' },
    ],
    [{ type: 'allowed_tools', allowed_tools: { mode: 'required', tools: [] } }, { mode: 'required' }],
    [null, undefined],
  ])('reads the tool choice %j', (tool_choice, wanted) => {
    const tools = [{ type: 'function', function: { name: 'f' } }];
    expect(readCall({ messages: [hello], tools, tool_choice }).toolChoice).toEqual(wanted);
  });

  it('drops a tool choice without tools, and tools that are not allowed', () => {
    expect(readCall({ messages: [hello], tools: [], tool_choice: 'auto' }).toolChoice).toBeUndefined();
    const tools = ['f', 'g'].map((name) => ({ type: 'function', function: { name } }));
    const allowed_tools = { mode: 'auto', tools: [{ type: 'function', function: { name: 'g' } }] };
    const call = readCall({
      messages: [hello],
      tools,
      tool_choice: { type: 'allowed_tools', allowed_tools },
    });
    expect(call.tools.map((tool) => tool.name)).toEqual(['g']);
  });

  it.each<[JsonValue, object | undefined]>([
    [{ type: 'text' }, { type: 'text' }],
    [{ type: 'json_object' }, { type: 'json-object' }],
    [
      { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object' }, strict: true } },
      { type: 'json-schema', name: 'n', schema: { type: 'object' }, strict: true },
    ],
    [null, undefined],
  ])('reads the response format %j', (response_format, wanted) => {
    expect(readCall({ messages: [hello], response_format }).responseFormat).toEqual(wanted);
  });

  it.each<[JsonObject, string, string]>([
    [{}, 'invalid_request', 'messages'],
    [{ messages: [{ role: 'user', content: 7 }] }, 'invalid_request', 'messages[0].content'],
    [{ messages: [{ role: 'user', content: [{}] }] }, 'invalid_request', 'messages[0].content[0].type'],
    [
      { messages: [{ role: 'user', content: [{ type: 'video' }] }] },
      'unsupported_parameter',
      'messages[0].content[0].type',
    ],
    [
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }] },
      'invalid_request',
      'messages[0].content[0].image_url.url',
    ],
    [
      { messages: [{ role: 'assistant', tool_calls: [{ id: 'a' }] }] },
      'invalid_request',
      'messages[0].tool_calls[0].function',
    ],
    [{ messages: [{ role: 'assistant', tool_calls: {} }] }, 'invalid_request', 'messages[0].tool_calls'],
    [{ messages: [hello], tools: [{ type: 'web_search' }] }, 'unsupported_parameter', 'tools[0].type'],
    [{ messages: [hello], tools: [{ type: 'custom' }] }, 'invalid_request', 'tools[0].custom'],
    [{ messages: [hello], seed: '7' }, 'invalid_request', 'seed'],
    [{ messages: [hello], parallel_tool_calls: 1 }, 'invalid_request', 'parallel_tool_calls'],
    [{ messages: [hello], reasoning_effort: 'much' }, 'invalid_request', 'reasoning_effort'],
    [{ messages: [hello], logprobs: 2 }, 'invalid_request', 'logprobs'],
    [{ messages: [hello], top_logprobs: -1 }, 'invalid_request', 'top_logprobs'],
    [{ messages: [hello], modalities: ['text', 'audio'] }, 'unsupported_parameter', 'modalities'],
    [{ messages: [hello], audio: { voice: 'a' } }, 'unsupported_parameter', 'audio'],
    [{ messages: [hello], moderation: { mode: 'block' } }, 'unsupported_parameter', 'moderation'],
    [
      { messages: [hello], tools: [{ type: 'function', function: {} }] },
      'invalid_request',
      'tools[0].function.name',
    ],
    [{ messages: [hello], temperature: 'hot' }, 'invalid_request', 'temperature'],
    [{ messages: [hello], stop: [1] }, 'invalid_request', 'stop'],
    [
      { messages: [hello], response_format: { type: 'xml' } },
      'unsupported_parameter',
      'response_format.type',
    ],
  ])('refuses %j', (body, code, param) => {
    expect(complaint(body)).toEqual([code, param]);
  });
});

function warned(body: JsonObject, isLenient = false): string[] {
  const warnings = new Warnings(isLenient);
  readCall({ messages: [hello], ...body }, warnings);
  return warnings.list.map((one) => `${one.action} ${one.param}`);
}

describe('readCall of chat, letter by letter', () => {
  it('reads what has a place', () => {
    const body = {
      top_k: 40,
      min_p: 0.1,
      seed: 7,
      frequency_penalty: 0.5,
      presence_penalty: -0.5,
      logprobs: true,
      top_logprobs: 3,
      verbosity: 'low',
      user: 'u',
      parallel_tool_calls: false,
      max_tokens: 1,
      max_completion_tokens: 2,
    };
    const call = readCall({ messages: [hello], ...body });
    expect(call).toMatchObject({
      topK: 40,
      minP: 0.1,
      seed: 7,
      frequencyPenalty: 0.5,
      presencePenalty: -0.5,
      logprobs: { alternatives: 3 },
      verbosity: 'low',
      user: 'u',
      parallelTools: false,
      outputTokensMax: 2,
      extra: {},
    });
    expect(readCall({ messages: [hello], safety_identifier: 's', user: 'u' }).user).toBe('s');
    expect(readCall({ messages: [hello], logprobs: false, top_logprobs: 3 }).logprobs).toBeUndefined();
  });

  it('leaves out what is book-keeping, without a word (D)', () => {
    const body = {
      metadata: { a: 'b' },
      store: true,
      service_tier: 'auto',
      prompt_cache_key: 'k',
      prompt_cache_retention: '24h',
      moderation: { mode: 'log' },
      modalities: ['text'],
      stream_options: { include_obfuscation: false },
    };
    expect(readCall({ messages: [hello], ...body }).extra).toEqual({});
    expect(warned(body)).toEqual([]);
  });

  it('warns of what only nudges or adds (W)', () => {
    expect(warned({ prediction: { type: 'content', content: 'a' } })).toEqual(['dropped prediction']);
  });

  it('only warns of refusals on a lenient route', () => {
    const body = {
      moderation: { mode: 'block' },
      audio: { voice: 'a' },
      tools: [{ type: 'web_search' }],
      response_format: { type: 'xml' },
    };
    expect(warned(body, true)).toEqual([
      'dropped audio',
      'dropped moderation',
      'dropped tools[0].type',
      'dropped response_format.type',
    ]);
  });

  it('keeps what vendors know for whoever knows it', () => {
    const extra = {
      logit_bias: { '1': 5 },
      options: { num_ctx: 4096 },
      keep_alive: '5m',
      num_ctx: 4096,
      think: true,
      format: 'json',
      repeat_penalty: 1.1,
      mirostat: 2,
      web_search_options: {},
      modalities: ['image', 'text'],
    };
    expect(readCall({ messages: [hello], ...extra }).extra).toEqual(extra);
  });

  it.each<[JsonObject, object | undefined]>([
    [{}, undefined],
    [{ reasoning_effort: 'xhigh' }, { effort: 'xhigh' }],
    [{ reasoning: { effort: 'low' } }, { effort: 'low' }],
    [{ reasoning: { max_tokens: 2000, exclude: true } }, { budgetTokens: 2000, showsThoughts: false }],
    [{ reasoning: { enabled: true } }, { isAdaptive: true }],
    [{ reasoning: {} }, undefined],
    [{ reasoning: 'much' }, undefined],
    [{ enable_thinking: false }, { effort: 'none' }],
    [{ enable_thinking: true, thinking_budget: 500 }, { budgetTokens: 500 }],
    [{ chat_template_kwargs: { enable_thinking: true } }, { isAdaptive: true }],
    [{ thinking: { type: 'enabled', budget_tokens: 1024 } }, { budgetTokens: 1024 }],
    [{ thinking: { type: 'disabled' } }, { effort: 'none' }],
    [{ include_reasoning: false }, { showsThoughts: false }],
  ])('reads how much to think from %j', (body, wanted) => {
    expect(readCall({ messages: [hello], ...body }).reasoning).toEqual(wanted);
  });

  it('goes by the address of a deployment', () => {
    const azure = { route: '/openai/deployments/{model}/chat/completions', model: 'dep', query: '' };
    const asked = { address: azure, warnings: new Warnings() };
    expect(readCallWith({ model: 'm', messages: [hello] }, asked).model).toBe('dep');
  });

  it('dresses free-form tools, their choice and their calls as functions', () => {
    const format = { type: 'grammar', grammar: {} };
    const tools = [{ type: 'custom', custom: { name: 'sh', description: 'd', format } }];
    const called = { id: 'c', type: 'custom', custom: { name: 'sh', input: 'ls "a"' } };
    const body = {
      messages: [hello, { role: 'assistant', tool_calls: [called] }],
      tools,
      tool_choice: { type: 'custom', custom: { name: 'sh' } },
    };
    const warnings = new Warnings();
    const call = readCall(body, warnings);
    expect(call.tools).toMatchObject([
      { name: 'sh', parameters: { properties: { input: { type: 'string' } } } },
    ]);
    expect(call.toolChoice).toEqual({ mode: 'tool', name: 'sh' });
    expect(call.messages[1]?.parts).toEqual([
      { type: 'tool-use', id: 'c', name: 'sh', arguments: '{"input":"ls \\"a\\""}' },
    ]);
    expect(warnings.list).toMatchObject([{ action: 'dropped', param: 'tools[0].custom.format' }]);
  });

  it('reads cache marks in either form', () => {
    const content = [
      { type: 'text', text: 'a', cache_control: { type: 'ephemeral', ttl: '1h' } },
      { type: 'text', text: 'b', prompt_cache_breakpoint: { mode: 'explicit', ttl: '30m' } },
      { type: 'text', text: 'c', cache_control: { type: 'ephemeral' } },
    ];
    const [message] = messagesOf({ role: 'user', content });
    expect(message?.parts.map((part) => part.cache)).toEqual([{ ttl: '1h' }, { ttl: '5m' }, {}]);
  });

  it('reads signatures with their origin', () => {
    const google = { google: { thought_signature: 'sig' } };
    const tool_calls = [{ id: 'c', function: { name: 'f' }, extra_content: google }];
    const reasoning_details = [
      { type: 'reasoning.text', signature: 'gw1:anthropic:abc' },
      { type: 'reasoning.encrypted', data: 'xyz' },
    ];
    const said = { role: 'assistant', content: null, reasoning: 'hm', reasoning_details, tool_calls };
    expect(messagesOf(said)[0]?.parts).toEqual([
      { type: 'thinking', text: 'hm', signature: { origin: 'anthropic', value: 'abc' } },
      { type: 'redacted-thinking', signature: { origin: 'openai', value: 'xyz' } },
      { type: 'tool-use', id: 'c', name: 'f', arguments: '', signature: { origin: 'gemini', value: 'sig' } },
    ]);
  });

  it('reads marked signatures of whatever origin', () => {
    const google = { google: { thought_signature: 'gw1:gemini:sig' } };
    const tool_calls = [{ id: 'c', function: { name: 'f' }, extra_content: google }];
    const reasoning_details = [{ type: 'reasoning.encrypted', data: 'gw1:openai:xyz' }];
    const said = { role: 'assistant', content: null, reasoning_details, tool_calls };
    expect(messagesOf(said)[0]?.parts).toMatchObject([
      { type: 'redacted-thinking', signature: { origin: 'openai', value: 'xyz' } },
      { type: 'tool-use', signature: { origin: 'gemini', value: 'sig' } },
    ]);
  });

  it('takes the text of thoughts from their details once', () => {
    const reasoning_details = [{ type: 'reasoning.text', text: 'hm', signature: 's' }];
    const said = { role: 'assistant', content: 'a', reasoning: 'hm', reasoning_details };
    expect(messagesOf(said)[0]?.parts).toMatchObject([{ type: 'thinking', text: 'hm' }, { type: 'text' }]);
  });

  it('reads the pictures an assistant made, and tells of its lost voice', () => {
    const images = [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } }, 7];
    const warnings = new Warnings();
    const body = { messages: [{ role: 'assistant', content: 'a', images, audio: { id: 'x' } }] };
    expect(readCall(body, warnings).messages[0]?.parts).toMatchObject([{ type: 'text' }, { type: 'image' }]);
    expect(warnings.list).toMatchObject([{ param: 'messages[0].audio' }]);
  });

  it('warns that only allowed tools go on', () => {
    const tools = [{ type: 'function', function: { name: 'f' } }];
    const allowed_tools = { mode: 'auto', tools };
    expect(warned({ tools, tool_choice: { type: 'allowed_tools', allowed_tools } })).toEqual([
      'changed tool_choice',
    ]);
  });

  it('never fails but by a GatewayError, whatever the JSON', () => {
    const names = ['content', 'tool_calls', 'reasoning_details', 'images', 'function_call', 'audio'];
    const anyMessage = fc.tuple(
      fc.constantFrom('user', 'assistant', 'tool', 'system'),
      fc.constantFrom(...names),
    );
    const wholes = [
      'tools',
      'tool_choice',
      'response_format',
      'reasoning',
      'thinking',
      'moderation',
      'modalities',
    ];
    fc.assert(
      fc.property(anyMessage, fc.constantFrom(...wholes), fc.jsonValue(), ([role, name], whole, value) => {
        const message = { role, content: 'a', [name]: value } as JsonObject;
        try {
          readCall({ messages: [message], [whole]: value as JsonValue });
        } catch (error) {
          expect(error).toBeInstanceOf(GatewayError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a Responses body at the address of chat', () => {
  it('is read as the chat it could have been', () => {
    const body = {
      model: 'm',
      instructions: 'Be kind.',
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'Hi' },
            { type: 'input_image', image_url: 'https://x.org/a.png' },
          ],
        },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Yes?' }] },
        { type: 'reasoning', id: 'rs_1', summary: [] },
        { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c', output: '1' },
      ],
      tools: [{ type: 'function', name: 'f', parameters: { type: 'object' }, strict: true }],
      tool_choice: { type: 'function', name: 'f' },
      max_output_tokens: 9,
      reasoning: { effort: 'low' },
      text: { format: { type: 'json_schema', name: 'n', schema: {} }, verbosity: 'low' },
      include: [],
      truncation: 'auto',
    };
    expect(readCall(body)).toMatchObject({
      messages: [
        { role: 'system', parts: [{ text: 'Be kind.' }] },
        { role: 'user', parts: [{ text: 'Hi' }, { type: 'image', url: 'https://x.org/a.png' }] },
        { role: 'assistant', parts: [{ text: 'Yes?' }] },
        { role: 'assistant', parts: [{ type: 'tool-use', id: 'c', name: 'f', arguments: '{}' }] },
        { role: 'tool', toolUseId: 'c', parts: [{ text: '1' }] },
      ],
      tools: [{ name: 'f', strict: true }],
      toolChoice: { mode: 'tool', name: 'f' },
      outputTokensMax: 9,
      reasoning: { effort: 'low' },
      responseFormat: { type: 'json-schema', name: 'n' },
      verbosity: 'low',
      extra: {},
    });
    expect(readCall({ input: 'Hi' }).messages).toMatchObject([{ role: 'user', parts: [{ text: 'Hi' }] }]);
  });

  it.each<[JsonObject, string]>([
    [{ input: [{ type: 'item_reference', id: 'x' }] }, 'input[0].type'],
    [{ input: [{ role: 'user', content: [{ type: 'input_file' }] }] }, 'input[0].content[0].type'],
    [{ input: 'Hi', tools: [{ type: 'web_search' }] }, 'tools[0].type'],
  ])('is refused with the way out where it is more: %j', (body, param) => {
    expect(complaint(body)).toEqual(['unsupported_parameter', param]);
  });
});
