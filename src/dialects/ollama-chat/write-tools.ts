import type { GenerationCall, Tool } from '../../model/call.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { WireTool } from '../ollama-family/wire.ts';
import { writeToolSchema } from './tool-schema.ts';

/** The tools the model may use. Ollama always leaves the choice to the model; all it can be given is fewer tools. */
export function writeTools(call: GenerationCall, warnings: Warnings): readonly WireTool[] {
  const tools = offered(call, warnings);
  if (tools.length > 0 && call.parallelTools === false) warnings.dropped('parallel_tool_calls');
  const strict = call.tools.findIndex((tool) => tool.strict);
  if (strict >= 0) warnings.dropped(`tools[${strict}].strict`);
  return tools.map((tool) => writeTool(tool, warnings));
}

function offered({ tools, toolChoice }: GenerationCall, warnings: Warnings): readonly Tool[] {
  if (toolChoice === undefined || toolChoice.mode === 'auto' || tools.length === 0) return tools;
  if (toolChoice.mode === 'none') return [];
  warnings.refuse(
    'tool_choice',
    'An Ollama server leaves it to the model whether it uses a tool; send "tool_choice" as "auto" or "none".',
  );
  return toolChoice.mode === 'tool' ? tools.filter((tool) => tool.name === toolChoice.name) : tools;
}

function writeTool({ name, description, parameters }: Tool, warnings: Warnings): WireTool {
  return {
    type: 'function',
    function: {
      name,
      ...(description !== undefined && { description }),
      parameters: writeToolSchema(parameters, warnings),
    },
  };
}
