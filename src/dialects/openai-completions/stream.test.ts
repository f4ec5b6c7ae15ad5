import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dressings, framesOf } from '../../../test/support/stream-cuts.ts';
import type { CallEvent, FinishReason } from '../../model/call-event.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { Warnings } from '../../model/warnings.ts';
import type { WriterContext } from '../dialect.ts';
import { ordinaryQuirks } from '../wire-quirks.ts';
import { eventReader, eventsOfWhole } from './read-events.ts';
import { streamListener } from './stream-listener.ts';
import { CompletionsFrameWriter } from './write-events.ts';
import { wholeWriter } from './write-whole.ts';

const reading = { warnings: new Warnings(), quirks: ordinaryQuirks };
const head = { id: 'cmpl-1', object: 'text_completion', created: 1, model: 'm' };
const chunk = (text: string, finish_reason: string | null = null, index = 0) =>
  `data: ${JSON.stringify({ ...head, choices: [{ text, index, logprobs: null, finish_reason }], usage: null })}\n\n`;
const usage = `data: ${JSON.stringify({ ...head, choices: [], usage: { prompt_tokens: 9, completion_tokens: 3 } })}\n\n`;
const done = 'data: [DONE]\n\n';

function read(stream: string, sizes?: readonly number[]): CallEvent[] {
  const reader = eventReader(reading);
  return [...framesOf(stream, sizes).flatMap((frame) => reader.push(frame)), ...reader.end()];
}

function hear(stream: string, sizes?: readonly number[]): unknown[] {
  const listener = streamListener();
  const said = framesOf(stream, sizes).map((frame) => listener.hear(frame));
  return [
    said.filter((word) => word !== 'comment'),
    listener.isComplete,
    listener.usage,
    listener.error,
    listener.missingEnd(),
  ];
}

const counts = { inputTokens: 9, outputTokens: 3 };
const ordinary =
  chunk('Once é') + chunk(' upon', null, 1) + chunk('', 'length') + chunk('', 'stop', 1) + usage + done;

describe('a completions stream', () => {
  it('is heard', () => {
    const said = ['content', 'content', 'content', 'content', 'usage', 'end'];
    expect(hear(ordinary)).toEqual([said, true, counts, undefined, '']);
    expect(hear(chunk('a') + chunk('', 'stop'))).toEqual([
      ['content', 'content'],
      true,
      undefined,
      undefined,
      done,
    ]);
    expect(hear(chunk('a'))).toEqual([['content'], false, undefined, undefined, '']);
  });

  it('is read', () => {
    expect(read(ordinary)).toEqual([
      { type: 'answer-start', id: 'cmpl-1', model: 'm', createdS: 1 },
      { type: 'text-delta', choice: 0, text: 'Once é' },
      { type: 'text-delta', choice: 1, text: ' upon' },
      { type: 'usage', usage: counts },
      { type: 'choice-end', choice: 0, reason: 'length' },
      { type: 'choice-end', choice: 1, reason: 'stop' },
      { type: 'answer-end' },
    ]);
  });

  it('may say which stop text it was', () => {
    const choice = { text: 'a', index: 0, finish_reason: 'stop', stop_reason: 'END' };
    expect(eventsOfWhole({ ...head, choices: [choice] }, reading)).toContainEqual({
      type: 'choice-end',
      choice: 0,
      reason: 'stop-text',
      stopText: 'END',
    });
  });

  it('that breaks off or fails ends in an error', () => {
    expect(read(chunk('a')).at(-1)).toMatchObject({ type: 'error' });
    expect(read(`${chunk('a')}data: {"error":{"message":"Boom"}}\n\n${done}`).at(-1)).toMatchObject({
      type: 'error',
      message: 'Boom',
    });
  });

  it('is the same with every line end, after a BOM, between comments, and in any pieces', () => {
    for (const dressed of Object.values(dressings(ordinary))) {
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (sizes) => {
          for (const pieces of [sizes, [1], [7], undefined]) {
            expect(read(dressed, pieces)).toEqual(read(ordinary));
            expect(hear(dressed, pieces)).toEqual(hear(ordinary));
          }
        }),
        { numRuns: 20 },
      );
    }
  });
});

const context: WriterContext = {
  requestId: 'req-1',
  model: 'mine',
  createdS: 2,
  withUsage: true,
  request: {},
  elapsedMs: () => 0,
  inputTokensEstimate: 0,
  address: { route: '/v1/completions', model: undefined, query: '' },
  warnings: new Warnings(),
};
const written = { id: 'cmpl-req1', object: 'text_completion', created: 2, model: 'mine' };
const wireUsage = {
  prompt_tokens: 9,
  completion_tokens: 3,
  total_tokens: 12,
  prompt_tokens_details: { cached_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0 },
};
const start: CallEvent = { type: 'answer-start', model: 'theirs' };
const events: CallEvent[] = [
  start,
  { type: 'thinking-delta', choice: 0, text: 'hm' },
  { type: 'text-delta', choice: 0, text: 'Once' },
  { type: 'refusal-delta', choice: 0, text: ' no' },
  { type: 'usage', usage: counts },
  { type: 'choice-end', choice: 0, reason: 'tool-use' },
  { type: 'answer-end' },
];

function write(all: readonly CallEvent[], withUsage = true): string {
  const writer = new CompletionsFrameWriter({ ...context, withUsage });
  return all.map((event) => writer.push(event)).join('');
}

function writeWhole(all: readonly CallEvent[]): JsonObject {
  const writer = wholeWriter(context);
  for (const event of all) writer.push(event);
  return writer.finish();
}

describe('the completions writers', () => {
  it('write a stream as OpenAI does, and leave out what a completion cannot hold', () => {
    const choice = (text: string, finish_reason: string | null = null) => ({
      ...written,
      choices: [{ text, index: 0, logprobs: null, finish_reason }],
      usage: null,
    });
    const frames = [
      choice('Once'),
      choice(' no'),
      choice('', 'stop'),
      { ...written, choices: [], usage: wireUsage },
    ];
    expect(write(events)).toBe(frames.map((frame) => `data: ${JSON.stringify(frame)}\n\n`).join('') + done);
    expect(write(events, false)).not.toContain('usage');
  });

  it('write a whole answer as OpenAI does', () => {
    expect(writeWhole(events)).toEqual({
      ...written,
      choices: [{ text: 'Once no', index: 0, logprobs: null, finish_reason: 'stop' }],
      usage: wireUsage,
    });
  });

  it('end with an error and nothing after it', () => {
    const writer = new CompletionsFrameWriter(context);
    const error = { message: 'Boom', type: 'server_error', param: null, code: 'upstream_error' };
    expect(writer.fail(new GatewayError('upstream_error', 'Boom'))).toBe(
      `data: ${JSON.stringify({ error })}\n\n`,
    );
    expect(writer.push({ type: 'answer-end' })).toBe('');
  });

  it('tell what a completion cannot say', () => {
    const warnings = new Warnings();
    const writer = new CompletionsFrameWriter({ ...context, warnings });
    writer.push({ type: 'tool-use-start', choice: 0, id: 'a', name: 'f' });
    writer.push({ type: 'image', index: 0, base64: 'AA', mediaType: 'image/png' });
    const whole = wholeWriter({ ...context, warnings });
    whole.push({ type: 'tool-use-start', choice: 0, id: 'a', name: 'f' });
    expect(warnings.list.map((one) => one.param)).toEqual(['tool_calls', 'images']);
  });

  it('write what is read back as it went in', () => {
    const piece = fc.tuple(fc.nat({ max: 1 }), fc.string({ unit: 'binary', minLength: 1 }));
    const reason = fc.constantFrom<FinishReason>('stop', 'length', 'content-filter');
    fc.assert(
      fc.property(fc.array(piece), reason, reason, (pieces, first, second) => {
        const said = pieces.map(([choice, text]): CallEvent => ({ type: 'text-delta', choice, text }));
        const ends: CallEvent[] = [
          { type: 'choice-end', choice: 0, reason: first },
          { type: 'choice-end', choice: 1, reason: second },
          { type: 'answer-end' },
        ];
        const all = [start, ...said, ...ends];
        expect(gathered(read(write(all), [3]))).toEqual(gathered(all));
        expect(
          gathered(eventsOfWhole(JSON.parse(JSON.stringify(writeWhole(all))) as JsonValue, reading)),
        ).toEqual(gathered(all));
      }),
    );
  });
});

/** The texts and reasons in sum, however they were cut up. */
function gathered(all: readonly CallEvent[]): Record<string, string> {
  const sum: Record<string, string> = { last: all.at(-1)?.type ?? '' };
  for (const event of all) {
    if (event.type === 'text-delta')
      sum[`text ${event.choice}`] = (sum[`text ${event.choice}`] ?? '') + event.text;
    if (event.type === 'choice-end') sum[`end ${event.choice}`] = event.reason;
  }
  return sum;
}
