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
import { missing, wrongType } from '../openai-family/request-fields.ts';

/**
 * The tools of a request, flat in this dialect. Functions stay, those of a namespace come out of it, a
 * free-form tool becomes a function with one member `input`, and hosted tools are left out: Codex sends them
 * to every backend, and refusing them would break it (protocols 2.11).
 */
export function readTools(body: JsonObject): Tool[] {
  const tools = body['tools'];
  if (tools === undefined || tools === null) return [];
  if (!Array.isArray(tools)) throw wrongType('tools', 'an array');
  return tools.flatMap((tool: JsonValue, index) => readTool(tool, `tools[${index}]`));
}

function readTool(tool: JsonValue, path: string): Tool[] {
  if (!isJsonObject(tool)) throw wrongType(path, 'an object');
  switch (tool['type']) {
    case 'function':
      return [readFunction(tool, path)];
    case 'custom':
      return [readCustomTool(tool, path)];
    case 'namespace':
      return (arrayMember(tool, 'tools') ?? []).flatMap((inner, index) =>
        readTool(inner, `${path}.tools[${index}]`),
      );
    default:
      return [];
  }
}

function readFunction(tool: JsonObject, path: string): Tool {
  const strict = tool['strict'];
  return {
    name: nameOf(tool, path),
    description: stringMember(tool, 'description'),
    parameters: objectMember(tool, 'parameters'),
    strict: typeof strict === 'boolean' ? strict : undefined,
  };
}

function readCustomTool(tool: JsonObject, path: string): Tool {
  return {
    name: nameOf(tool, path),
    description: stringMember(tool, 'description'),
    parameters: {
      type: 'object',
      properties: { input: { type: 'string' } },
      required: ['input'],
      additionalProperties: false,
    },
  };
}

function nameOf(tool: JsonObject, path: string): string {
  const name = stringMember(tool, 'name');
  if (!name) throw missing(`${path}.name`);
  return name;
}

export interface ReadToolChoice {
  readonly toolChoice: GenerationCall['toolChoice'];
  /** Only these tools may be used (`allowed_tools`); undefined = all. */
  readonly only?: ReadonlySet<string> | undefined;
}

export function readToolChoice(value: JsonValue | undefined): ReadToolChoice {
  if (value === undefined || value === null) return { toolChoice: undefined };
  if (value === 'auto' || value === 'none' || value === 'required') return { toolChoice: { mode: value } };
  if (!isJsonObject(value)) throw wrongType('tool_choice', '"auto", "none", "required" or an object');
  switch (value['type']) {
    case 'function':
    case 'custom':
      return { toolChoice: { mode: 'tool', name: nameOf(value, 'tool_choice') } };
    case 'allowed_tools':
      return readAllowedTools(value);
    default:
      throw hostedToolForced(value['type']);
  }
}

function readAllowedTools(choice: JsonObject): ReadToolChoice {
  const names = (arrayMember(choice, 'tools') ?? []).flatMap((tool) =>
    isJsonObject(tool) ? (stringMember(tool, 'name') ?? []) : [],
  );
  return {
    toolChoice: { mode: choice['mode'] === 'required' ? 'required' : 'auto' },
    only: new Set(names),
  };
}

/** A hosted tool that is merely offered is left out; one that is demanded cannot be. */
function hostedToolForced(type: JsonValue | undefined): GatewayError {
  return new GatewayError(
    'unsupported_parameter',
    `"tool_choice" demands the hosted tool ${JSON.stringify(type ?? null)}, which this backend does not have.`,
    { param: 'tool_choice' },
  );
}
