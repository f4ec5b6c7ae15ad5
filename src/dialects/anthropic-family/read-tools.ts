import type { Tool, ToolChoice } from '../../model/call.ts';
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectMember,
  stringMember,
} from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
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
  return readList(body, 'tools').flatMap((tool: JsonValue, at) => {
    const path = `tools[${at}]`;
    const wire = needObject(tool, path);
    if (isCustom(wire)) return [readTool(wire, path)];
    refuseIfForced(body, wire, warnings);
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

function refuseIfForced(body: JsonObject, tool: JsonObject, warnings: Warnings): void {
  const choice = objectMember(body, 'tool_choice');
  const isForced = choice?.['type'] === 'tool' && choice['name'] === tool['name'];
  const isOnlyOne =
    choice?.['type'] === 'any' && readList(body, 'tools').every((one) => isJsonObject(one) && !isCustom(one));
  if (!isForced && !isOnlyOne) return;
  warnings.refuse(
    'tool_choice',
    'The tool that "tool_choice" forces is one of Anthropic\'s own; the backend of this model does not have it.',
  );
}

/** A choice without tools means nothing; other dialects refuse it, so it is not passed on (protocols 10.4). */
export function readToolChoice(body: JsonObject, tools: readonly Tool[]): ToolChoice | undefined {
  const choice = readObject(body, 'tool_choice');
  if (choice === undefined || tools.length === 0) return undefined;
  const mode = choiceModes.get(stringMember(choice, 'type') ?? '');
  if (mode === undefined) throw wrongType('tool_choice.type', 'one of auto, any, tool, none');
  if (mode !== 'tool') return { mode };
  const name = needString(choice, 'name', 'tool_choice');
  return tools.some((tool) => tool.name === name) ? { mode, name } : undefined;
}

/** Only the wish for one at a time says anything; several at a time is what everybody does. */
export function readParallelTools(body: JsonObject): false | undefined {
  const choice = readObject(body, 'tool_choice');
  return choice?.['disable_parallel_tool_use'] === true ? false : undefined;
}
