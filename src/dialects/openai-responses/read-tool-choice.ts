import type { ToolChoice } from '../../model/call.ts';
import {
  arrayMember,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  stringMember,
} from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { missing, wrongType } from '../openai-family/request-fields.ts';
import type { RequestedTools } from './requested-tools.ts';

export interface ReadToolChoice {
  readonly toolChoice: ToolChoice | undefined;
  /** Only these tools may be used (`allowed_tools`), by the names of this house; undefined = all. */
  readonly only?: ReadonlySet<string> | undefined;
}

export function readToolChoice(
  value: JsonValue | undefined,
  requested: RequestedTools,
  warnings: Warnings,
): ReadToolChoice {
  if (value === undefined || value === null) return { toolChoice: undefined };
  if (value === 'auto' || value === 'none' || value === 'required') return { toolChoice: { mode: value } };
  if (!isJsonObject(value)) throw wrongType('tool_choice', '"auto", "none", "required" or an object');
  switch (value['type']) {
    case 'function':
    case 'custom':
      return { toolChoice: { mode: 'tool', name: namedTool(value, requested) } };
    case 'allowed_tools':
      return readAllowedTools(value, requested);
    default:
      return refuseHosted(warnings);
  }
}

function namedTool(choice: JsonObject, requested: RequestedTools): string {
  const name = stringMember(choice, 'name');
  if (!name) throw missing('tool_choice.name');
  return requested.houseName(name, stringMember(choice, 'namespace'));
}

function readAllowedTools(choice: JsonObject, requested: RequestedTools): ReadToolChoice {
  const names = (arrayMember(choice, 'tools') ?? []).flatMap((tool) => {
    const name = isJsonObject(tool) ? stringMember(tool, 'name') : undefined;
    return name === undefined || !isJsonObject(tool)
      ? []
      : [requested.houseName(name, stringMember(tool, 'namespace'))];
  });
  const mode = choice['mode'] === 'required' ? 'required' : 'auto';
  return { toolChoice: { mode }, only: new Set(names) };
}

/** A hosted tool that is merely offered is left out; one that is demanded cannot be. */
function refuseHosted(warnings: Warnings): ReadToolChoice {
  warnings.refuse('tool_choice', '"tool_choice" demands a hosted tool, which this backend does not have.');
  return { toolChoice: undefined };
}
