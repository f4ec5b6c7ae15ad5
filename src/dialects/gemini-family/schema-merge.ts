import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';

/** Two schemas that must both hold as one; where they contradict each other, the first wins. */
export function mergeSchemas(a: JsonObject, b: JsonObject): JsonObject {
  const properties = { ...asObject(b['properties']), ...asObject(a['properties']) };
  const required = [...new Set([...asList(a['required']), ...asList(b['required'])])];
  return {
    ...b,
    ...a,
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(required.length > 0 && { required }),
  };
}

function asObject(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function asList(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

/** What is put together, or says nothing about values. */
const mergeable: ReadonlySet<string> = new Set(['properties', 'required', 'title', 'description', '$defs']);

/** Do the two say different things by the same keyword, so that one is lost? */
export function contradict(a: JsonObject, b: JsonObject): boolean {
  const common = Object.keys(b).filter((name) => Object.hasOwn(a, name) && !mergeable.has(name));
  return common.some((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]));
}
