import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { framesOf } from '../../../test/support/stream-cuts.ts';
import type { CallEvent, FinishReason } from '../../model/call-event.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';
import { Warnings } from '../../model/warnings.ts';
import type { WriterContext } from '../dialect.ts';
import { ordinaryQuirks } from '../wire-quirks.ts';
import { eventReader, eventsOfWhole } from './read-events.ts';
import { MessageFrameWriter } from './write-events.ts';
import { wholeWriter } from './write-whole.ts';

const about = (warnings = new Warnings()): WriterContext => ({
  requestId: '01J-7f_3a',
  model: 'my-model',
  createdS: 1,
  elapsedMs: () => 0,
  withUsage: true,
  inputTokensEstimate: 42,
  request: {},
  address: { route: '/v1/messages', model: undefined, query: '' },
  warnings,
});

const start: CallEvent = { type: 'answer-start', model: 'theirs' };
const end: CallEvent = { type: 'answer-end' };
const text = (text: string, choice = 0): CallEvent => ({ type: 'text-delta', choice, text });
const think = (text: string): CallEvent => ({ type: 'thinking-delta', choice: 0, text });
const thought = (origin?: string): CallEvent => ({
  type: 'thinking-end',
  choice: 0,
  signature: origin === undefined ? undefined : { origin, value: 'sig' },
});
const toolStart = (id: string): CallEvent => ({ type: 'tool-use-start', choice: 0, id, name: `n-${id}` });
const args = (id: string, text: string): CallEvent => ({
  type: 'tool-use-delta',
  choice: 0,
  id,
  arguments: text,
});
const toolEnd = (id: string): CallEvent => ({ type: 'tool-use-end', choice: 0, id });
const over = (reason: FinishReason, stopText?: string): CallEvent => ({
  type: 'choice-end',
  choice: 0,
  reason,
  stopText,
});
const usage: CallEvent = {
  type: 'usage',
  usage: { inputTokens: 10, outputTokens: 3, cachedInputTokens: 4, cacheWriteTokens: 1, reasoningTokens: 2 },
};
const wireUsage = {
  input_tokens: 5,
  cache_creation_input_tokens: 1,
  cache_read_input_tokens: 4,
  output_tokens: 3,
  output_tokens_details: { thinking_tokens: 2 },
};

function write(events: readonly CallEvent[], warnings?: Warnings): string {
  const writer = new MessageFrameWriter(about(warnings));
  return events.map((event) => writer.push(event)).join('');
}

function writeWhole(events: readonly CallEvent[], warnings?: Warnings): JsonObject {
  const writer = wholeWriter(about(warnings));
  for (const event of events) writer.push(event);
  return writer.finish();
}

const frames = (stream: string): JsonObject[] =>
  framesOf(stream).map((frame) => JSON.parse(frame.data() ?? ''));

/** Blocks in short, checked as a strict client would: one open at a time, indexes without a gap. */
function blocks(stream: string): string[] {
  const seen: string[] = [];
  let open: number | undefined;
  for (const frame of framesOf(stream)) {
    const event = JSON.parse(frame.data() ?? '');
    expect(frame.eventName()).toBe(event.type);
    if (event.type === 'content_block_start') {
      expect(open).toBeUndefined();
      expect(event.index).toBe(seen.length);
      open = event.index;
      const { type, id, data } = event.content_block;
      seen.push([type, id ?? data].filter(Boolean).join(' '));
    } else if (event.type.startsWith('content_block_')) {
      expect(event.index).toBe(open);
      if (event.type === 'content_block_stop') open = undefined;
      else
        seen.push(
          `${seen.pop()}|${event.delta.text ?? event.delta.thinking ?? event.delta.partial_json ?? `~${event.delta.signature}`}`,
        );
    }
  }
  return seen;
}

describe('a stream', () => {
  it('is written frame by frame as Anthropic does', () => {
    const message = {
      id: 'msg_01J7f3a',
      type: 'message',
      role: 'assistant',
      model: 'my-model',
      content: [],
      stop_reason: null,
      stop_sequence: null,
      stop_details: null,
      container: null,
      usage: {
        input_tokens: 42,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 0,
        output_tokens: 1,
      },
    };
    const stream = write([start, text('Hi'), usage, over('stop'), end]);
    expect(frames(stream)).toEqual([
      { type: 'message_start', message },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } },
      { type: 'content_block_stop', index: 0 },
      {
        type: 'message_delta',
        delta: { stop_reason: 'end_turn', stop_sequence: null, stop_details: null, container: null },
        usage: wireUsage,
      },
      { type: 'message_stop' },
    ]);
    expect(stream).toMatch(/^event: message_start\ndata: \{"type":"message_start",/);
  });

  it('passes every piece on as it comes', () => {
    const writer = new MessageFrameWriter(about());
    writer.push(start);
    expect(frames(writer.push(text('a')))).toHaveLength(2);
    expect(frames(writer.push(text('b')))).toHaveLength(1);
    writer.push(toolStart('x'));
    expect(frames(writer.push(args('x', '{"a')))).toHaveLength(1);
  });

  it.each<[string, CallEvent[], string[]]>([
    ['thoughts, signed', [think('hm'), thought('anthropic'), text('a')], ['thinking|hm|~sig', 'text|a']],
    [
      'thoughts another has signed, marked',
      [think('hm'), thought('gemini')],
      ['thinking|hm|~gw1:gemini:sig'],
    ],
    ['thoughts nobody signed (S)', [think('hm'), text('a')], ['thinking|hm|~', 'text|a']],
    ['thoughts not shown', [thought('anthropic'), text('a')], ['thinking|~sig', 'text|a']],
    [
      'no thoughts where there is neither text nor signature',
      [think(''), { type: 'thinking-end', choice: 0 }, text('a')],
      ['text|a'],
    ],
    ['a lone end of thoughts', [thought(), text('a')], ['text|a']],
    [
      'thoughts only their maker can read',
      [{ type: 'redacted-thinking', choice: 0, signature: { origin: 'openai', value: 'e' } }],
      ['redacted_thinking gw1:openai:e'],
    ],
    [
      'text, tool, text',
      [text('a'), toolStart('x'), args('x', '{}'), toolEnd('x'), text('b')],
      ['text|a', 'tool_use x|{}', 'text|b'],
    ],
    [
      'a tool without arguments (T10)',
      [toolStart('x'), args('x', ''), args('x', 'null'), toolEnd('x')],
      ['tool_use x'],
    ],
    [
      'tools one after the other, never told to end',
      [toolStart('x'), args('x', '{"a":1}'), toolStart('y'), args('y', '{}')],
      ['tool_use x|{"a":1}', 'tool_use y|{}'],
    ],
    [
      'tools that grow side by side',
      [
        toolStart('x'),
        args('x', '{"a'),
        toolStart('y'),
        args('y', '{'),
        args('x', '":1}'),
        args('y', '}'),
        text('b'),
      ],
      ['tool_use x|{"a|":1}', 'tool_use y|{|}', 'text|b'],
    ],
    ['a refusal as text', [{ type: 'refusal-delta', choice: 0, text: 'No' }], ['text|No']],
    ['an odd id', [toolStart('a.b'), args('a.b', '{}')], ['tool_use gw1-a-2eb|{}']],
    ['nothing', [text('')], []],
  ])('%s', (_, events, expected) => {
    expect(blocks(write([start, ...events, over('stop'), end]))).toEqual(expected);
  });

  it('a tool’s signature travels before it, and comes back to it (T15)', () => {
    const signed: CallEvent = { ...toolStart('x'), signature: { origin: 'gemini', value: 'g' } } as CallEvent;
    expect(blocks(write([start, signed, over('tool-use'), end]))).toEqual([
      'thinking|~gw1:gemini:tool-use:g',
      'tool_use x',
    ]);
  });

  it('a later tool waits only until the first is done', () => {
    const writer = new MessageFrameWriter(about());
    for (const event of [start, toolStart('x'), args('x', '{'), toolStart('y')]) writer.push(event);
    expect(writer.push(args('y', '{}'))).toBe('');
    writer.push(args('x', '}'));
    expect(frames(writer.push(toolEnd('x'))).map((frame) => frame['type'])).toEqual([
      'content_block_stop',
      'content_block_start',
      'content_block_delta',
    ]);
  });

  it('after a failure nothing follows, and no clean end', () => {
    const writer = new MessageFrameWriter(about());
    writer.push(start);
    expect(writer.fail(new GatewayError('upstream_error', 'gone'))).toBe(
      'event: error\ndata: {"type":"error","error":{"type":"api_error","message":"gone"}}\n\n',
    );
    expect(writer.push(text('a')) + writer.push(end)).toBe('');
  });

  it('has usage at both ends even if nobody counted (T13), and says so', () => {
    const warnings = new Warnings();
    const written = frames(write([start, text('a'), over('stop'), end], warnings));
    expect(written.at(-2)).toMatchObject({ usage: { input_tokens: 42, output_tokens: 0 } });
    expect(warnings.list).toMatchObject([{ action: 'estimated', param: 'usage' }]);
  });

  it('pictures and further answers have no place, and are told', () => {
    const warnings = new Warnings();
    const image: CallEvent = { type: 'image', index: 0, base64: 'AA==', mediaType: 'image/png' };
    expect(
      blocks(write([start, image, text('a'), text('b', 1), usage, over('stop'), end], warnings)),
    ).toEqual(['text|a']);
    expect(warnings.list.map(({ param }) => param)).toEqual(['image', 'n']);
  });
});

describe('reasons to stop (protocols 10.8)', () => {
  it.each<[FinishReason, string, string | null]>([
    ['stop', 'end_turn', null],
    ['stop-text', 'stop_sequence', 'END'],
    ['length', 'max_tokens', null],
    ['context-full', 'model_context_window_exceeded', null],
    ['tool-use', 'tool_use', null],
    ['content-filter', 'refusal', null],
    ['refusal', 'refusal', null],
    ['pause', 'pause_turn', null],
  ])('%s is %s', (reason, stop_reason, stop_sequence) => {
    const events = [start, text('a'), over(reason, 'END'), usage, end];
    expect(writeWhole(events)).toMatchObject({ stop_reason, stop_sequence });
    expect(frames(write(events)).at(-2)).toMatchObject({ delta: { stop_reason, stop_sequence } });
  });
});

describe('a whole answer', () => {
  it('is one message, thoughts and tools in their order', () => {
    const events = [
      start,
      think('hm'),
      thought('anthropic'),
      text('a'),
      text('b'),
      toolStart('x'),
      args('x', '{"a":1}'),
      over('tool-use'),
      usage,
      end,
    ];
    expect(writeWhole(events)).toEqual({
      id: 'msg_01J7f3a',
      type: 'message',
      role: 'assistant',
      model: 'my-model',
      content: [
        { type: 'thinking', thinking: 'hm', signature: 'sig' },
        { type: 'text', text: 'ab' },
        { type: 'tool_use', id: 'x', name: 'n-x', input: { a: 1 } },
      ],
      stop_reason: 'tool_use',
      stop_sequence: null,
      stop_details: null,
      container: null,
      usage: wireUsage,
    });
  });

  it.each([
    ['', {}, 0],
    ['null', {}, 0],
    ['[1]', { value: [1] }, 0],
    ['{"a":[1,"b', { a: [1, 'b'] }, 1],
    ['nonsense', { _raw: 'nonsense' }, 1],
  ])('a tool’s arguments %j are the object %j', (written, input, warned) => {
    const warnings = new Warnings();
    expect(
      writeWhole([start, toolStart('x'), args('x', written), over('tool-use'), usage, end], warnings)[
        'content'
      ],
    ).toMatchObject([{ input }]);
    expect(warnings.list).toHaveLength(warned);
  });
});

describe('there and back', () => {
  const piece = fc.oneof(
    fc.string({ minLength: 1 }).map((value) => [text(value)]),
    fc.string({ minLength: 1 }).map((value) => [think(value), thought('anthropic')]),
    fc
      .uuid()
      .chain((id) =>
        fc
          .dictionary(fc.string(), fc.integer())
          .map((value) => [toolStart(id), args(id, JSON.stringify(value)), toolEnd(id)]),
      ),
  );
  /** Neighbouring pieces of one text are one; what is said of the whole is left out. */
  const told = (events: CallEvent[]) =>
    JSON.stringify(
      events.filter(({ type }) => !['answer-start', 'usage', 'choice-end', 'answer-end'].includes(type)),
    );

  it('a stream is read as it was written, and says the same as the whole answer', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const events = [start, ...pieces.flat(), usage, over('stop'), end];
        const reading = { warnings: new Warnings(), quirks: ordinaryQuirks };
        const reader = eventReader(reading);
        const back = framesOf(write(events)).flatMap((frame) => reader.push(frame));
        expect(
          told(back.filter((event) => event.type !== 'tool-use-delta' || event.arguments !== '{}')),
        ).toBe(
          told(pieces.flat().filter((event) => event.type !== 'tool-use-delta' || event.arguments !== '{}')),
        );
        const whole = eventsOfWhole(writeWhole(events), reading);
        expect(whole.filter((event) => event.type === 'tool-use-start')).toEqual(
          pieces.flat().filter((event) => event.type === 'tool-use-start'),
        );
      }),
      { numRuns: 60 },
    );
  });
});
