import { describe, expect, it } from 'vitest';
import type { GenerationCall, Message } from '../../model/call.ts';
import type { CallEvent } from '../../model/call-event.ts';
import { Warnings } from '../../model/warnings.ts';
import type { InHouseOptions, TimedEvent } from '../provider.ts';
import echo from './echo.ts';

const options = { isStream: false, quirks: {}, createdS: 99 };

function user(text: string): Message {
  return { role: 'user', parts: [{ type: 'text', text }] };
}

function call(messages: readonly Message[], changes: Partial<GenerationCall> = {}): GenerationCall {
  return {
    kind: 'generation',
    model: 'echo',
    messages,
    tools: [],
    stop: [],
    choices: 1,
    extra: {},
    ...changes,
  };
}

function answer(
  asked: Parameters<NonNullable<typeof echo.inHouse>['answer']>[0],
  changes: Partial<InHouseOptions> = {},
) {
  return [...(echo.inHouse?.answer(asked, { ...options, warnings: new Warnings(), ...changes }) ?? [])];
}

function textOf(timed: readonly TimedEvent[]): string {
  return timed.map(({ event }) => (event.type === 'text-delta' ? event.text : '')).join('');
}

function find<T extends CallEvent['type']>(timed: readonly TimedEvent[], type: T) {
  const events = timed.map(({ event }) => event);
  return events.filter((event): event is Extract<CallEvent, { type: T }> => event.type === type);
}

describe('echo', () => {
  it('says the last thing the user said (002-4)', () => {
    const talk = [user('first'), user('Hello local'), { ...user('no'), role: 'assistant' as const }];
    expect(answer(call(talk)).map(({ event }) => event)).toEqual([
      { type: 'answer-start', model: 'echo', createdS: 99 },
      { type: 'text-delta', choice: 0, text: 'Echo: Hello local' },
      { type: 'usage', usage: { inputTokens: 5, outputTokens: 5 } },
      { type: 'choice-end', choice: 0, reason: 'stop' },
      { type: 'answer-end' },
    ]);
  });

  it('has something to say even where the user said nothing', () => {
    expect(textOf(answer(call([])))).toBe('Echo: ');
    const image: Message = { role: 'user', parts: [{ type: 'image', url: 'data:,' }] };
    expect(textOf(answer(call([user('first'), image])))).toBe('Echo: ');
    expect(textOf(answer(call([]), { isStream: true }))).toBe('Echo: ');
  });

  it('types word by word when it streams (002-9), and loses no blank', () => {
    const text = '  two  words\n\nand more ';
    const timed = answer(call([user(text)]), { isStream: true });
    expect(textOf(timed)).toBe(`Echo: ${text}`);
    const words = timed.filter(({ event }) => event.type === 'text-delta');
    expect(words.map(({ event }) => 'text' in event && event.text)).toEqual([
      'Echo:',
      '   two',
      '  words',
      '\n\nand',
      ' more',
      ' ',
    ]);
    expect(words.map(({ waitMs }) => waitMs)).toEqual([0, 50, 50, 50, 50, 50]);
  });

  it.each([
    [0, 0],
    [7, 7],
    [-1, 50],
    ['fast', 50],
  ])('pauses as word_delay_ms says: %j', (word_delay_ms, waitMs) => {
    const timed = answer(call([user('a b')]), { isStream: true, quirks: { word_delay_ms } });
    expect(timed.filter(({ event }) => event.type === 'text-delta').map((word) => word.waitMs)).toEqual([
      0,
      waitMs,
      waitMs,
    ]);
  });

  it.each([
    [3, {}, 'Echo: Füßl', 'length'],
    [4, {}, 'Echo: Füßlein', 'stop'],
    [8, { usage: 'characters' }, 'Echo: Fü', 'length'],
  ])('says no more than %i tokens as it counts them (%j)', (outputTokensMax, quirks, text, reason) => {
    for (const isStream of [false, true]) {
      const timed = answer(call([user('Füßlein')], { outputTokensMax }), { isStream, quirks });
      expect(textOf(timed)).toBe(text);
      expect(find(timed, 'choice-end')).toEqual([{ type: 'choice-end', choice: 0, reason }]);
      const [told] = find(timed, 'usage');
      expect(told?.usage.outputTokens).toBeLessThanOrEqual(outputTokensMax);
    }
  });

  it('answers whole at once, without a pause', () => {
    const timed = answer(call([user('a b')]));
    expect(timed.every(({ waitMs }) => waitMs === 0)).toBe(true);
    expect(find(timed, 'text-delta')).toHaveLength(1);
  });

  it('counts as 002 did where told to (002-12)', () => {
    const quirks = { usage: 'characters' };
    expect(find(answer(call([user('Hello local')]), { quirks }), 'usage')[0]?.usage).toEqual({
      inputTokens: 0,
      outputTokens: 17,
    });
    expect(find(answer(call([user('é😀')]), { quirks }), 'usage')[0]?.usage.outputTokens).toBe(8);
  });

  it('gives as many answers as were asked for, within reason', () => {
    const timed = answer(call([user('a')], { choices: 2 }), { isStream: true });
    expect(find(timed, 'text-delta').map((event) => event.choice)).toEqual([0, 1, 0, 1]);
    expect(find(timed, 'choice-end').map((event) => event.choice)).toEqual([0, 1]);
    expect(() => answer(call([], { choices: 1e9 }))).toThrow(/"n" must be at most/);
  });

  it.each<[string, Partial<GenerationCall>]>([
    ['response_format', { responseFormat: { type: 'json-schema', name: 'n', schema: {} } }],
    ['response_format', { responseFormat: { type: 'json-object' } }],
    ['logprobs', { logprobs: { alternatives: 0 } }],
    ['tool_choice', { tools: [{ name: 'f' }], toolChoice: { mode: 'required' } }],
    ['tool_choice', { tools: [{ name: 'f' }], toolChoice: { mode: 'tool', name: 'f' } }],
    ['suffix', { suffix: 'x' }],
  ])('tells that it does nothing about %s', (param, changes) => {
    const warnings = new Warnings();
    answer(call([user('a')], changes), { warnings });
    expect(warnings.asHeader()).toBe(`dropped;param=${param};reason=unsupported_by_backend`);
  });

  it('says nothing of what it would do anyway', () => {
    const warnings = new Warnings();
    const tools = [{ name: 'f' }];
    answer(call([user('a')], { responseFormat: { type: 'text' }, tools, toolChoice: { mode: 'auto' } }), {
      warnings,
    });
    expect(warnings.list).toEqual([]);
  });

  it('embeds: the same text always gives the same vector of length 1', () => {
    const ask = (inputs: readonly (string | number[])[], dimensions?: number) =>
      find(answer({ kind: 'embeddings', model: 'echo', inputs, dimensions, extra: {} }), 'embedding');
    const [one, two, again] = ask(['a', 'b', 'a']);
    expect(one?.vector).toHaveLength(8);
    expect(again).toEqual({ ...one, index: 2 });
    expect(two?.vector).not.toEqual(one?.vector);
    expect(Math.hypot(...(one?.vector ?? []))).toBeCloseTo(1, 5);
    expect(one?.vector.every((value) => value === Math.fround(value))).toBe(true);
    expect(ask(['a'], 3)[0]?.vector).toHaveLength(3);
    expect(ask([[1, 2]])[0]?.vector).toHaveLength(8);
    expect(() => ask(['a'], 1e9)).toThrow(/"dimensions" must be at most/);
  });

  it('counts what it embeds', () => {
    const timed = answer({ kind: 'embeddings', model: 'echo', inputs: ['12345', [1, 2, 3]], extra: {} });
    expect(find(timed, 'usage')[0]?.usage).toEqual({ inputTokens: 5, outputTokens: 0 });
  });

  it('counts what it would have read, where that is the question', () => {
    const timed = answer({ kind: 'count', model: 'echo', of: call([user('Hello local'), user('12345')]) });
    expect(timed.map(({ event }) => event)).toEqual([
      { type: 'answer-start', model: 'echo', createdS: 99 },
      { type: 'usage', usage: { inputTokens: 5, outputTokens: 0 } },
      { type: 'choice-end', choice: 0, reason: 'stop' },
      { type: 'answer-end' },
    ]);
  });

  it('paints real pictures of the size asked for, up to a limit, each its own colour', () => {
    const warnings = new Warnings();
    const ask = (count: number, size?: { width: number; height: number }) =>
      find(answer({ kind: 'images', model: 'echo', prompt: 'a cat', count, size }, { warnings }), 'image');
    const sizeOf = (base64: string) => {
      const png = Buffer.from(base64, 'base64');
      return [png.readUInt32BE(16), png.readUInt32BE(20)];
    };
    const pictures = ask(3);
    expect(new Set(pictures.map((picture) => picture.base64)).size).toBe(3);
    expect(ask(3)).toEqual(pictures);
    expect(pictures.map((picture) => picture.mediaType)).toEqual(['image/png', 'image/png', 'image/png']);
    expect(sizeOf(pictures[0]?.base64 ?? '')).toEqual([256, 256]);
    expect(sizeOf(ask(1, { width: 64, height: 32 })[0]?.base64 ?? '')).toEqual([64, 32]);
    expect(warnings.list).toEqual([]);
    expect(sizeOf(ask(1, { width: 99_999, height: 512 })[0]?.base64 ?? '')).toEqual([1024, 512]);
    expect(warnings.asHeader()).toBe('changed;param=size;reason=largest_there_is');
  });
});
