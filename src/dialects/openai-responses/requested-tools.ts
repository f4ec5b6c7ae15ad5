import {
  arrayMember,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  stringMember,
} from '../../model/json.ts';

/** What a tool is to the client that declared it, where that is more than a function of its name. */
export interface RequestedTool {
  readonly isCustom: boolean;
  readonly namespace: string | undefined;
}

/**
 * The tools of a request by name. Inside the house every tool is a plain function; an answer must speak of it
 * as the client declared it. A name that stands twice is taken to be the first.
 */
export function requestedTools(request: JsonObject): ReadonlyMap<string, RequestedTool> {
  const tools = new Map<string, RequestedTool>();
  collect(tools, arrayMember(request, 'tools') ?? [], undefined);
  return tools;
}

function collect(
  tools: Map<string, RequestedTool>,
  declared: readonly JsonValue[],
  namespace: string | undefined,
): void {
  for (const tool of declared) {
    if (!isJsonObject(tool)) continue;
    const name = stringMember(tool, 'name');
    if (tool['type'] === 'namespace') collect(tools, arrayMember(tool, 'tools') ?? [], name);
    else if (name !== undefined && !tools.has(name)) {
      tools.set(name, { isCustom: tool['type'] === 'custom', namespace });
    }
  }
}
