import { describe, expect, it } from 'vitest';
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
import { LineSplitter } from '../../model/ndjson.ts';
import { ordinaryQuirks } from '../wire-quirks.ts';
import type { AnswerForm } from './answer-form.ts';
import { AnswerReader, readWhole } from './answer-reader.ts';
import { LineWriter } from './line-writer.ts';
import { WholeFold } from './whole-fold.ts';

/** The two forms of this family differ in where the text stands, not in where the tokens do. */
const form: AnswerForm = { saidIn: (answer) => answer, members: (said) => ({ ...said }) };

const wireHi = { token: 'Hé', logprob: -0.25, bytes: [72, 195, 169] };
const wireYou = {
  token: ' you',
  logprob: -1.5,
  bytes: [32, 121, 111, 117],
  top_logprobs: [
    { token: ' me', logprob: -0.5, bytes: [32, 109, 101] },
    { token: ' you', logprob: -1.5, bytes: [32, 121, 111, 117] },
  ],
};

function readStream(lines: readonly JsonObject[], printsToolCalls = false): CallEvent[] {
  const reader = new AnswerReader(form, { ...reading(), quirks: { ...ordinaryQuirks, printsToolCalls } });
  const splitter = new LineSplitter();
  const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const frames = [...bytes].flatMap((_, at) => splitter.push(bytes.subarray(at, at + 1)));
  return frames.flatMap((frame) => reader.push(frame));
}

function writeStream(...events: readonly CallEvent[]): JsonObject[] {
  const writer = new LineWriter(form, context);
  const written = [start, ...events].map((event) => writer.push(event)).join('');
  return written
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as JsonObject);
}

function writeWhole(...events: readonly CallEvent[]): JsonValue | undefined {
  const fold = new WholeFold(form, context);
  for (const event of [start, ...events]) fold.push(event);
  return fold.finish()['logprobs'];
}

describe('log probabilities read from Ollama', () => {
  it('stand before what their line says', () => {
    const events = readStream([
      { content: 'Hé', logprobs: [wireHi], done: false },
      { content: ' you', logprobs: [wireYou], done: false },
      { content: '', done: true, done_reason: 'stop' },
    ]);
    expect(events.slice(1, -2)).toMatchObject([told(hi), text('Hé'), told(you), text(' you')]);
  });

  it('of a whole answer belong to its text', () => {
    const answer = { content: 'Hé you', thinking: 'hm', logprobs: [wireHi, wireYou], done: true };
    expect(readWhole(answer, form, reading()).slice(1, 4)).toMatchObject([
      thought,
      told(hi, you),
      text('Hé you'),
    ]);
  });

  it('are told while the text is still held back', () => {
    const lines = [
      { content: '{"na', logprobs: [wireHi], done: false },
      { content: 'ïve"}', done: true, done_reason: 'stop' },
    ];
    expect(readStream(lines, true).slice(1, 3)).toMatchObject([told(hi), text('{"naïve"}')]);
  });

  it.each<[JsonValue]>([[null], [{}], ['x'], [[7, {}]], [[{ token: 'a' }]]])('are none in %j', (logprobs) => {
    expect(readWhole({ content: 'a', logprobs }, form, reading()).map(({ type }) => type)).not.toContain(
      'logprobs',
    );
  });
});

describe('log probabilities written as Ollama', () => {
  it('go out in the line of their delta; empty members are left out', () => {
    const [first, second, third, last] = writeStream(
      told(hi),
      text('Hé'),
      text('.'),
      told(you),
      text(' you'),
      ...end,
    );
    expect(first).toMatchObject({ content: 'Hé', logprobs: [wireHi] });
    expect(second).not.toHaveProperty('logprobs');
    expect(third).toMatchObject({ content: ' you', logprobs: [wireYou] });
    expect(last).not.toHaveProperty('logprobs');
    expect(first?.['logprobs']).toEqual([wireHi]);
  });

  it('that no delta follows go out with the end', () => {
    expect(writeStream(told(hi), ...end)).toMatchObject([{ done: true, logprobs: [wireHi] }]);
  });

  it('are gathered in a whole answer', () => {
    expect(writeWhole(told(hi), text('Hé'), told(you), text(' you'), ...end)).toEqual([wireHi, wireYou]);
    expect(writeWhole(text('a'), ...end)).toBeUndefined();
  });

  it('say nothing of bytes that are lost', () => {
    expect(writeWhole(told({ ...hi, token: '\uFFFD' }), text('a'), ...end)).toEqual([
      { token: '\uFFFD', logprob: -0.25 },
    ]);
  });
});
