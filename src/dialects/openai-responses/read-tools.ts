import type { GenerationCall, Tool, ToolChoice } from '../../model/call.ts';
import {
  arrayMember,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectMember,
  stringMember,
} from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { missing, wrongType } from '../openai-family/request-fields.ts';
import { readToolChoice } from './read-tool-choice.ts';
import type { RequestedTools } from './requested-tools.ts';

/**
 * The tools of a request, and which of them may or must be used. A choice without tools means nothing and is
 * dropped quietly, unless it demands a tool that had to be left out (protocols 10.4).
 */
export function readToolsAndChoice(
  body: JsonObject,
  requested: RequestedTools,
  warnings: Warnings,
): Pick<GenerationCall, 'tools' | 'toolChoice'> {
  const declared = new ToolReader(requested, warnings).read(body['tools']);
  const { toolChoice, only } = readToolChoice(body['tool_choice'], requested, warnings);
  const tools = only === undefined ? declared : declared.filter((tool) => only.has(tool.name));
  if (tools.length > 0) return { tools, toolChoice };
  refuseUnmet(body, toolChoice, warnings);
  return { tools, toolChoice: undefined };
}

/** A tool is required, there were some, and none of them can be had here. */
function refuseUnmet(body: JsonObject, choice: ToolChoice | undefined, warnings: Warnings): void {
  if (choice?.mode !== 'required' || !arrayMember(body, 'tools')?.length) return;
  warnings.refuse(
    'tool_choice',
    '"tool_choice" requires a tool, and this backend has none of those in "tools".',
  );
}

/**
 * Reads tools, flat in this dialect. Functions stay, those of a namespace come out of it, a free-form tool
 * becomes a function with one member `input`, and hosted tools are left out: Codex sends them to every backend,
 * and refusing them would break it (protocols 2.11).
 */
class ToolReader {
  readonly #requested: RequestedTools;
  readonly #warnings: Warnings;

  constructor(requested: RequestedTools, warnings: Warnings) {
    this.#requested = requested;
    this.#warnings = warnings;
  }

  read(tools: JsonValue | undefined): Tool[] {
    if (tools === undefined || tools === null) return [];
    if (!Array.isArray(tools)) throw wrongType('tools', 'an array');
    return tools.flatMap((tool: JsonValue, at) => this.#tool(tool, `tools[${at}]`, undefined));
  }

  #tool(tool: JsonValue, path: string, namespace: string | undefined): Tool[] {
    if (!isJsonObject(tool)) throw wrongType(path, 'an object');
    switch (tool['type']) {
      case 'function':
        return [this.#function(tool, path, namespace)];
      case 'custom':
        return [this.#custom(tool, path, namespace)];
      case 'namespace':
        return this.#namespace(tool, path);
      default:
        this.#warnings.dropped(path);
        return [];
    }
  }

  #namespace(tool: JsonObject, path: string): Tool[] {
    const inner = arrayMember(tool, 'tools') ?? [];
    const name = stringMember(tool, 'name');
    return inner.flatMap((one, at) => this.#tool(one, `${path}.tools[${at}]`, name));
  }

  #function(tool: JsonObject, path: string, namespace: string | undefined): Tool {
    const strict = tool['strict'];
    return {
      name: this.#requested.houseName(toolName(tool, path), namespace),
      description: stringMember(tool, 'description'),
      parameters: objectMember(tool, 'parameters'),
      strict: typeof strict === 'boolean' ? strict : undefined,
    };
  }

  /** What the text must look like cannot be told to a function. */
  #custom(tool: JsonObject, path: string, namespace: string | undefined): Tool {
    if (objectMember(tool, 'format')?.['type'] === 'grammar') this.#warnings.dropped(`${path}.format`);
    return {
      name: this.#requested.houseName(toolName(tool, path), namespace),
      description: stringMember(tool, 'description'),
      parameters: {
        type: 'object',
        properties: { input: { type: 'string' } },
        required: ['input'],
        additionalProperties: false,
      },
    };
  }
}

function toolName(tool: JsonObject, path: string): string {
  const name = stringMember(tool, 'name');
  if (!name) throw missing(`${path}.name`);
  return name;
}
