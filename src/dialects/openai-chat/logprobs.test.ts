import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { framesOf } from '../../../test/support/stream-cuts.ts';
import {
  plainContext as context,
  end,
  hi,
  reading,
  start,
  text,
  thought,
  told,
  you,
} from '../../../test/support/told-tokens.ts';

import type { CallEvent } from '../../model/call-event.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { eventReader, eventsOfWhole } from './read-events.ts';
import { ChatFrameWriter } from './write-events.ts';
import { wholeWriter } from './write-whole.ts';

const wireHi = { token: 'Hé', logprob: -0.25, bytes: [72, 195, 169], top_logprobs: [] };
const wireYou = {
  token: ' you',
  logprob: -1.5,
  bytes: [32, 121, 111, 117],
  top_logprobs: [
    { token: ' me', logprob: -0.5, bytes: [32, 109, 101] },
    { token: ' you', logprob: -1.5, bytes: [32, 121, 111, 117] },
  ],
};

function readStream(...choices: readonly JsonObject[]): CallEvent[] {
  const reader = eventReader(reading());
  const chunks = choices.map(
    (choice) => `data: ${JSON.stringify({ id: 'c', model: 'm', choices: [choice] })}\n\n`,
  );
  return framesOf(`${chunks.join('')}data: [DONE]\n\n`, [1]).flatMap((frame) => reader.push(frame));
}

const readWhole = (choice: JsonObject) =>
  eventsOfWhole({ id: 'c', model: 'm', choices: [choice] }, reading());

function writeStream(...events: readonly CallEvent[]): JsonObject[] {
  const writer = new ChatFrameWriter(context);
  const written = [start, ...events].map((event) => writer.push(event)).join('');
  const chunks = written
    .split('\n\n')
    .flatMap((frame) => (frame.startsWith('data: {') ? [frame.slice(6)] : []));
  return chunks.map((chunk) => JSON.parse(chunk).choices[0] as JsonObject);
}

function writeWhole(...events: readonly CallEvent[]): JsonValue | undefined {
  const writer = wholeWriter(context);
  for (const event of [start, ...events]) writer.push(event);
  return (writer.finish()['choices'] as readonly JsonObject[])[0]?.['logprobs'];
}

describe('log probabilities read from chat', () => {
  it('stand before the delta they came with', () => {
    const events = readStream(
      { index: 0, delta: { content: 'Hé' }, logprobs: { content: [wireHi], refusal: null } },
      { index: 0, delta: { content: ' you' }, logprobs: { content: [wireYou] } },
      { index: 0, delta: {}, logprobs: null, finish_reason: 'stop' },
    );
    expect(events.slice(1, 5)).toMatchObject([told(hi), text('Hé'), told(you), text(' you')]);
  });

  it('are told even where the delta says nothing yet', () => {
    const events = readStream(
      { index: 0, delta: { content: '' }, logprobs: { content: [wireHi] } },
      { index: 0, delta: { content: 'Hé' }, finish_reason: 'stop' },
    );
    expect(events.slice(1, 3)).toMatchObject([told(hi), text('Hé')]);
  });

  it('of a whole answer belong to its text, and those of a refusal to that', () => {
    const message = { reasoning_content: 'hm', content: 'Hé', refusal: 'No' };
    const no = { token: 'No', logprob: -3, bytes: null };
    const logprobs = { content: [wireHi], refusal: [no] };
    expect(readWhole({ message, logprobs, finish_reason: 'stop' }).slice(1, -2)).toMatchObject([
      thought,
      told(hi),
      text('Hé'),
      told({ token: 'No', logprob: -3, alternatives: [] }),
      { type: 'refusal-delta', text: 'No' },
    ]);
  });

  it('may come in the columns of completions', () => {
    const logprobs = { tokens: ['Hé'], token_logprobs: [-0.25], top_logprobs: [{ Ho: -4 }] };
    expect(readWhole({ message: { content: 'Hé' }, logprobs, finish_reason: 'stop' })[1]).toEqual(
      told({ ...hi, alternatives: [{ token: 'Ho', logprob: -4 }] }),
    );
  });

  it.each<[JsonValue]>([
    [null],
    [7],
    [[]],
    [{}],
    [{ content: null }],
    [{ content: {} }],
    [{ content: [null, {}] }],
  ])('are none in %j', (logprobs) => {
    const events = readWhole({ message: { content: 'a' }, logprobs, finish_reason: 'stop' });
    expect(events.map(({ type }) => type)).toEqual([
      'answer-start',
      'text-delta',
      'choice-end',
      'answer-end',
    ]);
  });
});

describe('log probabilities written as chat', () => {
  it('go out in the chunk of their delta, and in no other', () => {
    const [opening, first, second, third, last] = writeStream(
      told(hi),
      text('Hé'),
      text('.'),
      told(you),
      text(' you'),
      ...end,
    );
    expect(opening).toMatchObject({ delta: { role: 'assistant' }, logprobs: null });
    expect(first).toMatchObject({ delta: { content: 'Hé' }, logprobs: { content: [wireHi], refusal: null } });
    expect(second).toMatchObject({ delta: { content: '.' }, logprobs: null });
    expect(third).toMatchObject({
      delta: { content: ' you' },
      logprobs: { content: [wireYou], refusal: null },
    });
    expect(last).toMatchObject({ logprobs: null, finish_reason: 'stop' });
  });

  it('stand under the refusal they belong to', () => {
    const refusal: CallEvent = { type: 'refusal-delta', choice: 0, text: 'Hé' };
    expect(writeStream(told(hi), refusal, ...end)[1]).toMatchObject({
      logprobs: { content: null, refusal: [wireHi] },
    });
    expect(writeWhole(told(hi), refusal, ...end)).toEqual({ content: null, refusal: [wireHi] });
  });

  it('that no delta follows go out with the end', () => {
    expect(writeStream(told(hi), ...end).at(-1)).toMatchObject({
      finish_reason: 'stop',
      logprobs: { content: [wireHi] },
    });
    expect(writeWhole(told(hi), ...end)).toEqual({ content: [wireHi], refusal: null });
  });

  it('are gathered in a whole answer, choice by choice', () => {
    expect(writeWhole(told(hi), text('Hé'), told(you), text(' you'), ...end)).toEqual({
      content: [wireHi, wireYou],
      refusal: null,
    });
    expect(writeWhole({ type: 'logprobs', choice: 1, tokens: [hi] }, text('a'), ...end)).toBeNull();
  });
});

describe('log probabilities', () => {
  const odds = fc.record({
    token: fc.string({ unit: 'binary', minLength: 1 }),
    logprob: fc.double({ max: 0, noNaN: true, noDefaultInfinity: true }).map((value) => value || 0),
    bytes: fc.array(fc.nat({ max: 255 }), { minLength: 1, maxLength: 4 }),
  });
  const token = fc
    .tuple(odds, fc.array(odds, { maxLength: 3 }))
    .map(([one, alternatives]) => ({ ...one, alternatives }));

  it('come back as they went, whole and streamed', () => {
    fc.assert(
      fc.property(fc.array(token, { minLength: 1 }), (tokens) => {
        const said = tokens.flatMap((one) => [told(one), text(one.token)]);
        const streamed = readStream(...writeStream(...said, ...end));
        expect(streamed.slice(1, -2)).toEqual(said);
        const logprobs = writeWhole(...said, ...end) as JsonValue;
        const whole = readWhole({ message: { content: 'a' }, logprobs, finish_reason: 'stop' });
        expect(whole[1]).toEqual(told(...tokens));
      }),
      { numRuns: 30 },
    );
  });
});
