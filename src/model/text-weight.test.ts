import { describe, expect, it } from 'vitest';
import type { JsonValue } from './json.ts';
import { weighText } from './text-weight.ts';

const hello = 'Hello, world';
const bytes = hello.length;

describe('the weight of a question', () => {
  it.each<[string, JsonValue]>([
    ['chat', { model: 'm', messages: [{ role: 'user', content: hello }] }],
    ['chat, in parts', { messages: [{ role: 'user', content: [{ type: 'text', text: hello }] }] }],
    ['Gemini', { contents: [{ role: 'user', parts: [{ text: hello }] }] }],
    [
      'Responses',
      { input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: hello }] }] },
    ],
  ])('is that of what is said, and of a turn: %s', (_dialect, question) => {
    expect(weighText(question)).toEqual({ textBytes: bytes, messages: 1, files: 0 });
  });

  it('is the same whatever stands beside what is said', () => {
    const plain = { messages: [{ role: 'user', content: hello }] };
    const dressed = {
      ...plain,
      model: 'a-long-name-of-a-model',
      max_tokens: 1000,
      temperature: 0.5,
      stream: true,
      metadata: { user_id: 'x'.repeat(300) },
      prompt_cache_key: 'key',
      messages: [
        { role: 'user', content: [{ type: 'text', text: hello, cache_control: { type: 'ephemeral' } }] },
      ],
    };
    expect(weighText(dressed)).toEqual(weighText(plain));
  });

  it.each<[string, JsonValue]>([
    ['system', { system: hello }],
    ['systemInstruction', { systemInstruction: { parts: [{ text: hello }] } }],
    ['instructions', { instructions: hello }],
    ['prompt', { prompt: hello }],
    ['input', { input: hello }],
    ['a nested request', { generateContentRequest: { contents: [{ parts: [{ text: hello }] }] } }],
  ])('has texts wherever they stand: %s', (_place, question) => {
    expect(weighText(question)).toMatchObject({ textBytes: bytes, files: 0 });
  });

  it('has the schemas of tools with the names in them, and what tools were called with', () => {
    const schema = { type: 'object', properties: { city: { type: 'string' } } };
    const tools = [{ name: 'look_up', input_schema: schema }];
    expect(weighText({ tools }).textBytes).toBe(
      'namelook_upinput_schematypeobjectpropertiescitytypestring'.length,
    );
    const use = { type: 'tool_use', id: 'toolu_1', name: 'f', input: { city: 'Köln', days: 3 } };
    expect(weighText({ messages: [{ role: 'assistant', content: [use] }] }).textBytes).toBe(
      'fcityKoelndays'.length + 4,
    );
  });

  it.each<[string, JsonValue]>([
    ['chat', { type: 'image_url', image_url: { url: 'https://x/y.png' } }],
    ['Anthropic', { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA' } }],
    ['Responses', { type: 'input_image', image_url: 'https://x/y.png' }],
    ['Gemini', { inlineData: { mimeType: 'image/png', data: 'AA' } }],
    ['a document in base64', { type: 'file', file: { file_data: 'iVBORw0K'.repeat(1000) } }],
  ])('has a picture as one, whatever its letters: %s', (_dialect, part) => {
    expect(weighText({ messages: [{ role: 'user', content: [part] }] })).toEqual({
      textBytes: 0,
      messages: 1,
      files: 1,
    });
  });

  it.each([['山高水長'.repeat(1_000)], ['iVBORw0K'.repeat(1_000)]])(
    'has a text for one, however long it goes on without a blank',
    (said) => {
      expect(weighText({ messages: [{ role: 'user', content: [{ type: 'text', text: said }] }] })).toEqual({
        textBytes: Buffer.byteLength(said),
        messages: 1,
        files: 0,
      });
    },
  );

  it('has as many pictures as Ollama is sent, and no signatures', () => {
    const said = { role: 'user', content: hello, images: ['AA', 'BB'] };
    const thought = { type: 'thinking', thinking: 'hm', signature: 'x'.repeat(5000) };
    expect(weighText({ messages: [said, { role: 'assistant', content: [thought] }] })).toEqual({
      textBytes: bytes + 2,
      messages: 2,
      files: 2,
    });
  });

  it('has tokens that came as numbers', () => {
    expect(weighText({ input: [[1, 2, 3]] }).textBytes).toBe(12);
  });

  it.each([undefined, null, 'text', 7, [], {}])('of what is no question is nothing: %j', (value) => {
    expect(weighText(value)).toEqual({ textBytes: 0, messages: 0, files: 0 });
  });
});
