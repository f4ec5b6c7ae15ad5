import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dressings, framesOf } from '../../../test/support/stream-cuts.ts';
import type { CallEvent } from '../../model/call-event.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { Warnings } from '../../model/warnings.ts';
import { ordinaryQuirks } from '../wire-quirks.ts';
import { eventReader, eventsOfWhole } from './read-events.ts';

const event = (value: JsonValue) => `data: ${JSON.stringify(value)}\n\n`;
const chunk = (parts: readonly object[] | undefined, rest: object = {}, around: object = {}) => {
  const answer = {
    candidates: [{ ...(parts && { content: { role: 'model', parts } }), index: 0, ...rest }],
    modelVersion: 'gemini-x',
    responseId: 'Ab-c1',
    ...around,
  };
  return answer as unknown as JsonObject;
};
const counts = (rest: object) => ({ usageMetadata: { trafficType: 'ON_DEMAND', ...rest } });

interface Read {
  readonly events: CallEvent[];
  readonly warned: string[];
}

function read(stream: string, sizes?: readonly number[]): Read {
  const warnings = new Warnings();
  const reader = eventReader({ warnings, quirks: ordinaryQuirks });
  const events = [...framesOf(stream, sizes).flatMap((frame) => reader.push(frame)), ...reader.end()];
  return { events, warned: warnings.list.map(({ param, reason }) => `${param} ${reason}`) };
}

function readChunks(...chunks: readonly JsonObject[]): Read {
  return read(chunks.map(event).join(''));
}

function readWhole(answer: JsonValue): CallEvent[] {
  return eventsOfWhole(answer, { warnings: new Warnings(), quirks: ordinaryQuirks });
}

/** What lies between the start and the end. */
const inner = ({ events }: Read) => events.slice(1, -1);
const start: CallEvent = { type: 'answer-start', id: 'Ab-c1', model: 'gemini-x' };
const end: CallEvent = { type: 'answer-end' };
const text = (text: string, choice = 0): CallEvent => ({ type: 'text-delta', choice, text });
const over = (reason: string, choice = 0) => ({ type: 'choice-end', choice, reason });
const tool = (id: string, name: string, args: object, signature?: string) => [
  {
    type: 'tool-use-start',
    choice: 0,
    id,
    name,
    signature: signature && { origin: 'gemini', value: signature },
  },
  { type: 'tool-use-delta', choice: 0, id, arguments: JSON.stringify(args) },
  { type: 'tool-use-end', choice: 0, id },
];
const stop = { finishReason: 'STOP' };

const ordinary = [
  chunk([{ text: 'Let me', thought: true }], {}, counts({})),
  chunk(
    [{ text: 'Hé' }],
    {},
    counts({ promptTokenCount: 9, candidatesTokenCount: 1, thoughtsTokenCount: 4 }),
  ),
  chunk([{ text: 'llo 👋' }, { functionCall: { name: 'f', args: { a: 'ü' } }, thoughtSignature: 's' }]),
  chunk(
    [{ text: '' }],
    stop,
    counts({
      promptTokenCount: 9,
      candidatesTokenCount: 7,
      thoughtsTokenCount: 4,
      cachedContentTokenCount: 2,
    }),
  ),
];
const usage = (outputTokens: number, cachedInputTokens?: number) => ({
  type: 'usage',
  usage: { inputTokens: 9, outputTokens, cachedInputTokens, reasoningTokens: 4 },
});
const expected = [
  start,
  { type: 'thinking-delta', choice: 0, text: 'Let me' },
  usage(5),
  text('Hé'),
  text('llo 👋'),
  ...tool('call_Abc1_0_f', 'f', { a: 'ü' }, 's'),
  usage(11, 2),
  over('tool-use'),
  end,
];

describe('reading a stream', () => {
  it('reads an ordinary one, with the call and the reason in different chunks', () => {
    expect(readChunks(...ordinary).events).toEqual(expected);
  });

  it.each(Object.entries(dressings(ordinary.map(event).join(''))))(
    'reads it with %s, one byte at a time',
    (_name, stream) => {
      expect(read(stream, [1]).events).toEqual(expected);
    },
  );

  it('reads it wherever it is cut', () => {
    const stream = ordinary.map(event).join('');
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 8 }), (sizes) => {
        expect(read(stream, sizes).events).toEqual(expected);
      }),
    );
  });

  it('reads a chunk without its last blank line, without a space, and passes over a [DONE]', () => {
    expect(read(`data:${JSON.stringify(chunk([{ text: 'a' }], stop))}\n\ndata: [DONE]\n\n`).events).toEqual([
      start,
      text('a'),
      over('stop'),
      end,
    ]);
    expect(
      read(event(chunk([{ text: 'a' }])) + event(chunk(undefined, stop)).trimEnd()).events.at(-1),
    ).toEqual(end);
  });

  it('ends on a chunk with a reason and nothing else (T24)', () => {
    expect(
      readChunks(chunk([{ text: 'a' }]), chunk(undefined, { finishReason: 'MAX_TOKENS' })).events,
    ).toEqual([start, text('a'), over('length'), end]);
  });

  it('is not misled by a reason on every chunk (T24)', () => {
    expect(inner(readChunks(chunk([{ text: 'a' }], stop), chunk([{ text: 'b' }], stop)))).toEqual([
      text('a'),
      text('b'),
      over('stop'),
    ]);
  });

  it('tells a stream that was cut off (T5)', () => {
    expect(readChunks(chunk([{ text: 'a' }])).events.at(-1)).toMatchObject({ type: 'error' });
    expect(
      readChunks(chunk([{ text: 'a' }], { finishReason: 'FINISH_REASON_UNSPECIFIED' })).events.at(-1),
    ).toMatchObject({ type: 'error' });
    expect(read('').events).toEqual([{ type: 'error', message: "the backend's answer has no candidates" }]);
  });

  it.each<[string, string]>([
    ['as an event', event({ error: { code: 503, message: 'm', status: 'UNAVAILABLE' } })],
    [
      'as bare JSON behind the last event (T6)',
      '{\n  "error": {\n "code": 503, "message": "m", "status": "UNAVAILABLE"}\n}\n',
    ],
    ['in a list', event([{ error: { code: 503, message: 'm', status: 'UNAVAILABLE' } }])],
    [
      'beside empty candidates (T26)',
      event({ candidates: [], error: { code: 503, message: 'm', status: 'UNAVAILABLE' } }),
    ],
  ])('hears an error %s', (_name, failure) => {
    const { events } = read(event(chunk([{ text: 'a' }])) + failure);
    expect(events).toEqual([
      start,
      text('a'),
      { type: 'error', message: 'm', code: 'UNAVAILABLE', meaning: 'overloaded' },
    ]);
  });

  it('says nothing after an error', () => {
    const { events } = read(event({ error: { message: 'm' } }) + ordinary.map(event).join(''));
    expect(events).toHaveLength(1);
  });

  it('takes the last usage that counts anything', () => {
    const { events } = readChunks(
      chunk([], {}, counts({ promptTokenCount: 3, toolUsePromptTokenCount: 4 })),
      chunk([], stop, counts({})),
    );
    expect(events.filter(({ type }) => type === 'usage')).toEqual([
      {
        type: 'usage',
        usage: { inputTokens: 7, outputTokens: 0, cachedInputTokens: undefined, reasoningTokens: undefined },
      },
    ]);
  });

  it('keeps candidates apart', () => {
    const both = {
      candidates: [
        { content: { parts: [{ text: 'a' }] } },
        { index: 1, content: { parts: [{ text: 'b' }] } },
      ],
    };
    const ends = {
      candidates: [
        { index: 1, finishReason: 'MAX_TOKENS' },
        { index: 0, finishReason: 'STOP' },
      ],
    };
    expect(inner(readChunks(both, ends))).toEqual([text('a'), text('b', 1), over('stop'), over('length', 1)]);
    expect(readChunks(both, { candidates: [stop] }).events.at(-1)).toMatchObject({ type: 'error' });
  });

  it('hands on what signs thoughts or the text behind them', () => {
    const signed = (value: string) => ({
      type: 'thinking-end',
      choice: 0,
      signature: { origin: 'gemini', value },
    });
    expect(
      inner(
        readChunks(
          chunk([{ text: 'a', thought: true, thoughtSignature: 's' }]),
          chunk([{ text: 'b' }, { text: '', thoughtSignature: 't' }], stop),
        ),
      ),
    ).toEqual([
      { type: 'thinking-delta', choice: 0, text: 'a' },
      signed('s'),
      text('b'),
      signed('t'),
      over('stop'),
    ]);
  });

  it('makes ids that differ within an answer and between answers, and keeps those that are given', () => {
    const ids = (answer: string, ...calls: object[]) => {
      const parts = calls.map((functionCall) => ({ functionCall }));
      return readChunks(chunk(parts, stop, { responseId: answer })).events.flatMap((one) =>
        one.type === 'tool-use-start' ? [one.id] : [],
      );
    };
    expect(
      ids('x1', { name: 'f' }, { name: 'f' }, { id: 'mine', name: 'g' }, { id: 'mine', name: 'g' }),
    ).toEqual(['call_x1_0_f', 'call_x1_1_f', 'mine', 'mine-2']);
    expect(ids('x2', { name: 'f' })).toEqual(['call_x2_0_f']);
    expect(ids('z'.repeat(99), { name: 'a.b:c'.repeat(20) })[0]).toMatch(/^[A-Za-z0-9_-]{37}$/);
  });

  it('takes a call without arguments for one with none', () => {
    expect(inner(readChunks(chunk([{ functionCall: { name: 'f' } }], stop)))).toEqual([
      ...tool('call_Abc1_0_f', 'f', {}),
      over('tool-use'),
    ]);
  });

  it('tells pictures', () => {
    const picture = (data: string, rest: object = {}) => ({
      inlineData: { mimeType: 'image/png', data },
      ...rest,
    });
    const { events, warned } = readChunks(
      chunk([picture('A', { thought: true }), picture('B')]),
      chunk([picture('C'), { inlineData: { mimeType: 'audio/L16', data: 'D' } }], stop),
    );
    expect(events.slice(1, -2)).toEqual([
      { type: 'image', index: 0, base64: 'B', mediaType: 'image/png' },
      { type: 'image', index: 1, base64: 'C', mediaType: 'image/png' },
    ]);
    expect(warned).toEqual(['candidates.content.parts.inlineData unsupported_by_backend']);
  });

  it('warns of what has no place', () => {
    const { warned } = readChunks(
      chunk([{ executableCode: {} }, { codeExecutionResult: {} }, { text: 'a' }], {
        ...stop,
        groundingMetadata: {},
      }),
    );
    expect(warned.map((one) => one.split(' ')[0])).toEqual([
      'groundingMetadata',
      'executableCode',
      'codeExecutionResult',
    ]);
  });
});

describe("Vertex' arguments in pieces", () => {
  const piece = (jsonPath: string, rest: object) => ({
    functionCall: { partialArgs: [{ jsonPath, ...rest }], willContinue: true },
  });
  const begin = (name: string) => ({ functionCall: { name, willContinue: true } });
  const argsOf = ({ events }: Read) =>
    events.flatMap((one) => (one.type === 'tool-use-delta' ? [JSON.parse(one.arguments)] : []));
  const readParts = (...parts: object[]) =>
    readChunks(...parts.map((part) => chunk([part])), chunk([{ text: '' }], stop));

  it('are put together', () => {
    const answer = readParts(
      begin('f'),
      piece('$.items[0].name', { stringValue: 'App', willContinue: true }),
      piece('$.items[0].name', { stringValue: 'le' }),
      { functionCall: { willContinue: true } },
      piece('$.items[0].price', { numberValue: 0.5 }),
      piece('$.items[1]', { boolValue: true }),
      piece("$['odd.name']", { nullValue: 'NULL_VALUE' }),
      piece('$["a\\"b"]', { stringValue: '' }),
      { functionCall: {} },
      begin('g'),
      { functionCall: {} },
    );
    expect(argsOf(answer)).toEqual([
      { items: [{ name: 'Apple', price: 0.5 }, true], 'odd.name': null, 'a"b': '' },
      {},
    ]);
    expect(answer.events.filter(({ type }) => type === 'tool-use-start')).toHaveLength(2);
    expect(answer.events.at(-2)).toEqual(over('tool-use'));
  });

  it('end with the answer or the next call where no empty call ends them', () => {
    expect(
      argsOf(
        readParts(
          begin('f'),
          piece('$.a', { stringValue: 'x' }),
          begin('g'),
          piece('$.b', { numberValue: 1 }),
        ),
      ),
    ).toEqual([{ a: 'x' }, { b: 1 }]);
  });

  it('cannot be made to hurt', () => {
    const paths = [
      '$',
      '$[0]',
      'a',
      '$.a[99999]',
      '$.a[4294967295]',
      '$..a',
      `$${'.a'.repeat(100)}`,
      '$.a[',
      "$['a",
      '$.a b[x]',
    ];
    const odd = paths.map((path) => piece(path, { stringValue: 'x' }));
    const answer = readParts(begin('f'), ...odd, piece('$.__proto__.polluted', { boolValue: true }), {
      functionCall: { partialArgs: [1, null, {}] },
    });
    expect(JSON.stringify(answer.events.find(({ type }) => type === 'tool-use-delta'))).toContain(
      '__proto__',
    );
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('how an answer ended', () => {
  const ended = (finishReason: string, parts: object[]) => readChunks(chunk(parts, { finishReason }));

  it.each([
    ['STOP', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['CONTINUATION', 'pause'],
    ...['SAFETY', 'RECITATION', 'LANGUAGE', 'BLOCKLIST', 'PROHIBITED_CONTENT', 'SPII'].map((word) => [
      word,
      'content-filter',
    ]),
    ...['IMAGE_SAFETY', 'IMAGE_PROHIBITED_CONTENT', 'IMAGE_RECITATION'].map((word) => [
      word,
      'content-filter',
    ]),
  ])('%s is %s', (wire, reason) => {
    const answer = ended(wire as string, [{ text: 'a' }]);
    expect(inner(answer)).toEqual([text('a'), over(reason as string)]);
    expect(answer.warned).toEqual([]);
  });

  const faults = [
    'MALFORMED_FUNCTION_CALL',
    'UNEXPECTED_TOOL_CALL',
    'TOO_MANY_TOOL_CALLS',
    'MALFORMED_RESPONSE',
    'NO_IMAGE',
    'IMAGE_OTHER',
    'OTHER',
  ];

  it.each(faults)('%s is a failure if nothing usable came, else an end with a warning (T22)', (wire) => {
    expect(ended(wire, [{ text: 'hm', thought: true }]).events.at(-1)).toMatchObject({
      type: 'error',
      code: wire,
    });
    expect(ended(wire, [{ text: 'a' }])).toMatchObject({ warned: ['finishReason taken_for_stop'] });
    expect(inner(ended(wire, [{ text: 'a' }])).at(-1)).toEqual(over('stop'));
  });

  it('a call wins over a natural end, not over a limit or a filter', () => {
    const call = [{ functionCall: { name: 'f' } }];
    expect(inner(ended('STOP', call)).at(-1)).toEqual(over('tool-use'));
    expect(inner(ended('MAX_TOKENS', call)).at(-1)).toEqual(over('length'));
    expect(inner(ended('SAFETY', call)).at(-1)).toEqual(over('content-filter'));
  });

  it('a word of tomorrow is an end with a warning', () => {
    expect(ended('TIRED', [{ text: 'a' }]).warned).toEqual(['finishReason taken_for_stop']);
  });

  it('a blocked prompt is a refusal', () => {
    const blocked = {
      promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
      usageMetadata: { promptTokenCount: 3 },
      modelVersion: 'm',
    };
    expect(readWhole(blocked)).toMatchObject([
      { type: 'answer-start' },
      { type: 'usage', usage: { inputTokens: 3, outputTokens: 0 } },
      { type: 'prompt-blocked', word: 'PROHIBITED_CONTENT' },
      { type: 'refusal-delta', text: 'The prompt was blocked by the backend (PROHIBITED_CONTENT).' },
      over('content-filter'),
      end,
    ]);
  });
});

describe('reading a whole answer', () => {
  it('reads it as a stream of one chunk, and a list of chunks as the stream it is', () => {
    expect(readWhole(chunk([{ text: 'a' }], stop))).toEqual([start, text('a'), over('stop'), end]);
    expect(readWhole(ordinary)).toEqual(expected);
  });

  it.each<{ answer: JsonValue }>(
    [null, 'x', 5, [], {}, { candidates: 5 }, { candidates: [null] }, [null]].map((answer) => ({ answer })),
  )('$answer is no answer', ({ answer }) => {
    expect(readWhole(answer).at(-1)).toMatchObject({ type: 'error' });
  });

  it('never throws, whatever a backend sends', () => {
    const member = fc.constantFrom(
      'candidates',
      'content',
      'parts',
      'text',
      'functionCall',
      'name',
      'args',
      'partialArgs',
      'inlineData',
      'finishReason',
      'usageMetadata',
      'error',
      'promptFeedback',
      'index',
    );
    const { node } = fc.letrec((tie) => ({
      node: fc.oneof(
        fc.string(),
        fc.integer(),
        fc.constant(null),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(member, tie('node'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(node, (answer) => {
        expect(readWhole(answer as JsonValue).length).toBeGreaterThan(0);
      }),
    );
  });
});
