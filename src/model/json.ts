/** JSON as it comes out of a parser: `unknown` with manners. One reader per wire type narrows it further. */
export type JsonValue = string | number | boolean | null | JsonObject | readonly JsonValue[];

export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The member if it is a string, else undefined. */
export function stringMember(object: JsonObject, key: string): string | undefined {
  const value = object[key];
  return typeof value === 'string' ? value : undefined;
}

/** The member if it is an object, else undefined. */
export function objectMember(object: JsonObject, key: string): JsonObject | undefined {
  const value = object[key];
  return isJsonObject(value) ? value : undefined;
}

/** The member if it is an array, else undefined. */
export function arrayMember(object: JsonObject, key: string): readonly JsonValue[] | undefined {
  const value = object[key];
  return Array.isArray(value) ? value : undefined;
}
