import { describe, expect, it } from 'vitest';
import type { ToolChoice } from '../../model/call.ts';
import { settleChoice } from './settle-choice.ts';

const tools = [{ name: 'f' }, { name: 'g' }];

describe('a choice of tools', () => {
  it.each<ToolChoice>([
    { mode: 'auto' },
    { mode: 'none' },
    { mode: 'required' },
    { mode: 'tool', name: 'g' },
  ])('stands where there are such tools: %j', (choice) => {
    expect(settleChoice(choice, tools, 'tool_choice')).toBe(choice);
  });

  it('that leaves it to the model means nothing without tools', () => {
    expect(settleChoice({ mode: 'auto' }, [], 'tool_choice')).toBeUndefined();
    expect(settleChoice({ mode: 'none' }, [], 'tool_choice')).toBeUndefined();
    expect(settleChoice(undefined, tools, 'tool_choice')).toBeUndefined();
  });

  it.each<[ToolChoice, readonly { name: string }[]]>([
    [{ mode: 'required' }, []],
    [{ mode: 'tool', name: 'f' }, []],
    [{ mode: 'tool', name: 'h' }, tools],
    [{ mode: 'tool' }, tools],
  ])('that demands what was not sent is refused: %j of %j', (choice, offered) => {
    expect(() => settleChoice(choice, offered, 'toolConfig.mode')).toThrow(
      expect.objectContaining({ code: 'invalid_request', details: { param: 'toolConfig.mode' } }),
    );
  });
});
