import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallEvent, FinishReason } from '../../model/call-event.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { LineSplitter } from '../../model/ndjson.ts';
import { Warnings } from '../../model/warnings.ts';
import type { WriterContext } from '../dialect.ts';
import { ordinaryQuirks } from '../wire-quirks.ts';
import { ollamaChat } from './ollama-chat.ts';
import { eventReader, eventsOfWhole } from './read-events.ts';
import { frameWriter } from './write-events.ts';
import { wholeWriter } from './write-whole.ts';

function contextOf(times: readonly number[] = [2000], warnings = new Warnings()): WriterContext {
  let asked = 0;
  return {
    requestId: 'r1',
    model: 'my-model:latest',
    createdS: 1770933092,
    elapsedMs: () => times[Math.min(asked++, times.length - 1)] ?? 0,
    withUsage: true,
    inputTokensEstimate: 5,
    request: { messages: [{ role: 'user', content: 'x' }] },
    address: { route: '/api/chat', model: undefined, query: '' },
    warnings,
  };
}

const head = { model: 'my-model:latest', created_at: '2026-02-12T21:51:32.000000000Z' };
const start: CallEvent = { type: 'answer-start', model: 'theirs' };
const end: CallEvent = { type: 'answer-end' };
const text = (text: string, choice = 0): CallEvent => ({ type: 'text-delta', choice, text });
const choiceEnd = (reason: FinishReason, choice = 0): CallEvent => ({ type: 'choice-end', choice, reason });
const usage: CallEvent = { type: 'usage', usage: { inputTokens: 9, outputTokens: 3 } };
const toolStart = (id: string, name: string): CallEvent => ({ type: 'tool-use-start', choice: 0, id, name });
const toolDelta = (id: string, args: string): CallEvent => ({
  type: 'tool-use-delta',
  choice: 0,
  id,
  arguments: args,
});
const toolEnd = (id: string): CallEvent => ({ type: 'tool-use-end', choice: 0, id });
const said = (message: object) => ({
  ...head,
  message: { role: 'assistant', content: '', ...message },
  done: false,
});
const wireCall = (index: number, id: string, args: object) => ({
  id,
  function: { index, name: 'f', arguments: args },
});

function write(events: readonly CallEvent[], context = contextOf()): JsonObject[] {
  const writer = frameWriter(context);
  const lines = events.map((event) => writer.push(event)).join('');
  expect(lines === '' || lines.endsWith('\n')).toBe(true);
  return lines
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as JsonObject);
}

function writeWhole(events: readonly CallEvent[], context = contextOf()): JsonObject {
  const writer = wholeWriter(context);
  for (const event of events) writer.push(event);
  return writer.finish();
}

describe('the lines of a stream', () => {
  it('are what Ollama writes, member by member', () => {
    const events: CallEvent[] = [
      start,
      { type: 'thinking-delta', choice: 0, text: 'Hm' },
      text('Hi'),
      { type: 'model-loaded', loadMs: 300 },
      usage,
      choiceEnd('stop'),
      end,
    ];
    expect(write(events, contextOf([500, 2000]))).toEqual([
      said({ thinking: 'Hm' }),
      said({ content: 'Hi' }),
      {
        ...head,
        message: { role: 'assistant', content: '' },
        done: true,
        done_reason: 'stop',
        total_duration: 2_000_000_000,
        load_duration: 300_000_000,
        prompt_eval_count: 9,
        prompt_eval_duration: 200_000_000,
        eval_count: 3,
        eval_duration: 1_500_000_000,
      },
    ]);
  });

  it('tell tool calls whole, each when it ends, the rest at the end of the answer', () => {
    const events = [
      start,
      toolStart('c1', 'f'),
      toolStart('c2', 'f'),
      toolDelta('c1', '{"x"'),
      toolDelta('c2', ''),
      toolDelta('c1', ':1}'),
      toolEnd('c1'),
      text('so'),
      choiceEnd('tool-use'),
      end,
    ];
    expect(write(events).slice(0, -1)).toEqual([
      said({ tool_calls: [wireCall(0, 'c1', { x: 1 })] }),
      said({ content: 'so' }),
      said({ tool_calls: [wireCall(1, 'c2', {})] }),
    ]);
    expect(write(events).at(-1)).toMatchObject({ done: true, done_reason: 'stop' });
  });

  it('never fail for arguments that are no object (T10)', () => {
    const warnings = new Warnings();
    const events = ['"null"', '[1]', '{"x":"cut', 'odd'].flatMap((args, at) => [
      toolStart(`${at}`, 'f'),
      toolDelta(`${at}`, args),
    ]);
    const [line = {}] = write([...events, choiceEnd('tool-use')], contextOf([1], warnings));
    const { tool_calls: calls } = line['message'] as { tool_calls: { function: JsonObject }[] };
    expect(calls.map((call) => call.function['arguments'])).toEqual([
      {},
      { value: [1] },
      { x: 'cut' },
      { _raw: 'odd' },
    ]);
    expect(warnings.list.map(({ param }) => param)).toEqual([
      'message.tool_calls[2]',
      'message.tool_calls[3]',
    ]);
  });

  it.each<[FinishReason, string, string]>([
    ['stop', 'stop', ''],
    ['stop-text', 'stop', ''],
    ['length', 'length', ''],
    ['context-full', 'length', ''],
    ['tool-use', 'stop', ''],
    ['pause', 'stop', ''],
    ['content-filter', 'stop', 'changed;param=done_reason;reason=content_filter_told_as_stop'],
    ['refusal', 'stop', 'changed;param=done_reason;reason=refusal_told_as_stop'],
  ])('end by %s as %s', (reason, wire, warning) => {
    const warnings = new Warnings();
    expect(write([text('a'), choiceEnd(reason), end], contextOf([1], warnings)).at(-1)).toMatchObject({
      done_reason: wire,
    });
    expect(warnings.asHeader()).toBe(warning);
  });

  it('leave counts out where nobody counted, and give time to write where all came at once', () => {
    const last = write([text('a'), choiceEnd('stop'), end], contextOf([2000])).at(-1) ?? {};
    expect(last).not.toHaveProperty('eval_count');
    expect(last).toMatchObject({ prompt_eval_duration: 0, eval_duration: 2_000_000_000 });
  });

  it('say a refusal as text, one answer only, and what has no place', () => {
    const warnings = new Warnings();
    const signature = { origin: 'anthropic', value: 'secret' };
    const events: CallEvent[] = [
      { type: 'refusal-delta', choice: 0, text: 'No.' },
      { type: 'thinking-end', choice: 0, signature },
      { type: 'redacted-thinking', choice: 0, signature },
      { type: 'image', index: 0, base64: 'AA==', mediaType: 'image/png' },
      text('other', 1),
      choiceEnd('length', 1),
      choiceEnd('stop'),
      end,
    ];
    const lines = write(events, contextOf([1], warnings));
    expect(lines).toMatchObject([{ message: { content: 'No.' } }, { done_reason: 'stop' }]);
    expect(JSON.stringify(lines)).not.toContain('secret');
    expect(warnings.list.map(({ param }) => param)).toEqual(['thinking', 'image', 'n']);
  });

  it('fail in a line of their own, and nothing follows', () => {
    const writer = frameWriter(contextOf());
    writer.push(text('a'));
    expect(writer.fail(new GatewayError('upstream_error', 'It broke.'))).toBe('{"error":"It broke."}\n');
    expect(writer.push(end)).toBe('');
  });
});

describe('a whole answer', () => {
  it('is one object', () => {
    const events = [
      start,
      text('H'),
      text('i'),
      toolStart('c1', 'f'),
      toolDelta('c1', '{"x":1}'),
      toolEnd('c1'),
      usage,
      choiceEnd('tool-use'),
      end,
    ];
    expect(writeWhole([{ type: 'thinking-delta', choice: 0, text: 'Hm' }, ...events])).toEqual({
      ...head,
      message: {
        role: 'assistant',
        content: 'Hi',
        thinking: 'Hm',
        tool_calls: [wireCall(0, 'c1', { x: 1 })],
      },
      done: true,
      done_reason: 'stop',
      total_duration: 2_000_000_000,
      load_duration: 0,
      prompt_eval_count: 9,
      prompt_eval_duration: 0,
      eval_count: 3,
      eval_duration: 2_000_000_000,
    });
  });

  it('is there even if nothing was said', () => {
    expect(writeWhole([start, end])).toMatchObject({
      message: { role: 'assistant', content: '' },
      done: true,
    });
  });
});

describe('what is written can be read', () => {
  const reading = { warnings: new Warnings(), quirks: ordinaryQuirks };
  const piece = fc.oneof(
    fc.string({ minLength: 1 }).map((one): CallEvent[] => [text(one)]),
    fc.string({ minLength: 1 }).map((one): CallEvent[] => [{ type: 'thinking-delta', choice: 0, text: one }]),
    fc
      .uuid()
      .chain((id) =>
        fc
          .dictionary(fc.string(), fc.jsonValue())
          .map((args): CallEvent[] => [toolStart(id, 'f'), toolDelta(id, JSON.stringify(args)), toolEnd(id)]),
      ),
  );

  it('event for event, streamed', () => {
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const events = [start, ...pieces.flat(), usage, choiceEnd('length'), end];
        const writer = frameWriter(contextOf());
        const reader = eventReader(reading);
        const bytes = Buffer.from(events.map((event) => writer.push(event)).join(''));
        const read = new LineSplitter().push(bytes).flatMap((frame) => reader.push(frame));
        expect(read.slice(1)).toEqual(events.slice(1));
      }),
    );
  });

  it('word for word, whole', () => {
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const events = [start, ...pieces.flat(), usage, choiceEnd('length'), end];
        const first = writeWhole(events);
        const again = writeWhole(eventsOfWhole(JSON.parse(JSON.stringify(first)) as JsonValue, reading));
        expect(again).toEqual(first);
      }),
    );
  });
});

it('the dialect streams lines of JSON', () => {
  expect(ollamaChat.streamType?.({ route: '/api/chat', model: undefined, query: '' })).toBe(
    'application/x-ndjson',
  );
  expect(ollamaChat.splitter?.(10)).toBeInstanceOf(LineSplitter);
  expect(() => ollamaChat.splitter?.(10).push(Buffer.from('x'.repeat(11)))).toThrow('larger than 10 bytes');
});
