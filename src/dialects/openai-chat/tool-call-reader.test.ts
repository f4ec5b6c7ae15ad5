import { describe, expect, it } from 'vitest';
import { ToolCallReader } from './tool-call-reader.ts';

const piece = (index: number, id: string | undefined, text: string) => ({
  index,
  ...(id !== undefined && { id }),
  function: { name: 't', arguments: text },
});

/** A hostile server must not hold up everybody else: these took half a minute when each looked through all before it. */
describe('thousands of pieces', () => {
  it('of calls with one id, in one delta', () => {
    const reader = new ToolCallReader(0, 'answer');
    const tool_calls = Array.from({ length: 5_000 }, (_, at) => piece(at, 'c', '{}'));
    const startedAt = performance.now();
    const events = reader.push({ tool_calls });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    const ids = events.flatMap((event) => (event.type === 'tool-use-start' ? event.id : []));
    expect(new Set(ids).size).toBe(5_000);
    expect(ids.slice(0, 3)).toEqual(['c', 'c-2', 'c-3']);
  });

  it('of one call, each with its name again', () => {
    const reader = new ToolCallReader(0, 'answer');
    const startedAt = performance.now();
    let text = '';
    for (let at = 0; at < 20_000; at++) {
      for (const event of reader.push({ tool_calls: [piece(0, undefined, 'aaaaaaaaaaaaaaaaaaaa')] }))
        if (event.type === 'tool-use-delta') text += event.arguments;
    }
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(text).toHaveLength(400_000);
  });
});
