import { describe, expect, it } from 'vitest';
import type { GenerationCall, Message } from '../model/call.ts';
import type { CallEvent } from '../model/call-event.ts';
import { ThoughtMemory } from './thought-memory.ts';

const signature = { origin: 'gemini', value: 'c2ln' };

const answer: readonly CallEvent[] = [
  { type: 'thinking-delta', choice: 0, text: 'let me ' },
  { type: 'thinking-delta', choice: 0, text: 'look' },
  { type: 'thinking-end', choice: 0, signature },
  { type: 'tool-use-start', choice: 0, id: 'call_1', name: 'look', signature },
  { type: 'tool-use-start', choice: 0, id: 'call_2', name: 'look' },
];

function remembering(appId: string, events = answer): ThoughtMemory {
  const memory = new ThoughtMemory();
  const keeper = memory.keeper(appId);
  for (const event of events) keeper.take(event);
  return memory;
}

function call(...parts: Message['parts']): GenerationCall {
  const messages: Message[] = [
    { role: 'user', parts: [] },
    { role: 'assistant', parts },
  ];
  return { kind: 'generation', model: 'm', messages, tools: [], stop: [], choices: 1, extra: {} };
}

const use = (id: string) => ({ type: 'tool-use', id, name: 'look', arguments: '{}' }) as const;

describe('signed thoughts', () => {
  it('come back before the tool use they led to, though the client lost them', () => {
    const restored = remembering('app').restore(call(use('call_1'), use('call_2')), 'app');
    expect(restored.messages[1]?.parts).toEqual([
      { type: 'thinking', text: 'let me look', signature },
      { ...use('call_1'), signature },
      use('call_2'),
    ]);
  });

  it('take the place of what the client kept of them without their proof', () => {
    const kept = { type: 'thinking', text: 'let me look' } as const;
    const restored = remembering('app').restore(call(kept, use('call_1')), 'app');
    expect(restored.messages[1]?.parts).toHaveLength(2);
  });

  it('are left alone where the client brought its own', () => {
    const own = { type: 'thinking', text: 'mine', signature: { origin: 'gemini', value: 'own' } } as const;
    const restored = remembering('app').restore(call(own, use('call_1')), 'app');
    expect(restored.messages[1]?.parts[0]).toEqual(own);
  });

  it('are no other app’s', () => {
    const asked = call(use('call_1'));
    expect(remembering('app').restore(asked, 'other').messages).toEqual(asked.messages);
  });

  it('are not kept where nothing was signed', () => {
    const unsigned = answer.map((event) => ({ ...event, signature: undefined }) as CallEvent);
    const asked = call(use('call_1'));
    expect(remembering('app', unsigned).restore(asked, 'app')).toBe(asked);
  });

  it('of several choices that speak by turns are kept apart', () => {
    const second = { origin: 'gemini', value: 'b3RoZXI=' };
    const memory = remembering('app', [
      { type: 'thinking-delta', choice: 0, text: 'zero' },
      { type: 'thinking-delta', choice: 1, text: 'one' },
      { type: 'thinking-end', choice: 0, signature },
      { type: 'thinking-end', choice: 1, signature: second },
      { type: 'tool-use-start', choice: 0, id: 'call_0', name: 'look' },
      { type: 'tool-use-start', choice: 1, id: 'call_1', name: 'look' },
    ]);
    const thoughtOf = (id: string) => memory.restore(call(use(id)), 'app').messages[1]?.parts[0];
    expect(thoughtOf('call_0')).toEqual({ type: 'thinking', text: 'zero', signature });
    expect(thoughtOf('call_1')).toEqual({ type: 'thinking', text: 'one', signature: second });
  });

  it('are kept whole or not at all', () => {
    const long: CallEvent = { type: 'thinking-delta', choice: 0, text: 'x'.repeat(1024 * 1024) };
    const ended: CallEvent = { type: 'thinking-end', choice: 0, signature };
    const asked = call(use('call_1'));
    const restored = remembering('app', [long, ended, ...answer]).restore(asked, 'app');
    expect(restored.messages[1]?.parts).toEqual([use('call_1')]);
  });

  it('are forgotten in the end, the oldest first', () => {
    const memory = remembering('app');
    const keeper = memory.keeper('app');
    for (let at = 0; at < 2_000; at++)
      keeper.take({ type: 'tool-use-start', choice: 0, id: `later_${at}`, name: 'x', signature });
    const restored = memory.restore(call(use('call_1')), 'app');
    expect(restored.messages[1]?.parts).toEqual([use('call_1')]);
  });
});
