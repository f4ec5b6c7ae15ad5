import type { Tool, ToolChoice } from '../../model/call.ts';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { type Fields, fieldsOf, missing, wrongType } from './fields.ts';
import { schemaToJson } from './schema-upper-to-json.ts';

export interface ReadTools {
  readonly tools: readonly Tool[];
  readonly toolChoice: ToolChoice | undefined;
}

/** Functions, and which of them may or must be called. */
export function readTools(body: Fields, warnings: Warnings): ReadTools {
  const declared = body.each('tools').flatMap((tool) => readTool(tool, warnings));
  const config = body.fields('toolConfig')?.fields('functionCallingConfig');
  if (config === undefined || declared.length === 0) return { tools: declared, toolChoice: undefined };
  const mode = readMode(config);
  const allowed = config.strings('allowedFunctionNames');
  const tools = allowed.length === 0 ? declared : onlyAllowed(declared, allowed, config, warnings);
  return {
    tools: mode === 'VALIDATED' ? tools.map((tool) => ({ ...tool, strict: true })) : tools,
    toolChoice: choiceOf(mode, allowed),
  };
}

/** Tools that Google runs itself (search, code, …) nobody else has; the model answers without them (protocols 10.4). */
function readTool(tool: Fields, warnings: Warnings): Tool[] {
  for (const param of tool.others(functions)) warnings.dropped(param, 'hosted_tool');
  return tool.each('functionDeclarations').map(readFunction);
}

const functions: ReadonlySet<string> = new Set(['functionDeclarations']);

function readFunction(declared: Fields): Tool {
  const name = declared.string('name');
  if (!name) throw missing(declared.param('name'));
  return { name, description: declared.string('description'), parameters: readParameters(declared) };
}

/** A real JSON schema, or one of Google's own kind. */
function readParameters(declared: Fields): JsonObject | undefined {
  const real = declared.get('parametersJsonSchema');
  if (real !== undefined) return fieldsOf(real, declared.param('parametersJsonSchema')).json;
  const own = declared.fields('parameters');
  const schema = own === undefined ? undefined : schemaToJson(own.json);
  return isJsonObject(schema) ? schema : undefined;
}

const modes: ReadonlySet<string> = new Set(['AUTO', 'ANY', 'NONE', 'VALIDATED', 'MODE_UNSPECIFIED']);

function readMode(config: Fields): string {
  const mode = config.string('mode')?.toUpperCase() ?? 'AUTO';
  if (modes.has(mode)) return mode;
  throw wrongType(config.param('mode'), 'one of AUTO, ANY, NONE, VALIDATED');
}

function choiceOf(mode: string, allowed: readonly string[]): ToolChoice | undefined {
  if (mode === 'NONE') return { mode: 'none' };
  if (mode !== 'ANY') return { mode: 'auto' };
  const [name, ...others] = allowed;
  return name !== undefined && others.length === 0 ? { mode: 'tool', name } : { mode: 'required' };
}

/** Where only some may be called, only those are offered; a single one is forced by name, beside the others. */
function onlyAllowed(
  tools: readonly Tool[],
  allowed: readonly string[],
  config: Fields,
  warnings: Warnings,
): readonly Tool[] {
  if (allowed.length === 1 && config.string('mode')?.toUpperCase() === 'ANY') return tools;
  const names = new Set(allowed);
  const some = tools.filter((tool) => names.has(tool.name));
  if (some.length < tools.length) warnings.changed(config.param('allowedFunctionNames'), 'as_fewer_tools');
  return some;
}
