import type { GenerationCall, Tool } from '../../model/call.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { Writing } from '../dialect.ts';
import type { AnswerForm } from './answer-form.ts';
import type { CacheMarks } from './cache-mark.ts';
import type { ModelTraits } from './model-traits.ts';
import { writeToolName } from './tool-name.ts';
import { writeToolSchema } from './tool-schema.ts';
import type { WireTool, WireToolChoice } from './wire.ts';

export type WrittenTools = { readonly tools?: WireTool[]; readonly tool_choice?: WireToolChoice };

/** The client's tools, and the one by which an answer in JSON is made to come. */
export function writeTools(
  call: GenerationCall,
  form: AnswerForm,
  traits: ModelTraits,
  marks: CacheMarks,
  writing: Writing,
): WrittenTools {
  const own = call.tools.map((tool, at) => writeTool(tool, `tools[${at}]`, traits, marks, writing));
  const tools = own.length > 0 ? own : fromHistory(call, writing.warnings);
  if (form.tool !== undefined) return withJsonTool(call, tools, form.tool, writing.warnings);
  if (tools.length === 0) return {};
  // Nothing was offered this time, so nothing may be called; the API only wants to know what was.
  if (own.length === 0) return { tools, tool_choice: { type: 'none' } };
  const choice = writeChoice(call, writing);
  return choice === undefined ? { tools } : { tools, tool_choice: choice };
}

function writeTool(
  tool: Tool,
  param: string,
  traits: ModelTraits,
  marks: CacheMarks,
  writing: Writing,
): WireTool {
  const { schema, isFaithful } = writeToolSchema(tool.parameters);
  const isStrict = tool.strict === true && traits.hasOutputFormat && writing.quirks.strictTools;
  if (!isFaithful) writing.warnings.changed(`${param}.parameters`, 'schema_widened');
  if (tool.strict === true && !isStrict) writing.warnings.dropped(`${param}.strict`);
  const written: WireTool = {
    name: writeToolName(tool.name, `${param}.name`, writing.warnings),
    ...(tool.description !== undefined && { description: tool.description }),
    input_schema: schema,
    ...(isStrict && { strict: true }),
  };
  marks.put(tool.cache, written);
  return written;
}

/** The API refuses a history with tool uses if it does not know of any tools. */
function fromHistory(call: GenerationCall, warnings: Warnings): WireTool[] {
  const parts = call.messages.flatMap((message) => (message.role === 'assistant' ? message.parts : []));
  const names = new Set(parts.flatMap((part) => (part.type === 'tool-use' ? [part.name] : [])));
  return [...names].map((name) => ({
    name: writeToolName(name, 'messages', warnings),
    input_schema: { type: 'object', properties: {} },
  }));
}

/** Where the client has tools too, the model must call one: theirs to go on, ours to answer. */
function withJsonTool(
  call: GenerationCall,
  tools: WireTool[],
  tool: WireTool,
  warnings: Warnings,
): WrittenTools {
  const hasOthers = call.tools.length > 0 && call.toolChoice?.mode !== 'none';
  if (hasOthers) warnings.changed('response_format', 'asked_for_by_a_tool');
  const choice = hasOthers ? ({ type: 'any' } as const) : ({ type: 'tool', name: tool.name } as const);
  return { tools: [...tools, tool], tool_choice: { ...choice, disable_parallel_tool_use: true } };
}

function writeChoice(call: GenerationCall, { quirks, warnings }: Writing): WireToolChoice | undefined {
  const choice = call.toolChoice;
  const single = call.parallelTools === false ? ({ disable_parallel_tool_use: true } as const) : {};
  const isForced = choice?.mode === 'required' || choice?.mode === 'tool';
  if (isForced && !quirks.forcedToolChoice) {
    warnings.refuse(
      'tool_choice',
      'The backend of this model cannot be made to call a tool; let "tool_choice" be "auto".',
    );
  } else if (choice?.mode === 'required') {
    return { type: 'any', ...single };
  } else if (choice?.mode === 'tool' && choice.name !== undefined) {
    return { type: 'tool', name: writeToolName(choice.name, 'tool_choice', warnings), ...single };
  }
  if (choice?.mode === 'none') return { type: 'none' };
  return choice === undefined && call.parallelTools !== false ? undefined : { type: 'auto', ...single };
}
