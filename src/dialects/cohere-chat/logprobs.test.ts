import { describe, expect, it } from 'vitest';
import { framesOf } from '../../../test/support/stream-cuts.ts';
import type { CallEvent } from '../../model/call-event.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { Warnings } from '../../model/warnings.ts';
import { ordinaryQuirks } from '../wire-quirks.ts';
import { eventReader, eventsOfWhole } from './read-events.ts';

const reading = () => ({ warnings: new Warnings(), quirks: ordinaryQuirks });
const token = (text: string, logprob: number) => ({ token: text, logprob, alternatives: [] });

function readStream(...events: readonly (JsonObject & { readonly type: string })[]): CallEvent[] {
  const reader = eventReader(reading());
  const stream = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
  return framesOf(stream, [1]).flatMap((frame) => reader.push(frame));
}

const readWhole = (logprobs: JsonValue) =>
  eventsOfWhole(
    {
      id: 'a',
      message: { content: [{ type: 'text', text: 'Hi you' }] },
      finish_reason: 'COMPLETE',
      logprobs,
    },
    reading(),
  );

describe('log probabilities read from Cohere', () => {
  it('stand before the piece they came with', () => {
    const delta = (text: string, logprobs: JsonObject) => ({
      type: 'content-delta',
      index: 0,
      delta: { message: { content: { text } } },
      logprobs,
    });
    const events = readStream(
      { type: 'message-start', id: 'a', delta: { message: { role: 'assistant', content: [] } } },
      delta('Hi', { text: 'Hi', token_ids: [1], logprobs: [-0.5] }),
      delta(' you', { text: ' you', token_ids: [2, 3], logprobs: [-0.5, -1] }),
    );
    expect(events.slice(1)).toEqual([
      { type: 'logprobs', choice: 0, tokens: [token('Hi', -0.5)] },
      { type: 'text-delta', choice: 0, text: 'Hi' },
      { type: 'logprobs', choice: 0, tokens: [token(' you', -1.5)] },
      { type: 'text-delta', choice: 0, text: ' you' },
    ]);
  });

  it('of a whole answer belong to its text', () => {
    const told = [
      { text: 'Hi', token_ids: [1], logprobs: [-0.5] },
      { text: ' you', logprobs: [-1] },
    ];
    expect(readWhole(told).slice(1, 3)).toEqual([
      { type: 'logprobs', choice: 0, tokens: [token('Hi', -0.5), token(' you', -1)] },
      { type: 'text-delta', choice: 0, text: 'Hi you' },
    ]);
  });

  it.each<[JsonValue]>([
    [null],
    [7],
    [[]],
    [{ token_ids: [1] }],
    [
      [
        { text: 'a' },
        null,
        { text: 'a', logprobs: [] },
        { text: 'a', logprobs: [-1, 'x'] },
        { logprobs: [-1] },
      ],
    ],
  ])('are none in %j', (logprobs) => {
    expect(readWhole(logprobs).map(({ type }) => type)).not.toContain('logprobs');
  });
});
