import {
  arrayMember,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectMember,
} from '../../model/json.ts';

/**
 * Does the schema keep the rules of OpenAI's strict mode? Every object says that it has no other members, and
 * requires all it has; a schema that does not is refused there (protocols 10.4).
 */
export function fitsStrict(schema: JsonValue | undefined): boolean {
  return isJsonObject(schema) && isObjectSchema(schema) && fits(schema);
}

function fits(schema: JsonValue | undefined): boolean {
  if (!isJsonObject(schema)) return true;
  if (isObjectSchema(schema) && !isClosed(schema)) return false;
  return innerSchemas(schema).every(fits);
}

function isObjectSchema(schema: JsonObject): boolean {
  return schema['type'] === 'object' || (arrayMember(schema, 'type')?.includes('object') ?? false);
}

function isClosed(schema: JsonObject): boolean {
  if (schema['additionalProperties'] !== false) return false;
  const required = new Set(arrayMember(schema, 'required'));
  return Object.keys(objectMember(schema, 'properties') ?? {}).every((name) => required.has(name));
}

function innerSchemas(schema: JsonObject): (JsonValue | undefined)[] {
  return [
    ...Object.values(objectMember(schema, 'properties') ?? {}),
    ...Object.values(objectMember(schema, '$defs') ?? {}),
    ...Object.values(objectMember(schema, 'definitions') ?? {}),
    ...(arrayMember(schema, 'anyOf') ?? []),
    schema['items'],
  ];
}
