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
import { Warnings } from '../../model/warnings.ts';
import { readCall } from './read-call.ts';
import { eventReader, eventsOfWhole } from './read-events.ts';
import { CompletionsFrameWriter } from './write-events.ts';
import { wholeWriter } from './write-whole.ts';

const columns = {
  tokens: ['Hé', ' you'],
  token_logprobs: [-0.25, -1.5],
  top_logprobs: [{}, { ' me': -0.5, ' you': -1.5 }],
  text_offset: [0, 2],
};

const answer = (logprobs: JsonValue) => ({
  id: 'c',
  model: 'm',
  choices: [{ text: 'Hé you', index: 0, logprobs, finish_reason: 'stop' }],
});

function writeStream(...events: readonly CallEvent[]): JsonObject[] {
  const writer = new CompletionsFrameWriter(context);
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

describe('log probabilities asked of completions', () => {
  const asked = (logprobs: JsonValue) =>
    readCall({ prompt: 'a', logprobs }, { address: context.address, warnings: new Warnings() }).logprobs;

  it.each<[JsonValue, object | undefined]>([
    [null, undefined],
    [0, { alternatives: 0 }],
    [3, { alternatives: 3 }],
  ])('%j', (logprobs, wish) => {
    expect(asked(logprobs)).toEqual(wish);
  });

  it.each<[JsonValue]>([[true], [-1], [1.5], ['2']])('%j is a mistake', (logprobs) => {
    expect(() => asked(logprobs)).toThrow(/"logprobs" must be a whole number/);
  });
});

describe('log probabilities read from completions', () => {
  it('are read column by column', () => {
    expect(eventsOfWhole(answer(columns), reading()).slice(1, 3)).toEqual([told(hi, you), text('Hé you')]);
  });

  it('may come in the form of chat, piece by piece', () => {
    const reader = eventReader(reading());
    const stream = `data: ${JSON.stringify(answer({ content: [{ token: 'Hé', logprob: -0.25 }] }))}\r\n\r\n`;
    expect(framesOf(stream, [1]).flatMap((frame) => reader.push(frame))[1]).toEqual(told(hi));
  });

  it('leave out a token without a probability, and bear what does not fit', () => {
    const odd = { tokens: ['a', 'Hé', 7, 'z'], token_logprobs: [null, -0.25, -1], top_logprobs: 'none' };
    expect(eventsOfWhole(answer(odd), reading())[1]).toEqual(told(hi));
  });

  it('survive any JSON in their place', () => {
    const member = fc.constantFrom('content', 'tokens', 'token_logprobs', 'top_logprobs', 'refusal');
    fc.assert(
      fc.property(fc.dictionary(member, fc.jsonValue()), (odd) => {
        expect(eventsOfWhole(answer(odd as JsonValue), reading()).at(-1)).toEqual({ type: 'answer-end' });
      }),
    );
  });

  it('take a token for a token, whatever it is called', () => {
    const odd = JSON.parse(
      '{"tokens":["__proto__"],"token_logprobs":[-1],"top_logprobs":[{"__proto__":-1}]}',
    );
    const alternatives = [{ token: '__proto__', logprob: -1 }];
    const token = { token: '__proto__', logprob: -1, alternatives };
    expect(eventsOfWhole(answer(odd), reading())[1]).toEqual(told(token));
    expect(JSON.stringify(writeWhole(told(token), text('__proto__'), ...end))).toContain(
      '"top_logprobs":[{"__proto__":-1}]',
    );
  });
});

describe('log probabilities written as completions', () => {
  it('are columns, and say where each token stands', () => {
    expect(writeWhole(told(hi), text('Hé'), told(you), text(' you'), ...end)).toEqual(columns);
  });

  it('count on from piece to piece, in whole characters', () => {
    const chunks = writeStream(
      told({ ...hi, token: '👋' }),
      text('👋'),
      text('!'),
      told(you),
      text(' you'),
      ...end,
    );
    const offsets = chunks.map(({ logprobs }) => (logprobs as JsonObject | null)?.['text_offset']);
    expect(offsets).toEqual([[0], undefined, [2], undefined]);
  });

  it('know those of thoughts no more than thoughts', () => {
    expect(writeWhole(told(hi), thought, told(you), text(' you'), ...end)).toMatchObject({
      tokens: [' you'],
    });
    expect(writeStream(told(hi), thought, told(you), text(' you'), ...end)[0]).toMatchObject({
      logprobs: { tokens: [' you'], text_offset: [0] },
    });
  });

  it('tell the likelier of two that look alike', () => {
    const twins = [
      { token: '\uFFFD', logprob: -1 },
      { token: '\uFFFD', logprob: -2 },
    ];
    expect(writeWhole(told({ ...hi, alternatives: twins }), text('Hé'), ...end)).toMatchObject({
      top_logprobs: [{ '\uFFFD': -1 }],
    });
  });

  it('are null where there are none', () => {
    expect(writeWhole(text('a'), ...end)).toBeNull();
  });
});
