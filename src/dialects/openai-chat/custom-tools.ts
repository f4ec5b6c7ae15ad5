import {
  arrayMember,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectMember,
  stringMember,
} from '../../model/json.ts';

/**
 * Free-form tools take a text where functions take JSON. Inside the house they are functions with one string
 * property `input` (protocols 10.4); these are the two sides of that dress.
 */
export const customParameters: JsonObject = {
  type: 'object',
  properties: { input: { type: 'string' } },
  required: ['input'],
  additionalProperties: false,
};

/** The names of the free-form tools that a request declares. */
export function customToolNames(request: JsonObject): ReadonlySet<string> {
  const names = new Set<string>();
  for (const tool of arrayMember(request, 'tools') ?? []) {
    const name = customName(tool);
    if (name !== undefined) names.add(name);
  }
  return names;
}

function customName(tool: JsonValue): string | undefined {
  if (!isJsonObject(tool) || tool['type'] !== 'custom') return undefined;
  return stringMember(objectMember(tool, 'custom') ?? tool, 'name');
}

export function wrapInput(input: string): string {
  return JSON.stringify({ input });
}

/** A model that forgot the wrapping meant the text itself. */
export function unwrapInput(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    const input = isJsonObject(value) ? value['input'] : undefined;
    return typeof input === 'string' ? input : text;
  } catch {
    return text;
  }
}
