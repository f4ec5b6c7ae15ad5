import fc from 'fast-check';
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
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { WriterContext } from '../dialect.ts';
import { eventReader, eventsOfWhole } from './read-events.ts';
import { GeminiFrameWriter } from './write-events.ts';
import { GeminiWholeWriter } from './write-whole.ts';

const context: WriterContext = {
  ...plainContext,
  address: { route: '', model: undefined, query: 'alt=sse' },
};

const odds = (token: string, logProbability: number) => ({ token, logProbability });
const resultHi = { chosenCandidates: [odds('Hé', -0.25)] };
const resultYou = {
  chosenCandidates: [odds(' you', -1.5)],
  topCandidates: [{ candidates: [odds(' me', -0.5), odds(' you', -1.5)] }],
};
const resultBoth = {
  chosenCandidates: [odds('Hé', -0.25), odds(' you', -1.5)],
  topCandidates: [{ candidates: [] }, { candidates: [odds(' me', -0.5), odds(' you', -1.5)] }],
};

const answer = (words: string, logprobsResult?: JsonValue, more: JsonObject = {}) => ({
  candidates: [{ content: { role: 'model', parts: [{ text: words }] }, logprobsResult, ...more }],
});

function readStream(...chunks: readonly JsonObject[]): CallEvent[] {
  const reader = eventReader(reading());
  const stream = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join('');
  return [...framesOf(stream, [1]).flatMap((frame) => reader.push(frame)), ...reader.end()];
}

const chosen = (logprobsResult: JsonValue) =>
  eventsOfWhole(answer('a', logprobsResult, { finishReason: 'STOP' }), reading()).flatMap((event) =>
    event.type === 'logprobs' ? event.tokens : [],
  );

function writeStream(events: readonly CallEvent[], request: JsonObject = {}): JsonObject[] {
  const writer = new GeminiFrameWriter({ ...context, request });
  const written = [start, ...events].map((event) => writer.push(event)).join('');
  return [...written.matchAll(/^data: (.*)$/gm)].map(
    ([, data]) => JSON.parse(data ?? '').candidates[0] as JsonObject,
  );
}

function writeWhole(events: readonly CallEvent[]): JsonObject {
  const writer = new GeminiWholeWriter(context);
  for (const event of [start, ...events]) writer.push(event);
  return (writer.finish()['candidates'] as readonly JsonObject[])[0] ?? {};
}

describe('log probabilities read from Gemini', () => {
  it('stand before the text of their chunk', () => {
    const events = readStream(
      answer('Hé', resultHi),
      answer(' you', resultYou),
      answer('', undefined, { finishReason: 'STOP' }),
    );
    expect(events.slice(1, -2)).toEqual([told(hi), text('Hé'), told(you), text(' you')]);
  });

  it('take what is left out for nothing: an empty text, a certainty', () => {
    expect(chosen({ chosenCandidates: [{ token: 'a' }, { logProbability: -1 }] })).toEqual([
      { token: 'a', logprob: 0, alternatives: [] },
      { token: '', logprob: -1, alternatives: [] },
    ]);
  });

  it.each<[JsonValue]>([
    [null],
    [[]],
    [{}],
    [{ chosenCandidates: 'x' }],
    [{ chosenCandidates: [null, { token: 5 }, { token: 'a', logProbability: 'x' }] }],
  ])('are none in %j', (result) => {
    expect(chosen(result)).toEqual([]);
  });

  it('survive any JSON in their place', () => {
    const member = fc.constantFrom('chosenCandidates', 'topCandidates');
    fc.assert(
      fc.property(fc.dictionary(member, fc.jsonValue()), (odd) => Array.isArray(chosen(odd as JsonValue))),
    );
  });

  it('bear alternatives that are none', () => {
    expect(chosen({ chosenCandidates: [odds('a', -1)], topCandidates: [{ candidates: 7 }] })).toHaveLength(1);
  });
});

describe('log probabilities written as Gemini', () => {
  const said = [told(hi), text('Hé'), told(you), text(' you'), ...end];

  it('stand on the chunk of their text, and on no other', () => {
    expect(writeStream(said).map(({ logprobsResult }) => logprobsResult)).toEqual([
      resultHi,
      resultYou,
      undefined,
    ]);
  });

  it('go out with the end if no text follows', () => {
    expect(writeStream([told(hi), ...end]).at(-1)).toMatchObject({
      finishReason: 'STOP',
      logprobsResult: resultHi,
    });
  });

  it('are gathered in a whole answer, in two lists that go in step', () => {
    expect(writeWhole(said)['logprobsResult']).toEqual(resultBoth);
    expect(writeWhole([text('a'), ...end])).not.toHaveProperty('logprobsResult');
  });

  it('of thoughts go with them: out, if they were asked for, else nowhere', () => {
    const thinking = [told(hi), thought, told(you), text(' you'), ...end];
    expect(writeStream(thinking)[0]).toMatchObject({ logprobsResult: resultYou });
    expect(writeWhole(thinking)['logprobsResult']).toEqual(resultYou);
    const shows = { generationConfig: { thinkingConfig: { includeThoughts: true } } };
    expect(writeStream(thinking, shows)[0]).toMatchObject({ logprobsResult: resultHi });
  });
});
