import { describe, expect, it } from 'vitest';
import { framesOf } from '../../../test/support/stream-cuts.ts';
import {
  end,
  hi,
  plainContext,
  reading,
  start,
  text,
  thought,
  told,
  you,
} from '../../../test/support/told-tokens.ts';

import type { CallEvent } from '../../model/call-event.ts';
import type { JsonObject } from '../../model/json.ts';
import type { WriterContext } from '../dialect.ts';
import { outputLogprobs } from './include.ts';
import { eventsOfWhole, ResponsesReader } from './read-events.ts';
import { ResponsesFrameWriter } from './write-events.ts';
import { ResponsesWholeWriter } from './write-whole.ts';

const context: WriterContext = { ...plainContext, request: { include: [outputLogprobs] } };

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

const part = (words: string, ...logprobs: readonly JsonObject[]) => ({
  type: 'output_text',
  text: words,
  annotations: [],
  logprobs,
});
const message = (...content: readonly JsonObject[]) => ({ type: 'message', id: 'msg', content });
const place = { item_id: 'msg', output_index: 0, content_index: 0 };
const delta = (words: string, ...logprobs: readonly JsonObject[]) => ({
  type: 'response.output_text.delta',
  ...place,
  delta: words,
  logprobs,
});
const done = (words: string, ...logprobs: readonly JsonObject[]) => ({
  type: 'response.output_text.done',
  ...place,
  text: words,
  logprobs,
});
const itemDone = (...content: readonly JsonObject[]) => ({
  type: 'response.output_item.done',
  output_index: 0,
  item: message(...content),
});
const completed = (...content: readonly JsonObject[]) => ({
  type: 'response.completed',
  response: { id: 'r', model: 'm', status: 'completed', output: [message(...content)] },
});

function readStream(...events: readonly (JsonObject & { readonly type: string })[]): CallEvent[] {
  const reader = new ResponsesReader(reading());
  const stream = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
  return framesOf(stream, [1]).flatMap((frame) => reader.push(frame));
}

type Wire = JsonObject & { readonly type: string };

function writeStream(events: readonly CallEvent[], request: JsonObject = context.request): Wire[] {
  const writer = new ResponsesFrameWriter({ ...context, request });
  const written = [start, ...events].map((event) => writer.push(event)).join('');
  return [...written.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? '') as Wire);
}

function writeWhole(events: readonly CallEvent[], request: JsonObject = context.request): unknown {
  const writer = new ResponsesWholeWriter({ ...context, request });
  for (const event of [start, ...events]) writer.push(event);
  return writer.finish()['output'];
}

describe('log probabilities read from Responses', () => {
  const both = part('Hé you', wireHi, wireYou);

  it('are told once, however often they are repeated', () => {
    const events = readStream(
      delta('Hé', wireHi),
      delta(' you', wireYou),
      done('Hé you', wireHi, wireYou),
      itemDone(both),
      completed(both),
    );
    expect(events.slice(1, -2)).toMatchObject([told(hi), text('Hé'), told(you), text(' you')]);
  });

  it('are taken where they are first told: behind the text, in the done item or in the whole answer', () => {
    const late = readStream(
      delta('Hé you'),
      done('Hé you', wireHi, wireYou),
      itemDone(both),
      completed(both),
    );
    expect(late.slice(1, -2)).toMatchObject([text('Hé you'), told(hi, you)]);
    const inItem = readStream(itemDone(both), completed(both));
    expect(inItem.slice(1, -2)).toMatchObject([told(hi, you), text('Hé you')]);
    const whole = eventsOfWhole(completed(both).response, reading());
    expect(whole.slice(1, -2)).toMatchObject([told(hi, you), text('Hé you')]);
  });

  it('of a second item in the same place are not those of the first', () => {
    const added = { type: 'response.output_item.added', output_index: 0, item: message() };
    const events = readStream(delta('Hé', wireHi), added, itemDone(part(' you', wireYou)), completed());
    expect(events.filter(({ type }) => type === 'logprobs')).toMatchObject([told(hi), told(you)]);
  });
});

describe('log probabilities written as Responses', () => {
  const said = [told(hi), text('Hé'), told(you), text(' you'), ...end];

  it('stand on the deltas they belong to, and all of them on what is done', () => {
    const events = writeStream(said);
    const of = (type: string) => events.filter((event) => event.type === type);
    expect(of('response.output_text.delta').map(({ logprobs }) => logprobs)).toEqual([[wireHi], [wireYou]]);
    expect(of('response.output_text.done')).toMatchObject([{ logprobs: [wireHi, wireYou] }]);
    expect(of('response.content_part.added')).toMatchObject([{ part: part('') }]);
    expect(of('response.content_part.done')).toMatchObject([{ part: part('Hé you', wireHi, wireYou) }]);
    expect(of('response.completed')).toMatchObject([
      { response: { output: [{ content: [part('Hé you', wireHi, wireYou)] }] } },
    ]);
  });

  it.each<[string, JsonObject, readonly JsonObject[]]>([
    ['nobody asked', {}, []],
    ['asked for no alternatives and not included', { top_logprobs: 0 }, []],
    ['asked by number', { top_logprobs: 2 }, [wireHi, wireYou]],
    ['asked by include', { include: [outputLogprobs] }, [wireHi, wireYou]],
  ])('in a whole answer: %s', (_, request, logprobs) => {
    expect(writeWhole(said, request)).toMatchObject([{ content: [{ text: 'Hé you', logprobs }] }]);
  });

  it('that no text follows belong to the message all the same', () => {
    expect(writeWhole([told(hi), text('Hé'), told(you), ...end])).toMatchObject([
      { content: [{ text: 'Hé', logprobs: [wireHi, wireYou] }] },
    ]);
  });

  it('of thoughts and of refusals have no place', () => {
    const refusal: CallEvent = { type: 'refusal-delta', choice: 0, text: 'No' };
    const events = writeStream([told(hi), thought, told(you), text(' you'), told(hi), refusal, ...end]);
    expect(events.find(({ type }) => type === 'response.output_text.done')).toMatchObject({
      logprobs: [wireYou],
    });
    expect(events.find(({ type }) => type === 'response.refusal.done')).not.toHaveProperty('logprobs');
  });

  it('have an empty list for bytes that nobody knows', () => {
    const lost = { ...hi, token: '\uFFFD' };
    expect(writeWhole([told(lost), text('a'), ...end])).toMatchObject([
      { content: [{ logprobs: [{ bytes: [] }] }] },
    ]);
  });
});
