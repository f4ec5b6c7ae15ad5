import type { GenerationCall, Tool, ToolChoice } from '../../model/call.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { Writing } from '../dialect.ts';
import { withoutUndefined } from '../openai-family/without-undefined.ts';

/** Tools and how they may be used; without tools, nothing of it means anything (protocols 10.4). */
export function writeTools(call: GenerationCall, writing: Writing): JsonObject {
  if (call.tools.length === 0) return {};
  return {
    tools: call.tools.map((tool, at) => writeTool(tool, `tools[${at}]`, writing)),
    tool_choice: writeToolChoice(call.toolChoice, writing),
    parallel_tool_calls: writeParallel(call.parallelTools, writing),
  };
}

function writeTool(tool: Tool, path: string, { quirks, warnings }: Writing): JsonObject {
  const { name, description, parameters, strict } = tool;
  if (strict && !quirks.strictTools) warnings.dropped(`${path}.strict`);
  const kept = quirks.strictTools ? strict : undefined;
  return { type: 'function', function: withoutUndefined({ name, description, parameters, strict: kept }) };
}

function writeToolChoice(
  choice: ToolChoice | undefined,
  { quirks, warnings }: Writing,
): JsonValue | undefined {
  if (choice === undefined) return undefined;
  if (choice.mode === 'auto' || choice.mode === 'none') return choice.mode;
  if (quirks.forcedToolChoice) return asForced(choice);
  warnings.refuse('tool_choice', 'This backend cannot be made to use a tool; send "tool_choice": "auto".');
  return undefined;
}

function asForced({ name }: ToolChoice): JsonValue {
  return name === undefined ? 'required' : { type: 'function', function: { name } };
}

/** Several at a time is what a server does that knows no better. */
function writeParallel(parallel: boolean | undefined, { quirks, warnings }: Writing): boolean | undefined {
  if (parallel === undefined || quirks.parallelToolCalls) return parallel;
  if (!parallel) warnings.dropped('parallel_tool_calls');
  return undefined;
}
