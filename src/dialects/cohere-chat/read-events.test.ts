import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dressings, framesOf } from '../../../test/support/stream-cuts.ts';
import type { CallEvent } from '../../model/call-event.ts';
import type { JsonValue } from '../../model/json.ts';
import { Warnings } from '../../model/warnings.ts';
import { ordinaryQuirks } from '../wire-quirks.ts';
import { eventReader, eventsOfWhole } from './read-events.ts';

const sse = (event: { type: string }) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
const start = sse({
  ...{ id: 'c14c80c3', type: 'message-start' },
  ...{ delta: { message: { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] } } },
} as { type: string });
const event = (type: string, message: object, index?: number) =>
  sse({ type, index, delta: { message } } as { type: string });
const say = (text: string, index = 0) => event('content-delta', { content: { text } }, index);
const think = (thinking: string, index = 0) => event('content-delta', { content: { thinking } }, index);
const plan = (tool_plan: string) => event('tool-plan-delta', { tool_plan });
const call = (index: number | undefined, id: string | undefined, name: string, args: unknown = '') =>
  event(
    'tool-call-start',
    { tool_calls: { id, type: 'function', function: { name, arguments: args } } },
    index,
  );
const args = (index: number | undefined, text: string) =>
  event('tool-call-delta', { tool_calls: { function: { arguments: text } } }, index);
const callEnd = (index: number) => sse({ type: 'tool-call-end', index } as { type: string });
const tokens = {
  billed_units: { input_tokens: 2, output_tokens: 3 },
  tokens: { input_tokens: 20, output_tokens: 5 },
};
const end = (finish_reason: string | undefined = 'COMPLETE', more: object = {}) =>
  sse({ type: 'message-end', delta: { finish_reason, usage: tokens, ...more } } as { type: string });

function read(stream: string, sizes?: readonly number[], warnings = new Warnings()): CallEvent[] {
  const reader = eventReader({ warnings, quirks: ordinaryQuirks });
  return [...framesOf(stream, sizes).flatMap((frame) => reader.push(frame)), ...reader.end()];
}

function word(event: CallEvent): string {
  if (event.type === 'text-delta' || event.type === 'thinking-delta')
    return `${event.type.slice(0, -6)} ${event.text}`;
  if (event.type === 'tool-use-start') return `start ${event.id} ${event.name}`;
  if (event.type === 'tool-use-delta') return `args ${event.id} ${event.arguments}`;
  if (event.type === 'tool-use-end') return `done ${event.id}`;
  if (event.type === 'choice-end') return `end ${event.reason}`;
  if (event.type === 'usage') return `usage ${event.usage.inputTokens}/${event.usage.outputTokens}`;
  return event.type === 'error' ? `error ${event.message}` : event.type;
}

const words = (stream: string) => read(stream).map(word);
/** Without the answer's beginning and end. */
const inner = (stream: string) => words(stream).slice(1, -1);

const talk =
  start +
  event('content-start', { content: { type: 'thinking', thinking: '' } }, 0) +
  think('Hm, ') +
  think('Köln') +
  sse({ type: 'content-end', index: 0 } as { type: string }) +
  event('content-start', { content: { type: 'text', text: '' } }, 1) +
  say('Grü', 1) +
  say('ße 👋🏽', 1) +
  sse({ type: 'content-end', index: 1 } as { type: string }) +
  end();

describe("the event reader of Cohere's chat", () => {
  it('reads thoughts and text, usage and the end', () => {
    expect(read(talk)[0]).toEqual({ type: 'answer-start', id: 'c14c80c3', model: '' });
    expect(words(talk)).toEqual([
      'answer-start',
      'thinking Hm, ',
      'thinking Köln',
      'thinking-end',
      'text Grü',
      'text ße 👋🏽',
      'usage 20/5',
      'end stop',
      'answer-end',
    ]);
  });

  it.each(Object.entries(dressings(talk)))('reads the same from %s, however it is cut', (_, stream) => {
    expect(read(stream, [1])).toEqual(read(talk));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (sizes) => {
        expect(read(stream, sizes)).toEqual(read(talk));
      }),
      { numRuns: 20 },
    );
  });

  it('needs no event lines, and no spaces after the colons', () => {
    const bare = talk.replace(/^event: .*\n/gm, '').replaceAll('data: ', 'data:');
    expect(read(bare)).toEqual(read(talk));
    expect(read(`${bare}data: [DONE]\n\n`)).toEqual(read(talk));
    const typeless = `event: content-delta\ndata: {"delta":{"message":{"content":{"text":"x"}}}}\n\n`;
    expect(inner(start + typeless + end())).toContain('text x');
  });

  it('reads the plan as text before the calls', () => {
    const stream =
      start +
      plan('I will ') +
      plan('look.') +
      call(0, 'weather_1', 'weather') +
      args(0, '{"city":') +
      args(0, '"Köln"}') +
      callEnd(0) +
      call(1, 'now_1', 'now') +
      args(1, '{}') +
      callEnd(1) +
      end('TOOL_CALL');
    expect(inner(stream)).toEqual([
      'text I will ',
      'text look.',
      'start weather_1 weather',
      'args weather_1 {"city":',
      'args weather_1 "Köln"}',
      'done weather_1',
      'start now_1 now',
      'args now_1 {}',
      'done now_1',
      'usage 20/5',
      'end tool-use',
    ]);
  });

  it.each([
    ['nothing at all', ''],
    ['an empty piece', args(0, '')],
    ['null', args(0, 'null')],
    ['null in two pieces', args(0, 'nu') + args(0, 'll')],
    ['blanks', args(0, ' \n')],
  ])('a tool without arguments is called with {} when %s came', (_, pieces) => {
    expect(inner(start + call(0, 'a', 'now') + pieces + callEnd(0) + end('TOOL_CALL'))).toEqual([
      'start a now',
      'args a {}',
      'done a',
      'usage 20/5',
      'end tool-use',
    ]);
  });

  it('loses no arguments that begin like null, and none that come with the start', () => {
    const odd = start + call(0, 'a', 'f') + args(0, 'nu') + args(0, 'mber') + callEnd(0) + end('TOOL_CALL');
    expect(inner(odd)).toContain('args a number');
    expect(inner(start + call(0, 'a', 'f', '{"b":2}') + callEnd(0) + end())).toContain('args a {"b":2}');
    expect(inner(start + call(0, 'a', 'f', { b: 2 }) + callEnd(0) + end())).toContain('args a {"b":2}');
  });

  it('ends calls that the backend left open, and gives calls ids that have none or each other’s', () => {
    const stream =
      start + call(0, 'a', 'f') + args(0, '{}') + call(1, 'a', 'g') + call(2, undefined, 'h') + end();
    expect(inner(stream)).toEqual([
      'start a f',
      'args a {}',
      'start a-2 g',
      'start call_2 h',
      'done a',
      'args a-2 {}',
      'done a-2',
      'args call_2 {}',
      'done call_2',
      'usage 20/5',
      'end tool-use',
    ]);
  });

  it('reads calls that say no index one after the other', () => {
    const stream =
      start +
      call(undefined, 'a', 'f') +
      args(undefined, '{}') +
      call(undefined, 'b', 'g') +
      args(undefined, '[]');
    expect(inner(stream + end())).toEqual([
      'start a f',
      'args a {}',
      'done a',
      'start b g',
      'args b []',
      'done b',
      'usage 20/5',
      'end tool-use',
    ]);
  });

  it('does not guess whose arguments it hears', () => {
    expect(words(start + args(3, '{"a":1}')).at(-1)).toMatch(/^error .*never began/);
    expect(
      words(start + call(0, 'a', 'f') + args(0, '{}') + callEnd(0) + args(0, '{}') + end()).at(-1),
    ).toMatch(/^error/);
  });

  it.each([
    ['COMPLETE', 'stop'],
    ['STOP_SEQUENCE', 'stop-text'],
    ['MAX_TOKENS', 'length'],
    ['TOOL_CALL', 'tool-use'],
    ['SOMETHING_NEW', 'stop'],
  ])('reads the finish reason %s as %s', (wire, meaning) => {
    expect(inner(start + say('x') + end(wire)).at(-1)).toBe(`end ${meaning}`);
  });

  it('a call is why the answer ended, unless it was cut short', () => {
    expect(inner(start + call(0, 'a', 'f') + end('COMPLETE')).at(-1)).toBe('end tool-use');
    expect(inner(start + call(0, 'a', 'f') + end('MAX_TOKENS')).at(-1)).toBe('end length');
  });

  it('a missing finish reason is taken for an ordinary end, and told', () => {
    const warnings = new Warnings();
    const stream = start + say('x') + sse({ type: 'message-end', delta: {} } as { type: string });
    expect(read(stream, undefined, warnings).map(word).slice(-2)).toEqual(['end stop', 'answer-end']);
    expect(warnings.asHeader()).toBe('estimated;param=finish_reason;reason=missing_in_answer');
  });

  it.each([
    ['ERROR', {}, 'the backend gave up half way (finish_reason ERROR)'],
    ['TIMEOUT', {}, 'the backend gave up half way (finish_reason TIMEOUT)'],
    ['ERROR', { error: 'too many tokens: 9 of 8' }, 'too many tokens: 9 of 8'],
    [undefined, { error: { message: 'broken' } }, 'broken'],
  ])('an end by %s with %j is a failure, after its usage', (reason, more, message) => {
    const events = read(start + say('x') + end(reason, more) + say('y'));
    expect(events.map(word).slice(-2)).toEqual(['usage 20/5', `error ${message}`]);
  });

  it('says what a failure means', () => {
    expect(read(start + end('ERROR', { error: 'too many tokens' })).at(-1)).toMatchObject({
      meaning: 'context-too-long',
    });
  });

  it.each([
    ['an error event', 'event: error\ndata: {"message":"oh no","id":"1"}\n\n'],
    ['a typed error', 'data: {"type":"error","message":"oh no"}\n\n'],
    ['an error body for an event', 'data: {"message":"oh no","id":"1"}\n\n'],
    ['an error body with a type', 'data: {"message":"oh no","type":"server_error"}\n\n'],
    ['an error object', 'data: {"error":{"message":"oh no"}}\n\n'],
    ['a bare body at the end', '{"message":"oh no","id":"1"}'],
  ])('%s ends the answer', (_, frame) => {
    expect(words(start + say('x') + frame)).toEqual(['answer-start', 'text x', 'error oh no']);
    expect(words(frame)).toEqual(['error oh no']);
  });

  it('a stream without its end is a failure', () => {
    for (const stream of ['', start, start + say('x'), talk.slice(0, talk.lastIndexOf('event: '))]) {
      expect(words(stream).at(-1)).toBe("error the backend's stream ended before the answer was complete");
    }
  });

  it('an event that is no JSON is a failure, and its words are not told', () => {
    expect(words(`${start}data: {"type":"content-del secret\n\n`).at(-1)).toBe(
      'error the backend sent an event that is not a JSON object',
    );
  });

  it('tells that citations have no place', () => {
    const warnings = new Warnings();
    const spoken = sse({
      type: 'content-delta',
      delta: { message: { content: { text: 'x' } } },
    } as { type: string });
    const cited =
      event('citation-start', { citations: { start: 0, end: 1 } }, 0) + event('citation-end', {}, 0);
    expect(read(start + spoken + cited + end(), undefined, warnings).map(word)).toContain('text x');
    expect(warnings.list.map((one) => one.param)).toEqual(['citations']);
  });

  it('reads what stands in the start already, and an answer that never started', () => {
    const full = event('message-start', { content: [{ type: 'text', text: 'early' }] });
    expect(inner(full + end())).toEqual(['text early', 'usage 20/5', 'end stop']);
    expect(words(say('x') + end())).toEqual([
      'answer-start',
      'text x',
      'usage 20/5',
      'end stop',
      'answer-end',
    ]);
  });

  it('throws at no JSON, whatever it is', () => {
    const type = fc.constantFrom(
      'message-start',
      'content-start',
      'content-delta',
      'content-end',
      'tool-call-start',
      'tool-call-delta',
      'tool-call-end',
      'tool-plan-delta',
      'message-end',
      '__proto__',
    );
    const part = fc.letrec<{ node: JsonValue }>((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom<JsonValue>(null, 0, '', 'x', true),
        fc.array(tie('node'), { maxLength: 2 }),
        fc.dictionary(
          fc.constantFrom(
            'message',
            'content',
            'tool_calls',
            'function',
            'arguments',
            'text',
            'usage',
            'tokens',
          ),
          tie('node'),
          { maxKeys: 4 },
        ),
      ),
    })).node;
    fc.assert(
      fc.property(fc.array(fc.record({ type, index: part, delta: part }), { maxLength: 6 }), (events) => {
        const told = read(events.map(sse).join(''));
        expect(['error', 'answer-end']).toContain(told.at(-1)?.type);
      }),
    );
  });
});

describe("a whole answer of Cohere's chat", () => {
  const whole = (answer: JsonValue, warnings = new Warnings()) =>
    eventsOfWhole(answer, { warnings, quirks: ordinaryQuirks });
  const message = { role: 'assistant', content: [{ type: 'text', text: 'Hi' }] };

  it('is read as a stream that says everything at once', () => {
    const answer = {
      id: 'e75',
      message: {
        content: [
          { type: 'thinking', thinking: 'Hm' },
          { type: 'text', text: 'Hi' },
        ],
      },
      finish_reason: 'COMPLETE',
      usage: { ...tokens, cached_tokens: 16 },
    };
    expect(whole(answer)).toEqual([
      { type: 'answer-start', id: 'e75', model: '' },
      { type: 'thinking-delta', choice: 0, text: 'Hm' },
      { type: 'thinking-end', choice: 0 },
      { type: 'text-delta', choice: 0, text: 'Hi' },
      { type: 'usage', usage: { inputTokens: 20, outputTokens: 5, cachedInputTokens: 16 } },
      { type: 'choice-end', choice: 0, reason: 'stop' },
      { type: 'answer-end' },
    ]);
  });

  it('has its plan before its calls, and {} for arguments of null', () => {
    const tool_calls = [
      { id: 'a', type: 'function', function: { name: 'f', arguments: 'null' } },
      { id: 'b', type: 'function', function: { name: 'g', arguments: '{"x":1}' } },
    ];
    const answer = { message: { tool_plan: 'So:', tool_calls }, finish_reason: 'TOOL_CALL' };
    expect(whole(answer).map(word).slice(1, -1)).toEqual([
      'text So:',
      'start a f',
      'args a {}',
      'done a',
      'start b g',
      'args b {"x":1}',
      'done b',
      'end tool-use',
    ]);
  });

  it('tells of citations, takes a string for content and does without usage', () => {
    const warnings = new Warnings();
    const answer = {
      message: { content: 'Hi', citations: [{}] },
      finish_reason: 'STOP_SEQUENCE',
      logprobs: [{}],
    };
    expect(whole(answer, warnings).map(word)).toEqual([
      'answer-start',
      'text Hi',
      'end stop-text',
      'answer-end',
    ]);
    expect(warnings.list.map((one) => one.param)).toEqual(['citations']);
  });

  it.each<[JsonValue, string]>([
    [{ message: 'invalid api token', id: '1' }, 'invalid api token'],
    [{ message: '' }, 'the backend reported an error without a message'],
    [{ detail: 'gone' }, 'gone'],
    [{}, "the backend's answer has no message"],
    [[], "the backend's answer is not a JSON object"],
    [null, "the backend's answer is not a JSON object"],
    [{ message, finish_reason: 'ERROR' }, 'the backend gave up half way (finish_reason ERROR)'],
    [{ message, finish_reason: 'TIMEOUT' }, 'the backend gave up half way (finish_reason TIMEOUT)'],
  ])('%j is a failure', (answer, sentence) => {
    expect(word(whole(answer).at(-1) as CallEvent)).toBe(`error ${sentence}`);
  });
});
