import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GenerationCall } from '../../model/call.ts';
import type { CallEvent } from '../../model/call-event.ts';
import { AnswerCache, type KeptAnswer } from './answer-cache.ts';
import { isRepeatable, isWhole } from './is-worth-keeping.ts';

const answer = (text: string): KeptAnswer => ({
  backend: 'b',
  model: 'm',
  events: [
    { type: 'answer-start', model: 'm' },
    { type: 'text-delta', choice: 0, text },
    { type: 'choice-end', choice: 0, reason: 'stop' },
    { type: 'answer-end' },
  ],
});

describe('the cache', () => {
  it('never holds more than it may, forgets in time, and gives back what was kept last', () => {
    const step = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      isKept: fc.boolean(),
      size: fc.integer({ min: 0, max: 700 }),
      passMs: fc.integer({ min: 0, max: 40 }),
    });
    const limits = { itemsMax: 4, bytesMax: 2_000 };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const cache = new AnswerCache();
        const last = new Map<string, { text: string; atMs: number }>();
        let nowMs = 0;
        for (const { key, isKept, size, passMs } of steps) {
          nowMs += passMs;
          if (isKept) {
            const text = 'x'.repeat(size);
            cache.keep(key, answer(text), 100, limits, nowMs);
            last.set(key, { text, atMs: nowMs });
          } else {
            const found = cache.find(key, nowMs);
            const known = last.get(key);
            if (found !== undefined) {
              expect(found).toEqual(answer(known?.text ?? ''));
              expect(nowMs - (known?.atMs ?? 0)).toBeLessThan(100);
            }
          }
          expect(cache.size).toBeLessThanOrEqual(limits.itemsMax);
          expect(cache.bytes).toBeLessThanOrEqual(limits.bytesMax);
        }
      }),
    );
  });

  it('keeps what is asked for, and lets go of what was not for longest', () => {
    const cache = new AnswerCache();
    const limits = { itemsMax: 2, bytesMax: 1_000_000 };
    cache.keep('a', answer('a'), 100, limits, 0);
    cache.keep('b', answer('b'), 100, limits, 0);
    cache.find('a', 1);
    cache.keep('c', answer('c'), 100, limits, 2);
    expect(['a', 'b', 'c'].map((key) => cache.find(key, 3) !== undefined)).toEqual([true, false, true]);
  });
});

describe('what may be kept', () => {
  const call: GenerationCall = {
    kind: 'generation',
    model: 'm',
    messages: [],
    tools: [],
    stop: [],
    choices: 1,
    temperature: 0,
    extra: {},
  };

  it('a question that has one answer', () => {
    expect(isRepeatable(call)).toBe(true);
    expect(isRepeatable({ kind: 'embeddings', model: 'm', inputs: ['x'], extra: {} })).toBe(true);
    for (const other of [{ temperature: 0.1 }, { temperature: undefined }, { choices: 2 }]) {
      expect(isRepeatable({ ...call, ...other })).toBe(false);
    }
    expect(isRepeatable({ kind: 'count', model: 'm', of: call })).toBe(false);
  });

  it('an answer that is whole', () => {
    const { events } = answer('hello');
    expect(isWhole(events)).toBe(true);
    const without = (type: CallEvent['type']) => events.filter((event) => event.type !== type);
    expect(isWhole(without('answer-end'))).toBe(false);
    expect(isWhole(without('text-delta'))).toBe(false);
    const ended = (reason: 'length' | 'content-filter') =>
      events.map((event) => (event.type === 'choice-end' ? { ...event, reason } : event)) as CallEvent[];
    expect(isWhole(ended('length'))).toBe(false);
    expect(isWhole([...events, { type: 'error', message: 'it broke' }])).toBe(false);
    expect(isWhole([...events, { type: 'tool-use-start', choice: 0, id: 't', name: 'fire' }])).toBe(false);
  });
});
