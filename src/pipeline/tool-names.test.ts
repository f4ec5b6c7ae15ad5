import { describe, expect, it } from 'vitest';
import type { GenerationCall, Message } from '../model/call.ts';
import { ToolNames } from './tool-names.ts';

const accepted = /^[A-Za-z0-9_-]{1,64}$/;

function call(tools: readonly string[], messages: readonly Message[] = []): GenerationCall {
  return {
    kind: 'generation',
    model: 'm',
    messages,
    tools: tools.map((name) => ({ name })),
    toolChoice: { mode: 'tool', name: tools[0] ?? '' },
    stop: [],
    choices: 1,
    extra: {},
  };
}

const start = (name: string) => ({ type: 'tool-use-start', choice: 0, id: '1', name }) as const;

describe('names of tools', () => {
  it('are left alone where all of them will do, or any would', () => {
    expect(ToolNames.for(call(['look_up']), accepted)).toBeUndefined();
    expect(ToolNames.for(call(['look.up']), undefined)).toBeUndefined();
  });

  it.each([
    [['fs.read', 'fs_read']],
    [['a.b', 'a/b', 'a b', 't_a_b']],
    [[`${'x'.repeat(99)}1`, `${'x'.repeat(99)}2`]],
    [['天気', '天候']],
  ])('%j go out fitting and distinct, and come home as they were', (names) => {
    const asked = call(names);
    const toolNames = ToolNames.for(asked, accepted);
    const sent = toolNames?.rename(asked);
    const there = sent?.kind === 'generation' ? sent.tools.map((tool) => tool.name) : [];
    expect(new Set(there).size).toBe(names.length);
    for (const name of there) expect(name).toMatch(accepted);
    expect(there.map((name) => toolNames?.restore(start(name)))).toEqual(names.map(start));
    expect(sent).toMatchObject({ toolChoice: { mode: 'tool', name: there[0] } });
  });

  it('are the same in the history, for calls and for results, and in the next turn', () => {
    const history: readonly Message[] = [
      { role: 'assistant', parts: [{ type: 'tool-use', id: '1', name: 'fs.read', arguments: '{}' }] },
      { role: 'tool', toolUseId: '1', name: 'fs.read', parts: [] },
    ];
    const asked = call([], history);
    const sent = ToolNames.for(asked, accepted)?.rename(asked);
    expect(sent).toMatchObject({
      messages: [{ parts: [{ name: 't_fs_read' }] }, { name: 't_fs_read' }],
    });
    expect(ToolNames.for(asked, accepted)?.rename(asked)).toEqual(sent);
  });

  it('of other events are nobody’s business', () => {
    const event = { type: 'text-delta', choice: 0, text: 't_fs_read' } as const;
    expect(ToolNames.for(call(['fs.read']), accepted)?.restore(event)).toBe(event);
  });
});
