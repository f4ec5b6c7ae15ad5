import type { GenerationCall, Tool } from '../../model/call.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import {
  arrayMember,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectMember,
  stringMember,
} from '../../model/json.ts';
import { wrongType } from '../openai-family/request-fields.ts';

type ToolChoice = GenerationCall['toolChoice'];

/** `tools`, or the `functions` of 2023; where `tool_choice` allows only some of them, only those. */
export function readTools(body: JsonObject): readonly Tool[] {
  const tools = [
    ...readList(body, 'tools').map((tool, at) => readTool(tool, `tools[${at}]`)),
    ...readList(body, 'functions').map((tool, at) => readFunction(tool, `functions[${at}]`)),
  ];
  const allowed = allowedNames(body['tool_choice']);
  return allowed === undefined ? tools : tools.filter((tool) => allowed.has(tool.name));
}

/** A choice without tools means nothing; other dialects refuse it, so it is not passed on (protocols 10.4). */
export function readToolChoice(body: JsonObject): ToolChoice {
  if (readList(body, 'tools').length > 0) return readChoice(body['tool_choice'], 'tool_choice');
  if (readList(body, 'functions').length > 0) return readChoice(body['function_call'], 'function_call');
  return undefined;
}

function readList(body: JsonObject, name: string): readonly JsonValue[] {
  const list = body[name];
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) throw wrongType(name, 'an array');
  return list;
}

function readTool(tool: JsonValue, path: string): Tool {
  if (!isJsonObject(tool)) throw wrongType(path, 'an object');
  const type = tool['type'] ?? 'function';
  if (type === 'function') return readFunction(tool['function'], `${path}.function`);
  throw new GatewayError(
    'unsupported_parameter',
    `Tools of type ${JSON.stringify(type)} cannot be sent there; only functions can.`,
    { param: `${path}.type` },
  );
}

function readFunction(spec: JsonValue | undefined, path: string): Tool {
  if (!isJsonObject(spec)) throw wrongType(path, 'an object');
  const name = stringMember(spec, 'name');
  if (name === undefined) throw wrongType(`${path}.name`, 'a string');
  const strict = spec['strict'];
  return {
    name,
    description: stringMember(spec, 'description'),
    parameters: objectMember(spec, 'parameters'),
    strict: typeof strict === 'boolean' ? strict : undefined,
  };
}

function readChoice(choice: JsonValue | undefined, param: string): ToolChoice {
  if (choice === undefined || choice === null) return undefined;
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { mode: choice };
  if (!isJsonObject(choice)) throw wrongType(param, '"auto", "none", "required" or an object');
  const allowed = objectMember(choice, 'allowed_tools');
  if (allowed !== undefined) return { mode: allowed['mode'] === 'required' ? 'required' : 'auto' };
  // New form: {"type":"function","function":{"name":…}}; old form: {"name":…}.
  const name = stringMember(objectMember(choice, 'function') ?? choice, 'name');
  if (name === undefined) throw wrongType(param, 'an object that names a function');
  return { mode: 'tool', name };
}

/** The names in `{"type":"allowed_tools","allowed_tools":{"tools":[…]}}`. */
function allowedNames(choice: JsonValue | undefined): ReadonlySet<string> | undefined {
  const allowed = isJsonObject(choice) ? objectMember(choice, 'allowed_tools') : undefined;
  if (allowed === undefined) return undefined;
  const tools = arrayMember(allowed, 'tools') ?? [];
  return new Set(tools.map((tool) => nameOf(tool)).filter((name) => name !== undefined));
}

function nameOf(tool: JsonValue): string | undefined {
  if (!isJsonObject(tool)) return undefined;
  return stringMember(objectMember(tool, 'function') ?? tool, 'name');
}
