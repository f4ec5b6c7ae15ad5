/** Which of the offered tools the fake calls, and with what. */
import type { Asked, ToolCall, ToolOffered } from './asked-and-said.ts';
import { sampleObject } from './sample.ts';
import type { Scenario } from './scenario.ts';

export function toolCallsFor(asked: Asked, scenario: Scenario, id: string): readonly ToolCall[] {
  const offered = offeredTo(asked);
  const count = offered.length === 0 ? 0 : howMany(asked, scenario);
  return Array.from({ length: count }, (_, at) => {
    const tool = offered[at % offered.length];
    const args = tool && !scenario.has('no-args') ? sampleObject(tool.schema) : {};
    return {
      id: at === 0 ? `call_${id}` : `call_${id}_${at}`,
      name: tool?.name ?? '',
      args,
      argsText: scenario.has('no-args') ? '' : JSON.stringify(args),
    };
  });
}

function offeredTo({ tools = [], toolWish }: Asked): readonly ToolOffered[] {
  const names = toolWish?.names;
  return names ? tools.filter((tool) => names.includes(tool.name)) : tools;
}

/** A tool that must be called is called; else `use tool` in the text asks for one, and the scenario for any number. */
function howMany({ text, toolResult, toolWish }: Asked, scenario: Scenario): number {
  if (toolWish?.must === 'none') return 0;
  const isForced = toolWish?.must === 'any';
  if (toolResult !== undefined && !isForced) return 0;
  const wanted = scenario.number('tools') ?? (isForced || /use tool/i.test(text) ? 1 : 0);
  return toolWish?.oneAtATime ? Math.min(1, wanted) : wanted;
}
