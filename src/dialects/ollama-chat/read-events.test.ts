import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallEvent } from '../../model/call-event.ts';
import type { JsonValue } from '../../model/json.ts';
import { LineSplitter } from '../../model/ndjson.ts';
import { Warnings } from '../../model/warnings.ts';
import { ordinaryQuirks } from '../wire-quirks.ts';
import { eventReader, eventsOfWhole, hearWhole } from './read-events.ts';

const created_at = '2026-02-12T21:51:32.123456789Z';
const line = (rest: object) => `${JSON.stringify({ model: 'm', created_at, ...rest })}\n`;
const say = (message: object) =>
  line({ message: { role: 'assistant', content: '', ...message }, done: false });
const text = (content: string) => say({ content });
const call = (name: string, args: unknown, id?: string) => ({ id, function: { name, arguments: args } });
const last = (rest: object = {}) =>
  line({ message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop', ...rest });

interface Options {
  readonly size?: number;
  readonly printsToolCalls?: boolean;
  readonly warnings?: Warnings;
}

function read(
  stream: string,
  { size = 1e9, printsToolCalls = false, warnings = new Warnings() }: Options = {},
): CallEvent[] {
  const reader = eventReader({ warnings, quirks: { ...ordinaryQuirks, printsToolCalls } });
  const splitter = new LineSplitter();
  const bytes = Buffer.from(stream);
  const events: CallEvent[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    for (const frame of splitter.push(bytes.subarray(at, at + size))) events.push(...reader.push(frame));
  }
  const rest = splitter.last();
  return [...events, ...(rest === undefined ? [] : reader.push(rest)), ...reader.end()];
}

const reading = (printsToolCalls = false) => ({
  warnings: new Warnings(),
  quirks: { ...ordinaryQuirks, printsToolCalls },
});

/** One short word for each event. */
function word(event: CallEvent): string {
  if (event.type === 'text-delta') return `text ${event.text}`;
  if (event.type === 'thinking-delta') return `thinking ${event.text}`;
  if (event.type === 'tool-use-start') return `start ${event.id} ${event.name}`;
  if (event.type === 'tool-use-delta') return `arguments ${event.arguments}`;
  if (event.type === 'choice-end') return `end ${event.reason}`;
  if (event.type === 'usage') return `usage ${event.usage.inputTokens}/${event.usage.outputTokens}`;
  if (event.type === 'model-loaded') return `loaded ${event.loadMs}`;
  return event.type === 'error' ? `error ${event.message}` : event.type;
}

/** Without the first event and the last. */
const inner = (events: CallEvent[]) => events.map(word).slice(1, -1);
const fClosed = (id: string, args: string, name = 'f') => [
  `start ${id} ${name}`,
  `arguments ${args}`,
  'tool-use-end',
];

describe('the event reader', () => {
  it('reads an ordinary stream', () => {
    const stream =
      say({ thinking: 'Hm.' }) + text('Hel') + text('lo') + last({ prompt_eval_count: 9, eval_count: 3 });
    const events = read(stream);
    expect(events[0]).toEqual({ type: 'answer-start', model: 'm', createdS: 1770933092 });
    expect(events.at(-1)).toEqual({ type: 'answer-end' });
    expect(inner(events)).toEqual(['thinking Hm.', 'text Hel', 'text lo', 'usage 9/3', 'end stop']);
  });

  it('reads the same wherever the bytes break, with either line end, or none at the end (T1, T2)', () => {
    const stream = text('é€😀') + say({ tool_calls: [call('f', { x: 'é' })] }) + last({ eval_count: 3 });
    const whole = read(stream);
    for (const dressed of [stream, stream.replaceAll('\n', '\r\n'), stream.trimEnd(), `\n${stream}\n\n`]) {
      for (const size of [1, 2, 3, 50]) expect(read(dressed, { size })).toEqual(whole);
    }
  });

  it.each([
    [{ done_reason: 'stop' }, 'end stop'],
    [{ done_reason: 'length' }, 'end length'],
    [{ done_reason: '' }, 'end stop'],
    [{ done_reason: 'odd' }, 'end stop'],
    [{ done_reason: 5 }, 'end stop'],
  ])('reads the end %j as %s', (rest, end) => {
    expect(inner(read(text('a') + last(rest)))).toEqual(['text a', end]);
  });

  it('reads content of the last line as well', () => {
    expect(inner(read(last({ message: { content: 'all' } })))).toEqual(['text all', 'end stop']);
  });

  it.each([
    [{ eval_count: 3 }, ['usage 0/3', 'end stop']],
    [{ prompt_eval_count: 9 }, ['usage 9/0', 'end stop']],
    [{}, ['end stop']],
    [{ prompt_eval_count: 'many' }, ['end stop']],
  ])('reads the counts %j, and invents none', (rest, events) => {
    expect(inner(read(last(rest)))).toEqual(events);
  });

  it.each([
    [2_500_000_000, ['loaded 2500', 'end stop']],
    [50_000_000, ['end stop']],
    ['long', ['end stop']],
  ])('tells that the model was loaded first (load_duration %s)', (load_duration, events) => {
    expect(inner(read(last({ load_duration })))).toEqual(events);
  });

  it('mints ids that are stable, unique, and short enough for anybody', () => {
    const stream =
      say({ tool_calls: [call('f', { x: 1 }), call('f', { x: 1 })] }) +
      say({ tool_calls: [call('g', {})] }) +
      last();
    const stem = 'call_20260212215132123456789';
    expect(inner(read(stream))).toEqual([
      ...fClosed(`${stem}_0`, '{"x":1}'),
      ...fClosed(`${stem}_1`, '{"x":1}'),
      ...fClosed(`${stem}_2`, '{}', 'g'),
      'end tool-use',
    ]);
    expect(stem.length + 3).toBeLessThanOrEqual(40);
    const timeless = read(stream.replaceAll(created_at, ''));
    expect(word(timeless[1] as CallEvent)).toMatch(/^start call_[0-9a-f]{16}_0 f$/);
    expect(timeless).toEqual(read(stream.replaceAll(created_at, '')));
  });

  it('keeps ids that the backend gave, once each', () => {
    const stream = say({ tool_calls: [call('f', {}, 'c1'), call('f', '{"x":1}', 'c1')] }) + last();
    expect(inner(read(stream))).toEqual([
      ...fClosed('c1', '{}'),
      ...fClosed('c1-2', '{"x":1}'),
      'end tool-use',
    ]);
  });

  it('lets length win over tools, and promotes the old function_call', () => {
    const stream =
      say({ function_call: { name: 'f', arguments: { x: 1 } } }) + last({ done_reason: 'length' });
    expect(inner(read(stream)).slice(1)).toEqual(['arguments {"x":1}', 'tool-use-end', 'end length']);
  });

  it('calls it a fault when the model was only loaded, and begins no answer (T25)', () => {
    for (const done_reason of ['load', 'unload']) {
      const events = read(last({ done_reason }));
      expect(events).toMatchObject([
        { type: 'error', message: expect.stringContaining('instead of answering') },
      ]);
    }
    expect(inner(read(text('a') + last({ done_reason: 'load' })))).toEqual(['text a', 'end stop']);
  });

  it('ends with an error line, an unreadable line, and a stream cut off (T5)', () => {
    expect(
      read(`${text('a')}{"error":"CUDA error"}\n${text('b')}`)
        .map(word)
        .slice(1),
    ).toEqual(['text a', 'error CUDA error']);
    expect(
      read(`${text('a')}<html>secret\n`)
        .map(word)
        .at(-1),
    ).toBe('error the backend sent a line that is not a JSON object');
    expect(read(text('a') + last().slice(0, 40)).at(-1)).toMatchObject({ type: 'error' });
    expect(read(text('a')).map(word).at(-1)).toBe(
      "error the backend's stream ended before the answer was complete",
    );
    expect(read('').map(word)).toEqual(["error the backend's stream ended before the answer was complete"]);
    expect(read('{"error":"the input length exceeds the context length"}\n')).toMatchObject([
      { meaning: 'context-too-long' },
    ]);
  });

  it('survives any JSON, and says one end only', () => {
    const piece = fc.dictionary(
      fc.constantFrom('message', 'done', 'error', 'response', 'done_reason', 'created_at'),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(fc.array(piece), fc.boolean(), (pieces, printsToolCalls) => {
        const events = read(pieces.map((one) => `${JSON.stringify(one)}\n`).join(''), { printsToolCalls });
        const ends = events.filter(({ type }) => type === 'answer-end' || type === 'error');
        expect(ends).toEqual([events.at(-1)]);
      }),
    );
    fc.assert(
      fc.property(fc.jsonValue(), (answer) => void eventsOfWhole(answer as JsonValue, reading(true))),
    );
  });
});

describe('tool calls printed into the text', () => {
  const printed = '{"name":"f","parameters":{"x":1}}';
  const id = 'call_20260212215132123456789_0';
  const streamed = (content: string, end = last()) => [...content].map(text).join('') + end;
  const readIn = (content: string, end?: string) =>
    inner(read(streamed(content, end), { printsToolCalls: true }));

  it.each([
    [printed, ['{"x":1}']],
    ['{"type":"function","name":"f","arguments":{}}', ['{}']],
    [`\n${printed}\n{"name":"f","arguments":{"y":2}}\n`, ['{"x":1}', '{"y":2}']],
  ])('are recovered from %j, whole and streamed', (content, args) => {
    const wanted = args.flatMap((one, at) => fClosed(id.replace(/0$/, `${at}`), one));
    expect(readIn(content)).toEqual([...wanted, 'end tool-use']);
    const whole = eventsOfWhole({ model: 'm', created_at, message: { content }, done: true }, reading(true));
    expect(inner(whole)).toEqual([...wanted, 'end tool-use']);
  });

  it.each([
    'Hello',
    '{"city":"Paris"}',
    '{"name":"Ann","age":3}',
    '{"name":"f","parameters":"x"}',
    `${printed} as you wish`,
    `${printed}\nSo be it.`,
    `See: ${printed}`,
    '[{"name":"f","parameters":{}}]',
  ])('are not seen in %j', (content) => {
    const said = readIn(content);
    expect(
      said
        .filter((one) => one.startsWith('text'))
        .map((one) => one.slice(5))
        .join(''),
    ).toBe(content);
    expect(said.at(-1)).toBe('end stop');
  });

  it('hold nothing back that cannot become one', () => {
    expect(readIn('Hi')).toEqual(['text H', 'text i', 'end stop']);
    expect(readIn('{"city"')[0]).toBe('text {"c');
  });

  it('are text where real ones came, or where nobody asked to mend anything', () => {
    const both = text(printed) + say({ tool_calls: [call('g', {}, 'c')] }) + last();
    expect(inner(read(both, { printsToolCalls: true }))).toEqual([
      `text ${printed}`,
      ...fClosed('c', '{}', 'g'),
      'end tool-use',
    ]);
    expect(inner(read(text(printed) + last()))).toEqual([`text ${printed}`, 'end stop']);
  });

  it('are let go when they grow too long', () => {
    const long = `{"name":"f","parameters":{"x":"${'y'.repeat(20_000)}"}}`;
    expect(inner(read(text(long) + last(), { printsToolCalls: true }))).toEqual([`text ${long}`, 'end stop']);
  });
});

describe('a whole answer', () => {
  const whole = {
    model: 'm',
    created_at,
    message: { role: 'assistant', content: 'Hi' },
    done: true,
    done_reason: 'stop',
    prompt_eval_count: 9,
    eval_count: 3,
  };

  it('is the events a stream would have carried', () => {
    expect(eventsOfWhole(whole, reading()).map(word)).toEqual([
      'answer-start',
      'text Hi',
      'usage 9/3',
      'end stop',
      'answer-end',
    ]);
    expect(eventsOfWhole({ message: { content: 'Hi' } }, reading()).map(word)).toEqual([
      'answer-start',
      'text Hi',
      'end stop',
      'answer-end',
    ]);
  });

  it.each([
    [{ error: 'no' }, 'no'],
    [{ done: true }, "the backend's answer holds no message"],
    [[], "the backend's answer is not a JSON object"],
    [null, "the backend's answer is not a JSON object"],
  ])('%j is an error', (answer, message) => {
    expect(eventsOfWhole(answer, reading())).toMatchObject([{ type: 'error', message }]);
    expect(hearWhole(answer).error?.message).toBe(message);
  });

  it('says its usage to who listens along', () => {
    expect(hearWhole(whole)).toEqual({ usage: { inputTokens: 9, outputTokens: 3 } });
  });
});
