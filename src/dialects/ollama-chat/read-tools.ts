import type { Tool } from '../../model/call.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { readList, readString, wrongType } from '../ollama-family/request-fields.ts';

/** The tools of a request, in the nested form that Ollama took over from OpenAI. */
export function readTools(body: JsonObject, warnings: Warnings): readonly Tool[] {
  return readList(body, 'tools').flatMap((tool, at) => readTool(tool, `tools[${at}]`, warnings));
}

function readTool(tool: JsonValue, path: string, warnings: Warnings): Tool[] {
  if (!isJsonObject(tool)) throw wrongType(path, 'an object');
  const type = readString(tool, 'type', `${path}.`) ?? 'function';
  if (type === 'function') return [readFunction(tool['function'], `${path}.function`)];
  // Nobody can be forced to use a tool on this wire, so one less is no broken promise (protocols 10.4).
  warnings.dropped(path, 'only_functions');
  return [];
}

function readFunction(spec: JsonValue | undefined, path: string): Tool {
  if (!isJsonObject(spec)) throw wrongType(path, 'an object');
  const name = readString(spec, 'name', `${path}.`);
  if (!name) throw wrongType(`${path}.name`, 'a string that is not empty');
  const parameters = spec['parameters'] ?? undefined;
  if (parameters !== undefined && !isJsonObject(parameters))
    throw wrongType(`${path}.parameters`, 'an object');
  return { name, description: readString(spec, 'description', `${path}.`), parameters };
}
