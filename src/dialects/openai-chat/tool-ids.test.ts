import { describe, expect, it } from 'vitest';
import { ToolIds } from './tool-ids.ts';

const long = `toolu_${'x'.repeat(60)}`;

describe('tool ids', () => {
  it('stay as they are, and join calls and results', () => {
    const ids = new ToolIds();
    expect([ids.ofUse('call_a'), ids.ofResult('call_a'), ids.ofResult('lost')]).toEqual([
      'call_a',
      'call_a',
      'lost',
    ]);
  });

  it('are made short where they are too long, the same every time and on both sides', () => {
    const [first, second] = [new ToolIds(), new ToolIds()];
    const id = first.ofUse(long);
    expect(id).toMatch(/^call_[a-z0-9]{14}$/);
    expect([first.ofResult(long), second.ofUse(long)]).toEqual([id, id]);
    expect(second.ofUse(`${long}y`)).not.toBe(id);
  });

  it('that stand twice are told apart, and results follow in their order', () => {
    const ids = new ToolIds();
    expect([ids.ofUse('a'), ids.ofUse('a')]).toEqual(['a', 'a-2']);
    expect([ids.ofResult('a'), ids.ofResult('a'), ids.ofResult('a')]).toEqual(['a', 'a-2', 'a-2']);
  });
});
