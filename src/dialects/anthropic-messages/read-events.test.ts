import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dressings, framesOf } from '../../../test/support/stream-cuts.ts';
import type { CallEvent } from '../../model/call-event.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { SseFrame } from '../../model/sse.ts';
import { Warnings } from '../../model/warnings.ts';
import { ordinaryQuirks } from '../wire-quirks.ts';
import { eventReader, eventsOfWhole } from './read-events.ts';

const sse = (...events: JsonObject[]): string =>
  events.map((event) => `event: ${event['type']}\ndata: ${JSON.stringify(event)}\n\n`).join('');

const begin = (id = 'msg_1', usage: JsonObject = { input_tokens: 5, output_tokens: 1 }): JsonObject => ({
  type: 'message_start',
  message: { id, type: 'message', role: 'assistant', model: 'claude', content: [], stop_reason: null, usage },
});
const block = (index: number, content_block: JsonObject, ...deltas: JsonObject[]): JsonObject[] => [
  { type: 'content_block_start', index, content_block },
  ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
  { type: 'content_block_stop', index },
];
const say = (text: string, index = 0) =>
  block(index, { type: 'text', text: '' }, { type: 'text_delta', text });
const tool = (name: string, ...pieces: string[]) =>
  block(
    0,
    { type: 'tool_use', id: 'toolu_1', name, input: {} },
    ...pieces.map((partial_json) => ({ type: 'input_json_delta', partial_json })),
  );
const finish = (stop_reason: string | null = 'end_turn', delta: JsonObject = {}): JsonObject => ({
  type: 'message_delta',
  delta: { stop_reason, stop_sequence: null, ...delta },
  usage: { output_tokens: 7 },
});
const stop: JsonObject = { type: 'message_stop' };

function readFrames(frames: readonly SseFrame[], warnings = new Warnings()): CallEvent[] {
  const reader = eventReader({ warnings, quirks: ordinaryQuirks });
  return [...frames.flatMap((frame) => reader.push(frame)), ...reader.end()];
}

const read = (events: JsonObject[], warnings?: Warnings) => readFrames(framesOf(sse(...events)), warnings);
const whole = (answer: JsonValue, warnings = new Warnings()) =>
  eventsOfWhole(answer, { warnings, quirks: ordinaryQuirks });
/** Without the events about the answer as a whole. */
const inner = (events: CallEvent[]) =>
  events.filter(({ type }) => !['answer-start', 'usage', 'answer-end'].includes(type));
const types = (events: CallEvent[]) => events.map(({ type }) => type);
const ended = (reason: string): object => ({ type: 'choice-end', choice: 0, reason });

describe('a stream', () => {
  const long = [
    begin(),
    { type: 'ping' },
    ...block(
      0,
      { type: 'thinking', thinking: '' },
      { type: 'thinking_delta', thinking: 'hm 🤔' },
      { type: 'signature_delta', signature: 'sig' },
    ),
    ...block(1, { type: 'redacted_thinking', data: 'blob' }),
    ...say('Grüße', 2),
    ...block(
      3,
      { type: 'tool_use', id: 'toolu_1', name: 't', input: {} },
      { type: 'input_json_delta', partial_json: '' },
      { type: 'input_json_delta', partial_json: '{"a":1}' },
    ),
    finish('tool_use'),
    stop,
  ];
  const events = [
    { type: 'answer-start', id: 'msg_1', model: 'claude' },
    { type: 'usage', usage: { inputTokens: 5, outputTokens: 1 } },
    { type: 'thinking-delta', choice: 0, text: 'hm 🤔' },
    { type: 'thinking-end', choice: 0, signature: { origin: 'anthropic', value: 'sig' } },
    { type: 'redacted-thinking', choice: 0, signature: { origin: 'anthropic', value: 'blob' } },
    { type: 'text-delta', choice: 0, text: 'Grüße' },
    { type: 'tool-use-start', choice: 0, id: 'toolu_1', name: 't' },
    { type: 'tool-use-delta', choice: 0, id: 'toolu_1', arguments: '{"a":1}' },
    { type: 'tool-use-end', choice: 0, id: 'toolu_1' },
    { type: 'usage', usage: { inputTokens: 5, outputTokens: 7 } },
    ended('tool-use'),
    { type: 'answer-end' },
  ];

  it.each(Object.entries(dressings(sse(...long))))('in the dress %s, byte by byte', (_, stream) => {
    expect(readFrames(framesOf(stream))).toEqual(events);
    expect(readFrames(framesOf(stream, [1]))).toEqual(events);
  });

  it('is the same wherever it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (sizes) => {
        expect(readFrames(framesOf(sse(...long), sizes))).toEqual(events);
      }),
      { numRuns: 25 },
    );
  });

  it('needs no event lines to be read', () => {
    const stream = long.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
    expect(readFrames(framesOf(stream))).toEqual(events);
  });

  it.each([
    ['end_turn', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'context-full'],
    ['pause_turn', 'pause'],
    ['refusal', 'refusal'],
    ['tomorrows_reason', 'stop'],
    ['tool_use', 'stop'],
  ])('that stops for %s ended by %s', (wire, reason) => {
    expect(inner(read([begin(), ...say('a'), finish(wire), stop])).at(-1)).toEqual(ended(reason));
  });

  it('tells which stop text it was, and why it refused', () => {
    const stopped = read([begin(), ...say('a'), finish('stop_sequence', { stop_sequence: 'END' }), stop]);
    expect(inner(stopped).at(-1)).toMatchObject({ reason: 'stop-text', stopText: 'END' });
    const details = { stop_details: { type: 'refusal', category: 'cyber', explanation: 'No.' } };
    expect(inner(read([begin(), finish('refusal', details), stop]))).toEqual([
      { type: 'refusal-delta', choice: 0, text: 'No.' },
      ended('refusal'),
    ]);
  });

  it('a tool use wins over a natural end, and needs no arguments (T10)', () => {
    expect(inner(read([begin(), ...tool('t', ''), finish(), stop]))).toEqual([
      { type: 'tool-use-start', choice: 0, id: 'toolu_1', name: 't' },
      { type: 'tool-use-end', choice: 0, id: 'toolu_1' },
      ended('tool-use'),
    ]);
  });

  it('names we had to spell differently come back as they were', () => {
    expect(inner(read([begin(), ...tool('gw1-a-2eb'), finish('tool_use'), stop]))[0]).toMatchObject({
      name: 'a.b',
    });
  });

  it('the JSON tool’s input is the text it was asked for as', () => {
    const direct = inner(read([begin(), ...tool('json_output', '{"a"', ':1}'), finish('tool_use'), stop]));
    expect(direct).toEqual([
      { type: 'text-delta', choice: 0, text: '{"a"' },
      { type: 'text-delta', choice: 0, text: ':1}' },
      ended('stop'),
    ]);
    const wrapped = inner(
      read([begin(), ...tool('json_output_value', '{"value":', '[1,2]}'), finish('tool_use'), stop]),
    );
    expect(wrapped[0]).toEqual({ type: 'text-delta', choice: 0, text: '[1,2]' });
  });
});

describe('faults of a stream', () => {
  it('a message that begins twice is one message', () => {
    expect(inner(read([begin(), begin(), ...say('a'), finish(), stop]))).toEqual([
      { type: 'text-delta', choice: 0, text: 'a' },
      ended('stop'),
    ]);
    expect(types(read([begin(), ...say('a'), begin(), finish(), stop]))).not.toContain('error');
  });

  it('a second message behind texts goes on, and is told; behind a tool use it is a failure', () => {
    const warnings = new Warnings();
    const texts = read([begin(), ...say('a'), begin('msg_2'), ...say('b'), finish(), stop], warnings);
    expect(inner(texts).map((event) => 'text' in event && event.text)).toEqual(['a', 'b', false]);
    expect(warnings.list).toMatchObject([{ action: 'changed', reason: 'two_answers_in_one_stream' }]);
    const cut = [
      begin(),
      ...tool('t', '{"a":').slice(0, 2),
      begin('msg_2'),
      ...tool('t', '{}'),
      finish('tool_use'),
      stop,
    ];
    expect(types(read(cut)).slice(-2)).toEqual(['tool-use-delta', 'error']);
  });

  it('without message_stop it is whole if it gave its reason to stop, else cut (T5)', () => {
    expect(types(read([begin(), ...say('a'), finish()])).at(-1)).toBe('answer-end');
    expect(types(read([begin(), ...say('a')])).at(-1)).toBe('error');
    expect(types(read([begin(), ...say('a'), finish(null)])).at(-1)).toBe('error');
    expect(types(read([]))).toEqual(['error']);
  });

  it('a stop without a reason is taken for one, and told', () => {
    const warnings = new Warnings();
    expect(inner(read([begin(), ...say('a'), stop], warnings)).at(-1)).toEqual(ended('stop'));
    expect(warnings.list).toMatchObject([{ param: 'stop_reason' }]);
  });

  it('blocks that never begin or end are understood all the same', () => {
    const delta = (type: string, members: JsonObject) => ({
      type: 'content_block_delta',
      index: 0,
      delta: { type, ...members },
    });
    const loose = [begin(), delta('text_delta', { text: 'a' }), finish(), stop];
    expect(inner(read(loose))).toEqual([{ type: 'text-delta', choice: 0, text: 'a' }, ended('stop')]);
    const open = [begin(), ...tool('t', '{}').slice(0, 2), finish('tool_use'), stop];
    expect(types(read(open))).toContain('tool-use-end');
  });

  it('what nobody has heard of, and odd JSON, says nothing', () => {
    const odd: JsonObject[] = [
      { type: 'novelty', x: 1 },
      { type: 'content_block_delta', index: 'x', delta: null },
      { type: 'content_block_start', content_block: 3 },
      { type: 'message_delta', delta: [], usage: 'none' },
      { type: 'content_block_delta', index: 0, delta: { type: 'hologram_delta' } },
    ];
    expect(inner(read([begin(), ...odd, ...say('a', 1), finish(), stop]))).toEqual([
      { type: 'text-delta', choice: 0, text: 'a' },
      ended('stop'),
    ]);
  });

  it('Anthropic’s own tools and citations are passed over, told once', () => {
    const warnings = new Warnings();
    const search = block(
      0,
      { type: 'server_tool_use', id: 's', name: 'web_search' },
      { type: 'input_json_delta', partial_json: '{}' },
    );
    const cited = block(
      1,
      { type: 'text', text: '' },
      { type: 'citations_delta', citation: {} },
      { type: 'text_delta', text: 'a' },
    );
    expect(inner(read([begin(), ...search, ...search, ...cited, finish(), stop], warnings))).toEqual([
      { type: 'text-delta', choice: 0, text: 'a' },
      ended('stop'),
    ]);
    expect(warnings.list.map(({ param }) => param)).toEqual(['server_tool_use', 'citations']);
  });
});

describe('errors inside a stream', () => {
  it.each([
    ['overloaded_error', 'Overloaded', 'overloaded', undefined],
    ['rate_limit_error', 'slow down', 'rate-limited', undefined],
    ['authentication_error', 'invalid x-api-key', 'bad-key', undefined],
    [
      'invalid_request_error',
      'prompt is too long: 9 tokens > 5',
      'context-too-long',
      'context_length_exceeded',
    ],
    ['api_error', 'oops', undefined, undefined],
  ])('%s "%s" means %s', (type, message, meaning, code) => {
    const events = read([begin(), { type: 'error', error: { type, message } }, finish(), stop]);
    expect(events.at(-1)).toEqual({ type: 'error', message, backendType: type, meaning, code });
  });

  it.each([
    ['a bare JSON body (T6)', '{"error":{"type":"overloaded_error","message":"busy"}}'],
    ['an error of a server in between', 'data: {"error":"busy"}\n\n'],
    ['an event that is no JSON', 'event: error\ndata: busy\n\n'],
  ])('%s', (_, tail) => {
    const frames = framesOf(sse(begin()) + tail);
    expect(readFrames(frames).at(-1)).toMatchObject({ type: 'error', message: 'busy' });
  });

  it('garbage is a failure that shows nothing of it', () => {
    const events = readFrames([new SseFrame(Buffer.from('data: {"secret":\n\n'))]);
    expect(events).toEqual([
      expect.objectContaining({ type: 'error', message: expect.not.stringContaining('secret') }),
    ]);
  });
});

describe('usage', () => {
  const final = (start: JsonObject, end: JsonObject) => {
    const events = read([begin('m', start), ...say('a'), { ...finish(), usage: end }, stop]);
    return events.findLast((event) => event.type === 'usage');
  };

  it('counts the cache into what was read (T12)', () => {
    const start = {
      input_tokens: 3,
      cache_creation_input_tokens: 10,
      cache_read_input_tokens: 100,
      output_tokens: 1,
    };
    expect(final(start, { output_tokens: 9, output_tokens_details: { thinking_tokens: 4 } })).toEqual({
      type: 'usage',
      usage: {
        inputTokens: 113,
        outputTokens: 9,
        cachedInputTokens: 100,
        cacheWriteTokens: 10,
        reasoningTokens: 4,
      },
    });
  });

  it('what the end says counts, a guess at the start does not; zeros at the end are not believed', () => {
    const start = { input_tokens: 50, cache_read_input_tokens: 0, output_tokens: 1 };
    expect(final(start, { input_tokens: 0, cache_read_input_tokens: 70, output_tokens: 2 })).toMatchObject({
      usage: { inputTokens: 70 },
    });
    expect(final(start, { input_tokens: 0, output_tokens: 2 })).toMatchObject({
      usage: { inputTokens: 50, outputTokens: 2 },
    });
  });

  it('adds up the lifetimes of a cache where only they are told', () => {
    const start = {
      input_tokens: 1,
      cache_creation: { ephemeral_5m_input_tokens: 2, ephemeral_1h_input_tokens: 3 },
    };
    expect(final(start, { output_tokens: 2 })).toMatchObject({
      usage: { inputTokens: 6, cacheWriteTokens: 5 },
    });
  });
});

describe('a whole answer', () => {
  const answer = {
    id: 'msg_1',
    type: 'message',
    model: 'claude',
    content: [
      { type: 'thinking', thinking: 'hm', signature: 'sig' },
      { type: 'text', text: 'a', citations: null },
      { type: 'tool_use', id: 'x', name: 't', input: { a: 1 } },
      { type: 'tool_use', id: 'y', name: 't', input: {} },
    ],
    stop_reason: 'tool_use',
    stop_sequence: null,
    usage: { input_tokens: 2, output_tokens: 3 },
  };

  it('is told as the stream would have told it', () => {
    expect(whole(answer)).toEqual([
      { type: 'answer-start', id: 'msg_1', model: 'claude' },
      { type: 'thinking-delta', choice: 0, text: 'hm' },
      { type: 'thinking-end', choice: 0, signature: { origin: 'anthropic', value: 'sig' } },
      { type: 'text-delta', choice: 0, text: 'a' },
      { type: 'tool-use-start', choice: 0, id: 'x', name: 't' },
      { type: 'tool-use-delta', choice: 0, id: 'x', arguments: '{"a":1}' },
      { type: 'tool-use-end', choice: 0, id: 'x' },
      { type: 'tool-use-start', choice: 0, id: 'y', name: 't' },
      { type: 'tool-use-end', choice: 0, id: 'y' },
      { type: 'usage', usage: { inputTokens: 2, outputTokens: 3 } },
      ended('tool-use'),
      { type: 'answer-end' },
    ]);
  });

  it('in JSON, by the tool made for it', () => {
    const content = [{ type: 'tool_use', id: 'x', name: 'json_output_value', input: { value: [1] } }];
    expect(inner(whole({ ...answer, content }))).toEqual([
      { type: 'text-delta', choice: 0, text: '[1]' },
      ended('stop'),
    ]);
  });

  it.each<[string, JsonValue]>([
    ['an error in disguise', { type: 'error', error: { type: 'api_error', message: 'm' } }],
    ['no content', { id: 'x' }],
    ['a list', []],
    ['nothing', null],
  ])('that is %s is a failure', (_, odd) => {
    expect(types(whole(odd))).toEqual(['error']);
  });

  it('never throws, whatever it holds', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const events = whole({
          content: [value as JsonValue],
          usage: value as JsonValue,
          stop_reason: value as JsonValue,
        });
        expect(types(events).at(-1)).toBe('answer-end');
      }),
    );
  });
});
