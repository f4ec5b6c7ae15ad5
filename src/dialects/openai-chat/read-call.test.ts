import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { readCall } from './read-call.ts';

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
      toolChoice: undefined,
      outputTokensMax: undefined,
      temperature: undefined,
      topP: undefined,
      stop: [],
      choices: 1,
      responseFormat: undefined,
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
    expect(call.extra).toEqual({ seed: 7, vendor_thing: { a: 1 } });
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
    [
      { messages: [hello], tools: [{ type: 'custom', custom: { name: 'c' } }] },
      'unsupported_parameter',
      'tools[0].type',
    ],
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
