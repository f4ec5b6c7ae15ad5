import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallEvent } from '../../model/call-event.ts';
import type { KeptAnswer } from './answer-cache.ts';
import { isWhole } from './is-worth-keeping.ts';
import { keptAnswerText, readKeptAnswer } from './read-kept-answer.ts';

const odds = { token: 'a', logprob: -0.5, bytes: [97] };

const events: readonly CallEvent[] = [
  { type: 'answer-start', id: 'x', model: 'm', createdS: 1_700_000_000 },
  { type: 'model-loaded', loadMs: 12.5 },
  { type: 'logprobs', choice: 0, tokens: [{ ...odds, alternatives: [odds, { token: 'b', logprob: -3 }] }] },
  { type: 'text-delta', choice: 0, text: 'Wo ist der Fluß? \u{1f30a}' },
  { type: 'choice-end', choice: 0, reason: 'stop' },
  { type: 'usage', usage: { inputTokens: 3, outputTokens: 4, cachedInputTokens: 1 } },
  { type: 'answer-end' },
];

const kept: KeptAnswer = { backend: 'card', model: 'm', events };
const vectors: KeptAnswer = {
  ...kept,
  events: [
    { type: 'answer-start', model: 'm' },
    { type: 'embedding', index: 0, vector: [0.1, -1e-9, 3] },
    { type: 'answer-end' },
  ],
};

const textWith = (changes: object) => JSON.stringify({ ...kept, ...changes });
const textOf = (...changed: unknown[]) => textWith({ events: [...changed, ...events] });

describe('a kept answer', () => {
  it.each([
    ['text', kept],
    ['vectors', vectors],
  ])('with %s is read as it was written', (_, answer) => {
    expect(readKeptAnswer(keptAnswerText(answer))).toEqual(answer);
  });

  it.each([
    ['no JSON', 'hello'],
    ['no object', '[1]'],
    ['without a backend', textWith({ backend: undefined })],
    ['of a model whose name would break a header', textWith({ model: 'm\r\nset-cookie: a=b' })],
    ['of a model with a name without end', textWith({ model: 'm'.repeat(513) })],
    ['with events that are none', textWith({ events: {} })],
    ['that is not whole', textWith({ events: events.slice(0, -1) })],
    [
      'with an event of a kind that is never kept',
      textOf({ type: 'tool-use-start', choice: 0, id: 'a', name: 'b' }),
    ],
    ['with an event that is called like a part of every object', textOf({ type: 'constructor' })],
    ['with a text that is none', textOf({ type: 'text-delta', choice: 0, text: 7 })],
    ['with a choice that is no place', textOf({ type: 'text-delta', choice: -1, text: 'a' })],
    ['that ended for another reason', textOf({ type: 'choice-end', choice: 0, reason: 'length' })],
    ['with a vector of words', textOf({ type: 'embedding', index: 0, vector: ['a'] })],
    ['with usage that is none', textOf({ type: 'usage', usage: { inputTokens: 'many', outputTokens: 1 } })],
    ['with usage below nothing', textOf({ type: 'usage', usage: { inputTokens: -5, outputTokens: 1 } })],
    ['with a probability that is none', textOf({ type: 'logprobs', choice: 0, tokens: [{ token: 'a' }] })],
  ])('%s is none', (_, text) => {
    expect(readKeptAnswer(text)).toBeUndefined();
  });

  it('loses what nobody knows, and counts that nobody could have', () => {
    const strange = textWith({
      more: true,
      events: events.map((event) =>
        event.type === 'usage'
          ? { ...event, usage: { inputTokens: 5.5, outputTokens: 1e300, cost: 'much' }, more: 1 }
          : { ...event, more: 1 },
      ),
    });
    const usage = { inputTokens: 5, outputTokens: 1_000_000_000 };
    const expected = events.map((event) => (event.type === 'usage' ? { type: 'usage', usage } : event));
    expect(readKeptAnswer(strange)).toEqual({ ...kept, events: expected });
  });

  it('whatever stands there: it is one that would have been kept, or none', () => {
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom(...events));
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .record({ backend: fc.jsonValue(), model: fc.jsonValue(), events: fc.jsonValue() })
        .map((any) => JSON.stringify(any)),
      fc
        .array(value, { maxLength: 6 })
        .map((some) => textWith({ events: [...events.slice(0, 3), ...some, ...events.slice(3)] })),
    );
    fc.assert(
      fc.property(text, (anything) => {
        const read = readKeptAnswer(anything);
        if (read !== undefined) expect(isWhole(read.events)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
