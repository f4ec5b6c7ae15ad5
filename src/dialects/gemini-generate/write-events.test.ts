import { describe, expect, it } from 'vitest';
import { framesOf } from '../../../test/support/stream-cuts.ts';
import type { CallEvent, FinishReason } from '../../model/call-event.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject } from '../../model/json.ts';
import { Warnings } from '../../model/warnings.ts';
import type { WriterContext } from '../dialect.ts';
import { ordinaryQuirks } from '../wire-quirks.ts';
import { reframer, streamType } from './framing.ts';
import { eventReader, eventsOfWhole } from './read-events.ts';
import { GeminiFrameWriter } from './write-events.ts';
import { GeminiWholeWriter } from './write-whole.ts';

const route = '/v1beta/models/{model}:streamGenerateContent';
const events = { route, model: 'm', query: 'key=k&alt=sse' };
const array = { route, model: 'm', query: '' };

function contextOf(changes: Partial<WriterContext> = {}): WriterContext {
  return {
    ...{
      requestId: '01J-a',
      model: 'mine',
      createdS: 1,
      elapsedMs: () => 0,
      withUsage: true,
      inputTokensEstimate: 5,
    },
    ...{ request: {}, address: events, warnings: new Warnings(), ...changes },
  };
}

const thoughts = { generationConfig: { thinkingConfig: { includeThoughts: true } } };
const start: CallEvent = { type: 'answer-start', model: 'theirs' };
const end: CallEvent = { type: 'answer-end' };
const text = (text: string, choice = 0): CallEvent => ({ type: 'text-delta', choice, text });
const over = (reason: FinishReason, choice = 0): CallEvent => ({ type: 'choice-end', choice, reason });
const usage: CallEvent = {
  type: 'usage',
  usage: { inputTokens: 9, outputTokens: 7, cachedInputTokens: 2, reasoningTokens: 4 },
};
const wireUsage = {
  promptTokenCount: 9,
  cachedContentTokenCount: 2,
  candidatesTokenCount: 3,
  thoughtsTokenCount: 4,
  totalTokenCount: 16,
};
const signature = (origin: string) => ({ origin, value: 's' });
const tool = (id: string, name: string, pieces: string[], isClosed = true): CallEvent[] => [
  { type: 'tool-use-start', choice: 0, id, name },
  ...pieces.map((piece): CallEvent => ({ type: 'tool-use-delta', choice: 0, id, arguments: piece })),
  ...(isClosed ? [{ type: 'tool-use-end', choice: 0, id } as const] : []),
];

function write(all: readonly CallEvent[], changes: Partial<WriterContext> = {}): string {
  const writer = new GeminiFrameWriter(contextOf(changes));
  return all.map((event) => writer.push(event)).join('');
}

function writeWhole(all: readonly CallEvent[], changes: Partial<WriterContext> = {}): JsonObject {
  const writer = new GeminiWholeWriter(contextOf(changes));
  for (const event of all) writer.push(event);
  return writer.finish();
}

const chunksOf = (stream: string) =>
  framesOf(stream).map((frame) => JSON.parse(frame.data() ?? '') as JsonObject);
const partsOf = (stream: string) =>
  chunksOf(stream).flatMap((chunk) =>
    (chunk['candidates'] as { content: { parts: object[] } }[]).flatMap(({ content }) => content.parts),
  );
const head = { modelVersion: 'mine', responseId: '01J-a' };

describe('writing a stream', () => {
  it('writes data lines alone, the reason and the usage last', () => {
    const stream = write([start, text('a'), over('stop'), usage, end]);
    expect(stream).toMatch(/^(data: \{[^\n]*\}\n\n){2}$/);
    expect(chunksOf(stream)).toEqual([
      { candidates: [{ content: { role: 'model', parts: [{ text: 'a' }] }, index: 0 }], ...head },
      {
        candidates: [{ content: { role: 'model', parts: [{ text: '' }] }, index: 0, finishReason: 'STOP' }],
        usageMetadata: wireUsage,
        ...head,
      },
    ]);
  });

  it('writes a function call when it is whole, with its arguments as an object', () => {
    const stream = write([
      start,
      ...tool('x', 'f', ['{"a"', ':1}']),
      ...tool('y', 'g', [''], false),
      text('b'),
      over('tool-use'),
      end,
    ]);
    expect(partsOf(stream)).toEqual([
      { functionCall: { id: 'x', name: 'f', args: { a: 1 } } },
      { text: 'b' },
      { functionCall: { id: 'y', name: 'g', args: {} } },
      { text: '' },
    ]);
    expect(chunksOf(stream).filter((chunk) => JSON.stringify(chunk).includes('finishReason'))).toHaveLength(
      1,
    );
  });

  it('wants arguments to be an object, and says what it did to them', () => {
    const warnings = new Warnings();
    const parts = partsOf(
      write([...tool('x', 'f', ['nonsense']), ...tool('y', 'f', ['{"a":"b']), over('length'), end], {
        warnings,
      }),
    );
    expect(parts.slice(0, 2)).toMatchObject([
      { functionCall: { args: { _raw: 'nonsense' } } },
      { functionCall: { args: { a: 'b' } } },
    ]);
    expect(warnings.list.map(({ reason }) => reason)).toEqual([
      'arguments_kept_as_text',
      'arguments_repaired',
    ]);
  });

  const thinking: CallEvent[] = [{ type: 'thinking-delta', choice: 0, text: 'hm' }];
  const signed = (origin: string): CallEvent => ({
    type: 'thinking-end',
    choice: 0,
    signature: signature(origin),
  });

  it('shows thoughts only to those who asked for them', () => {
    const all = [...thinking, signed('anthropic'), text('a'), over('stop'), end];
    expect(partsOf(write(all))).toEqual([{ text: 'a' }, { text: '' }]);
    const shown = [
      { text: 'hm', thought: true },
      { text: '', thought: true, thoughtSignature: Buffer.from('gw1:anthropic:s').toString('base64') },
      { text: 'a' },
      { text: '' },
    ];
    expect(partsOf(write(all, { request: thoughts }))).toEqual(shown);
    expect(
      partsOf(
        write(all, { request: { generation_config: { thinking_config: { include_thoughts: true } } } }),
      ),
    ).toEqual(shown);
    expect(partsOf(write(all, { request: { generationConfig: 5 } }))).toHaveLength(2);
  });

  it("hands on Google's own signatures either way", () => {
    expect(partsOf(write([text('a'), signed('gemini'), over('stop'), end]))[1]).toEqual({
      text: '',
      thoughtSignature: 's',
    });
    const call: CallEvent = {
      type: 'tool-use-start',
      choice: 0,
      id: 'x',
      name: 'f',
      signature: signature('gemini'),
    };
    expect(partsOf(write([call, over('tool-use'), end]))[0]).toEqual({
      functionCall: { id: 'x', name: 'f', args: {} },
      thoughtSignature: 's',
    });
  });

  it('writes several candidates by their index', () => {
    const chunks = chunksOf(write([text('a'), text('b', 1), over('length', 1), over('stop'), end]));
    expect(chunks.at(-1)).toMatchObject({
      candidates: [
        { index: 0, finishReason: 'STOP' },
        { index: 1, finishReason: 'MAX_TOKENS' },
      ],
    });
  });

  it('writes pictures and refusals, and tells of what it cannot', () => {
    const warnings = new Warnings();
    const all: CallEvent[] = [
      { type: 'image', index: 0, base64: 'A', mediaType: 'image/png' },
      { type: 'image-url', index: 1, url: 'https://x' },
      { type: 'refusal-delta', choice: 0, text: 'No.' },
      { type: 'redacted-thinking', choice: 0, signature: signature('anthropic') },
    ];
    expect(partsOf(write(all, { warnings }))).toEqual([
      { inlineData: { mimeType: 'image/png', data: 'A' } },
      { fileData: { fileUri: 'https://x' } },
      { text: 'No.' },
    ]);
    expect(warnings.list).toMatchObject([{ param: 'redacted_thinking' }]);
  });

  it.each<[FinishReason, string]>([
    ['stop', 'STOP'],
    ['stop-text', 'STOP'],
    ['tool-use', 'STOP'],
    ['pause', 'STOP'],
    ['length', 'MAX_TOKENS'],
    ['context-full', 'MAX_TOKENS'],
    ['content-filter', 'SAFETY'],
    ['refusal', 'SAFETY'],
  ])('%s is %s', (reason, finishReason) => {
    expect(chunksOf(write([over(reason), end]))).toMatchObject([{ candidates: [{ finishReason }] }]);
  });

  it('fails in its own words, and says nothing more', () => {
    const writer = new GeminiFrameWriter(contextOf());
    const failure = chunksOf(
      writer.push(text('a')) + writer.fail(new GatewayError('upstream_error', 'm')),
    ).at(-1);
    expect(failure).toMatchObject({ error: { code: 502, message: 'm', status: 'UNAVAILABLE' } });
    expect(writer.push(text('b')) + writer.push(end)).toBe('');
  });
});

describe('the framing', () => {
  it.each(['alt=sse', '%24alt=sse', 'key=x&alt=SSE'])('?%s means server-sent events', (query) => {
    expect(streamType({ ...array, query })).toBe('text/event-stream');
    expect(reframer({ ...array, query })).toBeUndefined();
  });

  it.each(['', 'alt=json', 'xalt=sse'])('?%s means an array', (query) => {
    expect(streamType({ ...array, query })).toBe('application/json; charset=utf-8');
    expect(reframer({ ...array, query })).toBeDefined();
  });

  it('is an array whose elements come one by one', () => {
    const stream = write([text('a'), text('b'), over('stop'), end], { address: array });
    expect(stream).toMatch(/^\[\{.*\},\n\{.*\},\n\{.*\}\]$/);
    expect(JSON.parse(stream)).toHaveLength(3);
  });

  it('ends an array with the failure', () => {
    const failed = (before: CallEvent[]) => {
      const writer = new GeminiFrameWriter(contextOf({ address: array }));
      return JSON.parse(
        before.map((event) => writer.push(event)).join('') +
          writer.fail(new GatewayError('upstream_timeout', 'm')),
      );
    };
    expect(failed([text('a')])).toMatchObject([{ candidates: [{}] }, { error: { code: 504 } }]);
    expect(failed([])).toMatchObject([{ error: { code: 504 } }]);
  });

  it('re-frames what passes', () => {
    const framing = reframer(array);
    expect(`${framing?.frame('{"a":1}')}${framing?.frame('{"b":2}')}${framing?.end()}`).toBe(
      '[{"a":1},\n{"b":2}]',
    );
    expect(reframer(array)?.end()).toBe('[]');
  });
});

describe('writing a whole answer', () => {
  it('folds pieces into parts', () => {
    const all: CallEvent[] = [
      start,
      { type: 'thinking-delta', choice: 0, text: 'h' },
      { type: 'thinking-delta', choice: 0, text: 'm' },
      { type: 'thinking-end', choice: 0, signature: signature('gemini') },
      text('a'),
      text('b'),
      ...tool('x', 'f', ['{}']),
      text('c'),
      usage,
      over('tool-use'),
      end,
    ];
    expect(writeWhole(all, { request: thoughts })).toEqual({
      candidates: [
        {
          content: {
            role: 'model',
            parts: [
              { text: 'hm', thought: true, thoughtSignature: 's' },
              { text: 'ab' },
              { functionCall: { id: 'x', name: 'f', args: {} } },
              { text: 'c' },
            ],
          },
          finishReason: 'STOP',
          index: 0,
        },
      ],
      usageMetadata: wireUsage,
      ...head,
    });
  });

  it('never puts a text behind a signature into the signed part', () => {
    const all: CallEvent[] = [
      text('a'),
      { type: 'thinking-end', choice: 0, signature: signature('gemini') },
      text('b'),
      over('stop'),
      end,
    ];
    expect(writeWhole(all)).toMatchObject({
      candidates: [{ content: { parts: [{ text: 'a', thoughtSignature: 's' }, { text: 'b' }] } }],
    });
  });

  it('leaves out usage nobody counted, and has a candidate even if nothing was said', () => {
    expect(writeWhole([start, end])).toEqual({
      candidates: [{ content: { role: 'model', parts: [] }, finishReason: 'STOP', index: 0 }],
      ...head,
    });
  });
});

it('what is written, streamed or whole, reads as what was said', () => {
  const all: CallEvent[] = [
    { type: 'answer-start', id: '01J-a', model: 'mine' },
    { type: 'thinking-delta', choice: 0, text: 'hm' },
    text('a'),
    ...tool('x', 'f', ['{"a":1}']),
    over('tool-use'),
    usage,
    end,
  ];
  const reading = { warnings: new Warnings(), quirks: ordinaryQuirks };
  const reader = eventReader(reading);
  const streamed = [
    ...framesOf(write(all, { request: thoughts })).flatMap((frame) => reader.push(frame)),
    ...reader.end(),
  ];
  const whole = eventsOfWhole(writeWhole(all, { request: thoughts }), reading);
  const sorted = (list: readonly CallEvent[]) => list.map((one) => JSON.stringify(one)).sort();
  expect(sorted(streamed)).toEqual(sorted(all));
  expect(sorted(whole)).toEqual(sorted(all));
});
