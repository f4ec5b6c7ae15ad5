import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';

/** What a value may be one of: `anyOf`, `oneOf`, or each of a list of types. */
export function alternativesOf(schema: JsonObject): readonly JsonValue[] {
  const { anyOf, oneOf, type } = schema;
  const written = [anyOf, oneOf].filter((list) => Array.isArray(list)).flat() as readonly JsonValue[];
  if (written.length > 0) return typeof type === 'string' ? written.map((one) => typed(one, type)) : written;
  if (!Array.isArray(type)) return [];
  return (type as readonly JsonValue[]).map((one) => ({ ...withoutType(schema), type: one }));
}

/** What an alternative leaves out, the node around it has said. */
function typed(schema: JsonValue, type: string): JsonValue {
  const isBare =
    isJsonObject(schema) && !['type', '$ref', 'anyOf', 'oneOf', 'allOf'].some((name) => name in schema);
  return isBare ? { ...schema, type } : schema;
}

function withoutType({ type: _, description: __, ...rest }: JsonObject): JsonObject {
  return rest;
}

export function isNull(schema: JsonValue): boolean {
  return isJsonObject(schema) && schema['type'] === 'null';
}

export function hasProperties({ properties }: JsonObject): boolean {
  return isJsonObject(properties) && Object.keys(properties).length > 0;
}
