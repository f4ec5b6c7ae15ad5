import type { CacheMark, Tool, ToolChoice } from '../../model/call.ts';
import {
  arrayMember,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectMember,
  stringMember,
} from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { wrongType } from '../openai-family/request-fields.ts';
import { readCacheMark } from './cache-mark.ts';
import { customParameters } from './custom-tools.ts';

/** `tools`, or the `functions` of 2023; where `tool_choice` allows only some of them, only those. */
export function readTools(body: JsonObject, warnings: Warnings): readonly Tool[] {
  const tools = [
    ...readList(body, 'tools').flatMap((tool, at) => readTool(tool, `tools[${at}]`, warnings)),
    ...readList(body, 'functions').map((tool, at) => readFunction(tool, `functions[${at}]`)),
  ];
  const allowed = allowedNames(body['tool_choice']);
  if (allowed === undefined) return tools;
  // Caches of prompts begin with the tools, so the client should know that they change with its choice.
  warnings.changed('tool_choice', 'only_allowed_tools_sent');
  return tools.filter((tool) => allowed.has(tool.name));
}

/** A choice without tools means nothing; other dialects refuse it, so it is not passed on (protocols 10.4). */
export function readToolChoice(body: JsonObject): ToolChoice | undefined {
  if (readList(body, 'tools').length > 0) return readChoice(body['tool_choice'], 'tool_choice');
  if (readList(body, 'functions').length > 0) return readChoice(body['function_call'], 'function_call');
  return undefined;
}

export function readParallelTools(body: JsonObject): boolean | undefined {
  const parallel = body['parallel_tool_calls'];
  if (parallel === undefined || parallel === null) return undefined;
  if (typeof parallel !== 'boolean') throw wrongType('parallel_tool_calls', 'true or false');
  return parallel;
}

function readList(body: JsonObject, name: string): readonly JsonValue[] {
  const list = body[name];
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) throw wrongType(name, 'an array');
  return list;
}

function readTool(tool: JsonValue, path: string, warnings: Warnings): Tool[] {
  if (!isJsonObject(tool)) throw wrongType(path, 'an object');
  const type = tool['type'] ?? 'function';
  if (type === 'custom') return [readCustom(tool['custom'], path, warnings)];
  if (type === 'function' || isJsonObject(tool['function'])) {
    return [readFunction(tool['function'], `${path}.function`, readCacheMark(tool))];
  }
  warnings.refuse(`${path}.type`, 'Only tools of type "function" or "custom" can be sent there.');
  return [];
}

function readFunction(spec: JsonValue | undefined, path: string, mark?: CacheMark): Tool {
  if (!isJsonObject(spec)) throw wrongType(path, 'an object');
  const strict = spec['strict'];
  return {
    name: readName(spec, path),
    description: stringMember(spec, 'description'),
    parameters: objectMember(spec, 'parameters'),
    strict: typeof strict === 'boolean' ? strict : undefined,
    cache: mark ?? readCacheMark(spec),
  };
}

/** The grammar a text must follow cannot be told to a function (protocols 10.4). */
function readCustom(spec: JsonValue | undefined, path: string, warnings: Warnings): Tool {
  if (!isJsonObject(spec)) throw wrongType(`${path}.custom`, 'an object');
  const hasGrammar = objectMember(spec, 'format')?.['type'] === 'grammar';
  if (hasGrammar) warnings.dropped(`${path}.custom.format`);
  return {
    name: readName(spec, `${path}.custom`),
    description: stringMember(spec, 'description'),
    parameters: customParameters,
  };
}

function readName(spec: JsonObject, path: string): string {
  const name = stringMember(spec, 'name');
  if (!name) throw wrongType(`${path}.name`, 'a string with a name');
  return name;
}

function readChoice(choice: JsonValue | undefined, param: string): ToolChoice | undefined {
  if (choice === undefined || choice === null) return undefined;
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { mode: choice };
  // Mistral's word for `required`.
  if (choice === 'any') return { mode: 'required' };
  if (!isJsonObject(choice)) throw wrongType(param, '"auto", "none", "required" or an object');
  const allowed = allowedTools(choice);
  if (allowed !== undefined) return { mode: allowed['mode'] === 'required' ? 'required' : 'auto' };
  const name = nameOf(choice);
  if (name === undefined) throw wrongType(param, 'an object that names a function');
  return { mode: 'tool', name };
}

/** `{"type":"allowed_tools","allowed_tools":{"mode":…,"tools":[…]}}`. */
function allowedTools(choice: JsonValue | undefined): JsonObject | undefined {
  return isJsonObject(choice) ? objectMember(choice, 'allowed_tools') : undefined;
}

function allowedNames(choice: JsonValue | undefined): ReadonlySet<string> | undefined {
  const allowed = allowedTools(choice);
  if (allowed === undefined) return undefined;
  const tools = arrayMember(allowed, 'tools') ?? [];
  return new Set(tools.map((tool) => nameOf(tool)).filter((name) => name !== undefined));
}

/** New form: {"type":"function","function":{"name":…}}, or `custom` for both; old form: {"name":…}. */
function nameOf(tool: JsonValue): string | undefined {
  if (!isJsonObject(tool)) return undefined;
  return stringMember(objectMember(tool, 'function') ?? objectMember(tool, 'custom') ?? tool, 'name');
}
