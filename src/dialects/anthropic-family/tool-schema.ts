import { isJsonObject, type JsonObject, objectMember } from '../../model/json.ts';

/** A tool's schema as the API takes it, and whether it still says all it said. */
export interface ToolSchema {
  readonly schema: JsonObject;
  readonly isFaithful: boolean;
}

const unions = ['anyOf', 'oneOf', 'allOf'] as const;

/**
 * The root must be of type object, with no choice of shapes (protocols 10.4). A choice becomes one shape that
 * has the members of all: wider than it was, but the arguments keep the form the client's tool expects.
 */
export function writeToolSchema(parameters: JsonObject | undefined): ToolSchema {
  if (parameters === undefined) return { schema: { type: 'object', properties: {} }, isFaithful: true };
  if (unions.some((union) => Array.isArray(parameters[union])))
    return { schema: merged(parameters), isFaithful: false };
  if (parameters['type'] === 'object') return { schema: parameters, isFaithful: true };
  const isOpen = parameters['type'] === undefined || isObjectAmongOthers(parameters);
  return { schema: { ...parameters, type: 'object' }, isFaithful: isOpen };
}

/** `["object", "null"]`: arguments are never null. */
function isObjectAmongOthers({ type }: JsonObject): boolean {
  return Array.isArray(type) && type.includes('object');
}

function merged(parameters: JsonObject): JsonObject {
  const { anyOf: _, oneOf: __, allOf: ___, ...rest } = parameters;
  const shapes = unions.flatMap((union) => {
    const list = parameters[union];
    return Array.isArray(list) ? list.filter(isJsonObject) : [];
  });
  const properties = shapes.map((shape) => Object.entries(objectMember(shape, 'properties') ?? {}));
  const own = Object.entries(objectMember(parameters, 'properties') ?? {});
  return { ...rest, type: 'object', properties: Object.fromEntries([...properties.flat(), ...own]) };
}
