import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dressings, framesOf } from '../../../test/support/stream-cuts.ts';
import type { CallEvent } from '../../model/call-event.ts';
import type { JsonValue } from '../../model/json.ts';
import { Warnings } from '../../model/warnings.ts';
import { ordinaryQuirks } from '../wire-quirks.ts';
import { eventReader, eventsOfWhole as eventsOfWholeWith } from './read-events.ts';

const id = 'chatcmpl-AbC123';
const head = { id, object: 'chat.completion.chunk', created: 1770933892, model: 'gpt-4.1' };
const chunk = (choices: object[], rest: object = {}) =>
  `data: ${JSON.stringify({ ...head, choices, ...rest })}\n\n`;
const delta = (delta: object, finish_reason: string | null = null, index = 0) =>
  chunk([{ index, delta, logprobs: null, finish_reason }]);
const call = (...tool_calls: object[]) => delta({ tool_calls });
const done = 'data: [DONE]\n\n';
const counts = { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 };

const reading = () => ({ warnings: new Warnings(), quirks: ordinaryQuirks });
const eventsOfWhole = (answer: JsonValue) => eventsOfWholeWith(answer, reading());

function read(stream: string, sizes?: readonly number[], asked = reading()): CallEvent[] {
  const reader = eventReader(asked);
  return [...framesOf(stream, sizes).flatMap((frame) => reader.push(frame)), ...reader.end()];
}

/** The events between start and end, one short word for each. */
function inner(stream: string): string[] {
  return read(stream).map(word).slice(1, -1);
}

function word(event: CallEvent): string {
  if (event.type === 'text-delta' || event.type === 'thinking-delta' || event.type === 'refusal-delta') {
    return `${event.type.slice(0, -6)}${event.choice} ${event.text}`;
  }
  if (event.type === 'tool-use-start') return `start${event.choice} ${event.id} ${event.name}`;
  if (event.type === 'tool-use-delta') return `delta${event.choice} ${event.id} ${event.arguments}`;
  if (event.type === 'choice-end') return `end${event.choice} ${event.reason}`;
  if (event.type === 'usage') return `usage ${event.usage.inputTokens}/${event.usage.outputTokens}`;
  return event.type === 'error' ? `error ${event.message}` : event.type;
}

describe('the event reader of chat', () => {
  it('reads an ordinary stream', () => {
    const stream =
      delta({ role: 'assistant', content: '', refusal: null }) +
      delta({ content: 'Hel' }) +
      delta({ content: 'lo' }) +
      delta({}, 'stop') +
      chunk([], { usage: counts }) +
      done;
    expect(read(stream)[0]).toEqual({ type: 'answer-start', id, model: 'gpt-4.1', createdS: 1770933892 });
    expect(inner(stream)).toEqual(['text0 Hel', 'text0 lo', 'usage 9/3', 'end0 stop']);
    expect(read(stream).at(-1)).toEqual({ type: 'answer-end' });
  });

  it.each([
    ['content_filter', 'content-filter'],
    ['length', 'length'],
    ['tool_calls', 'tool-use'],
    ['function_call', 'tool-use'],
    ['model_length', 'context-full'],
    ['sensitive', 'content-filter'],
    ['MAX_TOKENS', 'length'],
    ['eos', 'stop'],
  ])('reads the finish reason %s as %s', (wire, reason) => {
    expect(inner(delta({ content: 'a' }, wire))).toEqual(['text0 a', `end0 ${reason}`]);
  });

  it('reads thinking under either name once, and in parts', () => {
    expect(inner(delta({ reasoning_content: 'hm' }) + delta({ content: 'a' }, 'stop'))).toContain(
      'thinking0 hm',
    );
    expect(inner(delta({ reasoning: 'hm', reasoning_content: 'hm' }, 'stop'))).toEqual([
      'thinking0 hm',
      'end0 stop',
    ]);
    const parts = [
      { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
      { type: 'text', text: 'a' },
    ];
    expect(inner(delta({ content: parts }, 'stop'))).toEqual(['thinking0 hm', 'text0 a', 'end0 stop']);
  });

  it('reads a refusal', () => {
    expect(inner(delta({ refusal: 'No.' }, 'stop'))).toEqual(['refusal0 No.', 'end0 refusal']);
  });

  it('keeps the choices apart', () => {
    const stream =
      delta({ content: 'a' }) + delta({ content: 'b' }, null, 1) + delta({}, 'stop', 1) + delta({}, 'length');
    expect(inner(stream)).toEqual(['text0 a', 'text1 b', 'end0 length', 'end1 stop']);
  });

  it('begins with the first chunk that has an answer (Azure)', () => {
    const azure = 'data: {"choices":[],"created":0,"id":"","model":"","prompt_filter_results":[]}\n\n';
    expect(read(azure + delta({ content: 'a' }, 'stop'))[0]).toMatchObject({ id, model: 'gpt-4.1' });
  });

  it('takes usage from anywhere, and choices without a delta', () => {
    const first = chunk([], { usage: counts });
    const last = chunk([{ index: 0, finish_reason: 'stop' }], { usage: { ...counts, completion_tokens: 4 } });
    expect(inner(first + delta({ content: 'a' }) + last)).toEqual([
      'usage 9/3',
      'text0 a',
      'usage 9/4',
      'end0 stop',
    ]);
    const groq = chunk([{ index: 0, delta: {}, finish_reason: 'stop' }], { x_groq: { usage: counts } });
    expect(inner(groq)).toEqual(['usage 9/3', 'end0 stop']);
  });

  it('counts the reasoning that xAI leaves out of its completion tokens', () => {
    const usage = {
      prompt_tokens: 12,
      completion_tokens: 2,
      total_tokens: 354,
      completion_tokens_details: { reasoning_tokens: 340 },
    };
    expect(inner(delta({ content: 'a' }, 'stop') + chunk([], { usage }))).toContain('usage 12/342');
  });

  it('is not ended by a finish reason on every chunk', () => {
    expect(inner(delta({ content: 'a' }, 'stop') + delta({ content: 'b' }, 'stop') + done)).toEqual([
      'text0 a',
      'text0 b',
      'end0 stop',
    ]);
  });

  it('takes a choice without a finish reason for ended when [DONE] was said', () => {
    const asked = reading();
    const events = read(delta({ content: 'a' }) + done, undefined, asked);
    expect(events.map(word).slice(1, -1)).toEqual(['text0 a', 'end0 stop']);
    expect(asked.warnings.list).toMatchObject([{ action: 'estimated', param: 'finish_reason' }]);
  });

  it('makes an error of a stream that was cut off, and of an empty one', () => {
    expect(read(delta({ content: 'a' })).at(-1)).toMatchObject({ type: 'error' });
    expect(read(delta({ content: 'a' }, 'stop') + delta({ content: 'b' }, null, 1)).at(-1)).toMatchObject({
      type: 'error',
    });
    expect(read('').map(word)).toEqual(["error the backend's stream ended before the answer was complete"]);
    expect(read(done).map(word)).toEqual(["error the backend's answer has no choices"]);
  });

  it('makes an error of a finish reason that means failure', () => {
    expect(
      read(delta({ content: 'a' }, 'error') + done)
        .map(word)
        .at(-1),
    ).toContain('finish_reason error');
  });

  it('ends with an error inside the stream, and hears nothing after it', () => {
    const error = 'data: {"error":{"message":"Boom","type":"overloaded_error","code":"overloaded"}}\n\n';
    const events = read(delta({ content: 'a' }) + error + delta({ content: 'b' }, 'stop') + done);
    expect(events.at(-1)).toEqual({
      type: 'error',
      message: 'Boom',
      code: 'overloaded',
      backendType: 'overloaded_error',
      meaning: 'overloaded',
    });
    expect(events).toHaveLength(3);
  });

  it('reads the same with every line end, after a BOM, between comments, and in any pieces', () => {
    const stream =
      delta({ role: 'assistant', content: '' }) +
      delta({ reasoning_content: 'hm 😀' }) +
      delta({ content: 'é' }) +
      call({ index: 0, id: 'call_a', type: 'function', function: { name: 'f', arguments: '' } }) +
      call({ index: 0, function: { arguments: '{"x":"ü"}' } }) +
      delta({}, 'tool_calls') +
      chunk([], { usage: counts }) +
      done;
    const wanted = read(stream);
    for (const dressed of Object.values(dressings(stream))) {
      for (const sizes of [[1], [7], undefined]) expect(read(dressed, sizes)).toEqual(wanted);
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (sizes) => {
          expect(read(dressed, sizes)).toEqual(wanted);
        }),
        { numRuns: 30 },
      );
    }
  });

  it('needs neither [DONE] nor the last blank line nor the last line end', () => {
    const stream = delta({ content: 'a' }) + delta({}, 'stop');
    for (const cut of [0, 1, 2])
      expect(inner(stream.slice(0, stream.length - cut))).toEqual(['text0 a', 'end0 stop']);
  });
});

describe('tool calls in a stream', () => {
  const first = { index: 0, id: 'call_a', type: 'function', function: { name: 'f', arguments: '' } };

  const calls = (...chunks: string[]) => inner(chunks.join('') + delta({}, 'tool_calls')).slice(0, -1);

  it('are put together from pieces', () => {
    const pieces = ['{"x"', ':', '1}'].map((text) => call({ index: 0, function: { arguments: text } }));
    expect(calls(call(first), ...pieces)).toEqual([
      'start0 call_a f',
      'delta0 call_a {"x"',
      'delta0 call_a :',
      'delta0 call_a 1}',
    ]);
  });

  it('run in parallel, in one chunk or many, interleaved', () => {
    const second = { index: 1, id: 'call_b', function: { name: 'g', arguments: '{' } };
    const rest = [
      call({ index: 1, function: { arguments: '}' } }),
      call({ index: 0, function: { arguments: '{}' } }),
    ];
    expect(calls(call(first, second), ...rest)).toEqual([
      'start0 call_a f',
      'start0 call_b g',
      'delta0 call_b {',
      'delta0 call_b }',
      'delta0 call_a {}',
    ]);
  });

  it('are told apart when all have index 0, by id or by completeness', () => {
    const second = { index: 0, id: 'call_b', function: { name: 'f', arguments: '{}' } };
    expect(calls(call(first), call(second))).toEqual([
      'start0 call_a f',
      'start0 call_b f',
      'delta0 call_b {}',
    ]);
    const nameless = { index: 0, function: { name: 'f', arguments: '{}' } };
    expect(calls(call(nameless), call(nameless))).toEqual([
      'start0 call_AbC123_0_0 f'.replace('AbC123', 'chatcmplAbC123'),
      'delta0 call_chatcmplAbC123_0_0 {}',
      'start0 call_chatcmplAbC123_0_1 f',
      'delta0 call_chatcmplAbC123_0_1 {}',
    ]);
  });

  it('need no index', () => {
    const one = { id: 'call_a', function: { name: 'f', arguments: '{' } };
    expect(calls(call(one), call({ function: { arguments: '}' } }))).toEqual([
      'start0 call_a f',
      'delta0 call_a {',
      'delta0 call_a }',
    ]);
    const two = { id: 'call_b', function: { name: 'g', arguments: '{}' } };
    expect(calls(call(one), call(two), call({ id: 'call_a', function: { arguments: '}' } })).at(-1)).toBe(
      'delta0 call_a }',
    );
  });

  it('get an id where the backend gave none, always the same one', () => {
    const stream = call({ index: 0, function: { name: 'f', arguments: '{}' } }) + delta({}, 'tool_calls');
    expect(read(stream)).toEqual(read(stream));
    expect(inner(stream)[0]).toMatch(/^start0 call_[A-Za-z0-9]+_0_0 f$/);
  });

  it('get another id where the backend gave the same one twice', () => {
    expect(calls(call(first, { ...first, index: 1 }))).toEqual(['start0 call_a f', 'start0 call_a-2 f']);
  });

  it('may repeat id, type and name in every piece', () => {
    const piece = (text: string) => call({ ...first, function: { name: 'f', arguments: text } });
    expect(calls(piece('{'), piece('}'))).toEqual(['start0 call_a f', 'delta0 call_a {', 'delta0 call_a }']);
  });

  it('may have no arguments, null, or an object', () => {
    expect(calls(call({ index: 0, id: 'call_a', function: { name: 'f' } }))).toEqual(['start0 call_a f']);
    expect(calls(call({ index: 0, id: 'call_a', function: { name: 'f', arguments: null } }))).toEqual([
      'start0 call_a f',
    ]);
    expect(calls(call({ index: 0, id: 'call_a', function: { name: 'f', arguments: { x: 1 } } }))).toEqual([
      'start0 call_a f',
      'delta0 call_a {"x":1}',
    ]);
  });

  it('wait for their name, and are told even if it never comes', () => {
    const early = call({ index: 0, id: 'call_a', function: { arguments: '{' } });
    const late = call({ index: 0, function: { name: 'f', arguments: '}' } });
    expect(calls(early, late)).toEqual(['start0 call_a f', 'delta0 call_a {}']);
    expect(calls(early)).toEqual(['start0 call_a ', 'delta0 call_a {']);
  });

  it('win over the finish reason stop, but not over length', () => {
    expect(inner(call(first) + delta({}, 'stop')).at(-1)).toBe('end0 tool-use');
    expect(inner(call(first) + delta({}, 'length')).at(-1)).toBe('end0 length');
    expect(inner(call(first) + done).at(-1)).toBe('end0 tool-use');
  });

  it('are read in the old form too', () => {
    const old =
      delta({ function_call: { name: 'f', arguments: '' } }) +
      delta({ function_call: { arguments: '{}' } }) +
      delta({}, 'function_call');
    expect(inner(old)).toEqual([
      'start0 call_chatcmplAbC123_0_0 f',
      'delta0 call_chatcmplAbC123_0_0 {}',
      'end0 tool-use',
    ]);
  });
});

describe('eventsOfWhole of chat', () => {
  const whole = (message: JsonValue, finish_reason: string | null = 'stop'): JsonValue => ({
    id,
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, message, logprobs: null, finish_reason }],
    usage: counts,
  });

  it('reads all a message can hold', () => {
    const message = {
      role: 'assistant',
      content: 'a',
      refusal: 'No.',
      reasoning: 'hm',
      tool_calls: [
        { id: 'call_a', type: 'function', function: { name: 'f', arguments: '{}' } },
        { id: 'call_b', type: 'function', function: { name: 'f', arguments: '' } },
        { type: 'function', function: { name: 'g', arguments: '{}' } },
      ],
    };
    expect(eventsOfWhole(whole(message, 'tool_calls')).map(word)).toEqual([
      'answer-start',
      'thinking0 hm',
      'text0 a',
      'refusal0 No.',
      'start0 call_a f',
      'delta0 call_a {}',
      'start0 call_b f',
      'start0 call_chatcmplAbC123_0_2 g',
      'delta0 call_chatcmplAbC123_0_2 {}',
      'usage 9/3',
      'end0 tool-use',
      'answer-end',
    ]);
  });

  it('reads several choices, with or without their index', () => {
    const choices = [{ message: { content: 'a' } }, { message: { content: 'b' }, finish_reason: 'length' }];
    expect(eventsOfWhole({ choices }).map(word)).toEqual([
      'answer-start',
      'text0 a',
      'text1 b',
      'end0 stop',
      'end1 length',
      'answer-end',
    ]);
  });

  it('makes an error of what is no answer', () => {
    expect(eventsOfWhole({ error: { message: 'Boom' } }).map(word)).toEqual(['error Boom']);
    expect(eventsOfWhole({ id }).map(word)).toEqual(["error the backend's answer has no choices"]);
    expect(eventsOfWhole({ choices: [] }).map(word)).toEqual(["error the backend's answer has no choices"]);
    expect(eventsOfWhole('text').map(word)).toEqual(["error the backend's answer is not a JSON object"]);
  });
});

describe('what servers add to an answer', () => {
  const tagged = () => ({ warnings: new Warnings(), quirks: { ...ordinaryQuirks, thinkTags: true } });

  it('is split at think tags where the server has them', () => {
    const pieces = ['<thi', 'nk>\nhm', '</th', 'ink>\n\nyes'].map((content) => delta({ content }));
    const stream = pieces.join('') + delta({}, 'stop');
    expect(read(stream, undefined, tagged()).map(word).slice(1, -1)).toEqual([
      'thinking0 hm',
      'text0 yes',
      'end0 stop',
    ]);
    expect(inner(stream).join('')).toContain('text0 <thi');
    expect(read(delta({ content: '<think>open' }, 'length'), undefined, tagged()).map(word)).toContain(
      'thinking0 open',
    );
    const held = read(delta({ content: '  ' }, 'stop'), undefined, tagged()).map(word);
    expect(held).toContain('text0   ');
  });

  it('may say which stop text it was', () => {
    const choice = { index: 0, delta: { content: 'a' }, finish_reason: 'stop', stop_reason: 'END' };
    expect(read(chunk([choice]))).toContainEqual({
      type: 'choice-end',
      choice: 0,
      reason: 'stop-text',
      stopText: 'END',
    });
    expect(inner(chunk([{ ...choice, stop_reason: 128009 }]))).toContain('end0 stop');
  });

  it('may hold pictures', () => {
    const image = (url: string) => ({ type: 'image_url', image_url: { url } });
    const stream =
      delta({ images: [image('data:image/webp;base64,AA')] }) +
      delta({ images: [image('https://x.org/a')] }, 'stop');
    const events = read(stream);
    expect(events).toContainEqual({ type: 'image', index: 0, base64: 'AA', mediaType: 'image/webp' });
    expect(events).toContainEqual({ type: 'image-url', index: 1, url: 'https://x.org/a' });
  });

  it('may hold signatures', () => {
    const text = (rest: object) => ({ type: 'reasoning.text', ...rest });
    const stream =
      delta({ reasoning: 'hm', reasoning_details: [text({ text: 'hm' })] }) +
      delta({ reasoning_details: [text({ text: ' so' }), text({ signature: 's' })] }) +
      delta({ reasoning_details: [{ type: 'reasoning.encrypted', data: 'x' }] }) +
      call({
        index: 0,
        id: 'c',
        function: { name: 'f', arguments: '{}' },
        extra_content: { google: { thought_signature: 'g' } },
      }) +
      delta({}, 'tool_calls');
    expect(read(stream).slice(1, 7)).toEqual([
      { type: 'thinking-delta', choice: 0, text: 'hm' },
      { type: 'thinking-delta', choice: 0, text: ' so' },
      { type: 'thinking-end', choice: 0, signature: { origin: 'openai', value: 's' } },
      { type: 'redacted-thinking', choice: 0, signature: { origin: 'openai', value: 'x' } },
      { type: 'tool-use-start', choice: 0, id: 'c', name: 'f', signature: { origin: 'gemini', value: 'g' } },
      { type: 'tool-use-delta', choice: 0, id: 'c', arguments: '{}' },
    ]);
  });

  it('is told where it is not carried over', () => {
    const asked = reading();
    const choice = {
      index: 0,
      delta: { content: 'a', annotations: [{}], audio: null },
    };
    read(chunk([choice]) + delta({ annotations: [] }, 'stop'), undefined, asked);
    expect(asked.warnings.list.map((one) => one.param)).toEqual(['annotations']);
  });

  it('is no answer where Azure only tells of its filters', () => {
    const filtered = { index: 0, finish_reason: null, content_filter_offsets: {} };
    const azure = `data: ${JSON.stringify({ id: '', model: '', created: 0, choices: [filtered] })}\n\n`;
    expect(read(azure + delta({ content: 'a' }, 'stop') + azure)[0]).toMatchObject({ id });
  });

  it('never makes the reader throw', () => {
    const names = [
      'content',
      'tool_calls',
      'reasoning_details',
      'images',
      'function_call',
      'refusal',
      'audio',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.jsonValue(), fc.boolean(), (name, value, isTagged) => {
        const events = read(delta({ [name]: value }, 'stop'), undefined, isTagged ? tagged() : reading());
        expect(events.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});
