import type { GenerationCall, Tool } from '../../model/call.ts';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { isFunctionName } from './function-name.ts';
import { fitJsonSchema } from './json-schema-fit.ts';
import { type ModelTraits, modelTraits } from './model-traits.ts';
import { schemaSubset } from './schema-subset.ts';

export interface WrittenTools {
  readonly tools: readonly JsonObject[];
  readonly toolConfig?: JsonObject | undefined;
}

/** `tools` and `toolConfig` (protocols 10.4). */
export function writeTools(call: GenerationCall, warnings: Warnings): WrittenTools {
  const traits = modelTraits(call.model);
  const functionDeclarations = call.tools.flatMap((tool, at) => {
    return writeTool(tool, `tools[${at}]`, traits, warnings);
  });
  if (functionDeclarations.length === 0) return { tools: [] };
  if (call.parallelTools === false) warnings.dropped('parallel_tool_calls');
  const config = writeChoice(call, traits, warnings);
  return {
    tools: [{ functionDeclarations }],
    toolConfig: config && { functionCallingConfig: config },
  };
}

/** The answer's reader knows no names but those on the wire, so a name Google refuses cannot be rewritten here. */
function writeTool(tool: Tool, param: string, traits: ModelTraits, warnings: Warnings): JsonObject[] {
  if (!isFunctionName(tool.name)) {
    warnings.refuse(
      `${param}.name`,
      `"${param}.name" must begin with a letter or "_" and go on with at most 63 letters, digits, "_", ".", ":" or "-".`,
    );
    return [];
  }
  return [
    {
      name: tool.name,
      ...(tool.description !== undefined && { description: tool.description }),
      ...writeParameters(tool, `${param}.parameters`, traits, warnings),
    },
  ];
}

/** Left out for a tool without arguments: Google refuses an object without properties. */
function writeParameters(
  { parameters }: Tool,
  param: string,
  traits: ModelTraits,
  warnings: Warnings,
): JsonObject {
  if (parameters === undefined || isEmpty(parameters)) return {};
  if (traits.takesJsonSchema) return { parametersJsonSchema: fitJsonSchema(parameters, param, warnings) };
  const schema = schemaSubset(parameters, param, warnings);
  return schema['type'] === 'OBJECT' && schema['properties'] === undefined ? {} : { parameters: schema };
}

function isEmpty(schema: JsonObject): boolean {
  const { properties, type = 'object', $ref, anyOf, oneOf, allOf } = schema;
  const hasOther = [$ref, anyOf, oneOf, allOf].some((member) => member !== undefined);
  const hasProperties = isJsonObject(properties) && Object.keys(properties).length > 0;
  return type === 'object' && !hasProperties && !hasOther;
}

function writeChoice(
  { tools, toolChoice }: GenerationCall,
  traits: ModelTraits,
  warnings: Warnings,
): JsonObject | undefined {
  const mode = toolChoice?.mode;
  if (mode === 'none') return { mode: 'NONE' };
  if (mode === 'required') return { mode: 'ANY' };
  if (mode === 'tool')
    return { mode: 'ANY', ...(toolChoice?.name && { allowedFunctionNames: [toolChoice.name] }) };
  if (isStrict(tools, traits, warnings)) return { mode: 'VALIDATED' };
  return mode === 'auto' ? { mode: 'AUTO' } : undefined;
}

/** Google is strict with all functions or with none. */
function isStrict(tools: readonly Tool[], traits: ModelTraits, warnings: Warnings): boolean {
  const first = tools.findIndex((tool) => tool.strict === true);
  if (first >= 0 && !traits.takesValidatedMode) warnings.dropped(`tools[${first}].strict`);
  return first >= 0 && traits.takesValidatedMode;
}
