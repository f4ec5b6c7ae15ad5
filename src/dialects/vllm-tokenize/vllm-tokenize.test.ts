import { describe, expect, it } from 'vitest';
import type { GenerationCall, Message, Part } from '../../model/call.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import { Warnings } from '../../model/warnings.ts';
import type { Writing } from '../dialect.ts';
import { ordinaryQuirks } from '../wire-quirks.ts';
import { vllmTokenize } from './vllm-tokenize.ts';

const answerReading = { warnings: new Warnings(), quirks: ordinaryQuirks };
const address = { route: '', model: undefined, query: '' };

function write(of: Partial<GenerationCall>) {
  const writing: Writing = {
    isStream: false,
    outputTokensMax: undefined,
    quirks: ordinaryQuirks,
    warnings: new Warnings(),
  };
  const base = {
    kind: 'generation',
    model: 'inner',
    messages: [],
    tools: [],
    stop: [],
    choices: 1,
    extra: {},
  } as const;
  const body = vllmTokenize.writeRequest?.({ kind: 'count', model: 'm', of: { ...base, ...of } }, writing);
  return { body, warnings: writing.warnings.list };
}

function message(role: Message['role'], parts: readonly Part[], more: Partial<Message> = {}): Message {
  return { role, parts, ...more };
}

describe('a talk to be counted', () => {
  it('goes as chat would have it, with the beginning of the answer', () => {
    const messages = [
      message('system', [{ type: 'text', text: 'Be brief.' }]),
      message('user', [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ]),
      message('assistant', [
        { type: 'thinking', text: 'hm' },
        { type: 'text', text: 'c' },
        { type: 'tool-use', id: 'c1', name: 'f', arguments: '{"x":1}' },
      ]),
      message('tool', [{ type: 'text', text: '5' }], { toolUseId: 'c1' }),
    ];
    const tools = [{ name: 'f', description: 'd', parameters: { type: 'object' } }, { name: 'g' }];
    expect(write({ messages, tools })).toEqual({
      body: {
        model: 'm',
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'a\nb' },
          {
            role: 'assistant',
            content: 'c',
            tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{"x":1}' } }],
          },
          { role: 'tool', content: '5', tool_call_id: 'c1' },
        ],
        tools: [
          { type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object' } } },
          { type: 'function', function: { name: 'g' } },
        ],
        add_generation_prompt: true,
      },
      warnings: [],
    });
  });

  it.each([
    ['', '{}'],
    ['{"a":', '{"_raw":"{\\"a\\":"}'],
    ['[1]', '{"_raw":"[1]"}'],
  ])('arguments the server could not parse (%j) become an object', (written, sent) => {
    const use: Part = { type: 'tool-use', id: 'c', name: 'f', arguments: written };
    const { body } = write({ messages: [message('assistant', [use])] });
    expect(body?.['messages']).toMatchObject([{ tool_calls: [{ function: { arguments: sent } }] }]);
  });

  it('says what it does not count', () => {
    const picture: Part = { type: 'image', url: 'https://x/y.png' };
    const { body, warnings } = write({ messages: [message('user', [{ type: 'text', text: 'a' }, picture])] });
    expect(body?.['messages']).toEqual([{ role: 'user', content: 'a' }]);
    expect(warnings).toEqual([
      { action: 'estimated', param: 'messages[0].content[1]', reason: 'not_counted' },
    ]);
  });
});

describe('a count', () => {
  it.each([
    [{ count: 3, max_model_len: 4096, tokens: [1, 2, 3] }, 3],
    [{ tokens: [1, 2] }, 2],
  ])('%j is the usage of the question', (answer, inputTokens) => {
    expect(vllmTokenize.hearWhole(answer).error).toBeUndefined();
    expect(vllmTokenize.eventsOfWhole(answer, answerReading)).toEqual([
      { type: 'answer-start', model: '' },
      { type: 'usage', usage: { inputTokens, outputTokens: 0 } },
      { type: 'choice-end', choice: 0, reason: 'stop' },
      { type: 'answer-end' },
    ]);
  });

  it.each([{ error: { message: 'no' } }, { detail: 'Not Found' }, { count: 'many' }, {}, null, [1], 'x'])(
    'a failure is one: %j',
    (answer) => {
      expect(vllmTokenize.eventsOfWhole(answer, answerReading)).toEqual([
        expect.objectContaining({ type: 'error' }),
      ]);
      expect(vllmTokenize.hearWhole(answer).error).toBeDefined();
    },
  );

  it('is nothing clients can ask for here, and nothing but a count can be asked', () => {
    expect(vllmTokenize.routes).toEqual([]);
    expect(() => vllmTokenize.readCall({}, { address, warnings: new Warnings() })).toThrow(GatewayError);
    expect(() => vllmTokenize.readAsked({}, address)).toThrow(/not open to clients/);
    const call = { kind: 'images', model: 'm', prompt: 'p', count: 1 } as const;
    const writing = { ...answerReading, isStream: false, outputTokensMax: undefined };
    expect(() => vllmTokenize.writeRequest?.(call, writing)).toThrow(/only count/);
  });
});
