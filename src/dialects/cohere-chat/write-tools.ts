import type { GenerationCall, Tool } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Writing } from '../dialect.ts';

/** The tools of a call and what is said of their use (protocols 10.4). */
export function writeTools(call: GenerationCall, writing: Writing): JsonObject {
  const tools = offered(call, writing);
  if (call.parallelTools === false) writing.warnings.dropped('parallel_tool_calls');
  if (tools.length === 0) return {};
  return {
    tools: tools.map(writeTool),
    strict_tools: writeStrict(tools, call.tools, writing),
    tool_choice: writeChoice(call, writing),
  };
}

/** Cohere cannot be told to use a certain tool, but to use one: so it is offered no other. */
function offered({ tools, toolChoice }: GenerationCall, { warnings }: Writing): readonly Tool[] {
  if (toolChoice?.mode !== 'tool') return tools;
  const chosen = tools.filter((tool) => tool.name === toolChoice.name);
  if (chosen.length > 0) return chosen;
  warnings.refuse('tool_choice', 'The tool that "tool_choice" names is not among "tools".');
  return tools;
}

function writeTool({ name, description, parameters }: Tool): JsonObject {
  const schema = parameters ?? { type: 'object', properties: {} };
  return { type: 'function', function: { name, description, parameters: schema } };
}

/** One switch for all tools, where others have one for each. `asked`: with those that are not offered. */
function writeStrict(
  tools: readonly Tool[],
  asked: readonly Tool[],
  { quirks, warnings }: Writing,
): true | undefined {
  const strict = tools.filter((tool) => tool.strict === true);
  const [first] = strict;
  if (first === undefined) return undefined;
  const param = `tools[${asked.indexOf(first)}].strict`;
  if (!quirks.strictTools) {
    warnings.dropped(param);
    return undefined;
  }
  if (strict.length < tools.length) warnings.changed(param, 'applies_to_all_tools');
  return true;
}

/** There is no word for `auto`: it is what happens when nothing is said. */
function writeChoice({ toolChoice }: GenerationCall, { quirks, warnings }: Writing): string | undefined {
  if (toolChoice === undefined || toolChoice.mode === 'auto') return undefined;
  if (toolChoice.mode === 'none') return 'NONE';
  if (quirks.forcedToolChoice) return 'REQUIRED';
  warnings.refuse('tool_choice', 'This backend cannot be made to use a tool; leave out "tool_choice".');
  return undefined;
}
