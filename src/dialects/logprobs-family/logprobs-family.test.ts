import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallEvent, TokenLogprob } from '../../model/call-event.ts';
import type { JsonValue } from '../../model/json.ts';
import { HeldTokens } from './held-tokens.ts';
import { withTokens } from './place-tokens.ts';
import { readTokens } from './read-tokens.ts';
import { bytesOf, writeTokens } from './write-tokens.ts';

const token = (text: string, logprob = -1): TokenLogprob => ({ token: text, logprob, alternatives: [] });
const text: CallEvent = { type: 'text-delta', choice: 0, text: 'a' };
const thought: CallEvent = { type: 'thinking-delta', choice: 0, text: 'hm' };
const told = (...tokens: readonly TokenLogprob[]): CallEvent => ({ type: 'logprobs', choice: 0, tokens });

describe('reading tokens', () => {
  it('takes text, probability, bytes and alternatives', () => {
    const odds = { token: 'a', logprob: -0.5, bytes: [97] };
    const other = { token: 'b', logprob: -2, bytes: null };
    expect(readTokens([{ ...odds, top_logprobs: [odds, other] }])).toEqual([
      { ...odds, alternatives: [odds, { token: 'b', logprob: -2 }] },
    ]);
  });

  it.each<[string, JsonValue]>([
    ['no list', { token: 'a', logprob: -1 }],
    ['nothing', null],
    ['what is no object', ['a', 1, null, []]],
    ['a token that is no text', [{ token: 1, logprob: -1 }]],
    ['a probability that is no number', [{ token: 'a', logprob: '-1' }]],
    ['none at all', [{ token: 'a', logprob: null }]],
    ['one too large for a double', JSON.parse('[{"token":"a","logprob":-1e999}]') as JsonValue],
  ])('passes over %s', (_, list) => {
    expect(readTokens(list)).toEqual([]);
  });

  it.each<[JsonValue]>([[[]], ['abc'], [[256]], [[-1]], [[1.5]], [['97']]])(
    'believes no such bytes: %j',
    (bytes) => {
      expect(readTokens([{ token: 'a', logprob: -1, bytes }])).toEqual([token('a')]);
    },
  );
});

describe('any JSON in their place', () => {
  it('throws nothing, and gives nothing that JSON could not carry on', () => {
    const member = fc.constantFrom('token', 'logprob', 'bytes', 'top_logprobs');
    const odd = fc.oneof(fc.jsonValue(), fc.array(fc.dictionary(member, fc.jsonValue())));
    fc.assert(
      fc.property(odd, (list) => {
        const tokens = readTokens(list as JsonValue);
        expect(readTokens(writeTokens(tokens) as JsonValue)).toHaveLength(tokens.length);
        expect(JSON.stringify(writeTokens(tokens))).not.toContain('"logprob":null');
      }),
    );
  });
});

describe('writing tokens', () => {
  it('tells the bytes where the backend did not, unless they are lost', () => {
    expect(bytesOf('é')).toEqual([0xc3, 0xa9]);
    expect(bytesOf('\uFFFD')).toBeUndefined();
    expect(bytesOf('\uD83D')).toBeUndefined();
    expect(writeTokens([token('\uFFFD'), { ...token('\uFFFD'), bytes: [0xf0, 0x9f] }])).toEqual([
      { token: '\uFFFD', logprob: -1, bytes: null, top_logprobs: [] },
      { token: '\uFFFD', logprob: -1, bytes: [0xf0, 0x9f], top_logprobs: [] },
    ]);
  });

  it('gives what was read', () => {
    const odds = { token: 'é', logprob: -0.25, bytes: [0xc3, 0xa9] };
    const wire = [{ ...odds, top_logprobs: [odds, { token: 'e', logprob: -3, bytes: [101] }] }];
    expect(writeTokens(readTokens(wire))).toEqual(wire);
  });
});

describe('tokens stand', () => {
  it.each<[string, readonly CallEvent[], readonly CallEvent[]]>([
    ['before the text', [text], [told(token('a')), text]],
    ['behind thoughts that came with it', [thought, text], [thought, told(token('a')), text]],
    ['before thoughts alone', [thought], [told(token('a')), thought]],
    ['by themselves', [], [told(token('a'))]],
  ])('%s', (_, events, placed) => {
    expect(withTokens(0, [token('a')], events)).toEqual(placed);
    expect(withTokens(0, [], events)).toBe(events);
  });

  it('in wait for the next delta of their own choice', () => {
    const held = new HeldTokens();
    held.hold({ type: 'logprobs', choice: 1, tokens: [token('a')] });
    held.hold({ type: 'logprobs', choice: 1, tokens: [token('b')] });
    expect(held.take(0)).toEqual([]);
    expect(held.take(1)).toEqual([token('a'), token('b')]);
    expect(held.take(1)).toEqual([]);
  });
});
