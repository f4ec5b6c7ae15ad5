import type { Tool, ToolChoice } from '../../model/call.ts';
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectMember,
  stringMember,
} from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { settleChoice } from '../tool-use-family/settle-choice.ts';
import { cacheOf } from './cache-mark.ts';
import {
  needObject,
  needString,
  readBoolean,
  readList,
  readObject,
  readString,
  wrongType,
} from './request-fields.ts';

type WireChoice = 'auto' | 'any' | 'tool' | 'none';

const choiceModes: ReadonlyMap<string, ToolChoice['mode']> = new Map<WireChoice, ToolChoice['mode']>([
  ['auto', 'auto'],
  ['any', 'required'],
  ['tool', 'tool'],
  ['none', 'none'],
]);

/** The client's own tools. Those that Anthropic knows by `type` mean nothing elsewhere (W; E where one is forced). */
export function readTools(body: JsonObject, warnings: Warnings): readonly Tool[] {
  refuseIfForced(body, warnings);
  return readList(body, 'tools').flatMap((tool: JsonValue, at) => {
    const path = `tools[${at}]`;
    const wire = needObject(tool, path);
    if (isCustom(wire)) return [readTool(wire, path)];
    warnings.dropped(path);
    return [];
  });
}

function isCustom(tool: JsonObject): boolean {
  const type = tool['type'] ?? 'custom';
  return type === 'custom';
}

function readTool(tool: JsonObject, path: string): Tool {
  return {
    name: needString(tool, 'name', path),
    description: readString(tool, 'description', path),
    parameters: readObject(tool, 'input_schema', path),
    strict: readBoolean(tool, 'strict', path),
    ...cacheOf(tool),
  };
}

function refuseIfForced(body: JsonObject, warnings: Warnings): void {
  if (!forcesOwnTool(body, objectMember(body, 'tool_choice') ?? {})) return;
  warnings.refuse(
    'tool_choice',
    'The tool that "tool_choice" forces is one of Anthropic\'s own; the backend of this model does not have it.',
  );
}

/** Is the demanded tool one of those that Anthropic knows by `type`, or can it be no other? */
function forcesOwnTool(body: JsonObject, choice: JsonObject): boolean {
  const tools = readList(body, 'tools').filter((tool) => isJsonObject(tool));
  const own = tools.filter((tool) => !isCustom(tool));
  if (choice['type'] === 'any') return own.length > 0 && own.length === tools.length;
  return choice['type'] === 'tool' && own.some((tool) => tool['name'] === choice['name']);
}

/** Which tools may or must be used, held against the tools there are. */
export function readToolChoice(body: JsonObject, tools: readonly Tool[]): ToolChoice | undefined {
  const choice = readObject(body, 'tool_choice');
  if (choice === undefined) return undefined;
  const mode = choiceModes.get(stringMember(choice, 'type') ?? '');
  if (mode === undefined) throw wrongType('tool_choice.type', 'one of auto, any, tool, none');
  const name = mode === 'tool' ? needString(choice, 'name', 'tool_choice') : undefined;
  // What is demanded of Anthropic's own tools was refused with them, or let go on a lenient route.
  if (forcesOwnTool(body, choice)) return undefined;
  return settleChoice(name === undefined ? { mode } : { mode, name }, tools, 'tool_choice');
}

/** Only the wish for one at a time says anything; several at a time is what everybody does. */
export function readParallelTools(body: JsonObject): false | undefined {
  const choice = readObject(body, 'tool_choice');
  return choice?.['disable_parallel_tool_use'] === true ? false : undefined;
}
