import type { GenerationCall, Tool } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Writing } from '../dialect.ts';
import { withoutUndefined } from '../openai-family/without-undefined.ts';
import { fitsStrict } from './strict-schema.ts';

/** Tools, flat in this dialect. */
export function writeTools(tools: readonly Tool[], writing: Writing): JsonObject[] | undefined {
  return tools.length === 0 ? undefined : tools.map((tool, at) => writeTool(tool, `tools[${at}]`, writing));
}

/** `strict` is always said: here it is true by default, everywhere else false (protocols 2.11). */
function writeTool(tool: Tool, path: string, writing: Writing): JsonObject {
  return withoutUndefined({
    type: 'function',
    name: tool.name,
    description: tool.description,
    parameters: tool.parameters ?? null,
    strict: isStrict(tool, path, writing),
  });
}

function isStrict(tool: Tool, path: string, { quirks, warnings }: Writing): boolean {
  if (tool.strict !== true) return false;
  if (quirks.strictTools && fitsStrict(tool.parameters)) return true;
  warnings.changed(`${path}.strict`, quirks.strictTools ? 'schema_not_strict' : 'unsupported_by_backend');
  return false;
}

/** A choice without tools means nothing, and is left out. */
export function writeToolChoice(
  { tools, toolChoice }: GenerationCall,
  { quirks, warnings }: Writing,
): JsonObject[string] {
  if (tools.length === 0 || toolChoice === undefined) return undefined;
  const isForced = toolChoice.mode === 'required' || toolChoice.mode === 'tool';
  if (isForced && !quirks.forcedToolChoice) {
    warnings.refuse('tool_choice', 'This backend cannot be made to use a tool; send "tool_choice": "auto".');
    return undefined;
  }
  return toolChoice.mode === 'tool' ? { type: 'function', name: toolChoice.name } : toolChoice.mode;
}

export function writeParallelTools(
  { tools, parallelTools }: GenerationCall,
  { quirks, warnings }: Writing,
): boolean | undefined {
  if (tools.length === 0 || parallelTools === undefined || quirks.parallelToolCalls) {
    return tools.length === 0 ? undefined : parallelTools;
  }
  if (!parallelTools) warnings.dropped('parallel_tool_calls');
  return undefined;
}
