import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';

/** A schema whose references branch out can grow without end; beyond so many values it is left as it is. */
const VALUES_MAX = 20_000;

/**
 * A schema with its local `$ref`s put in place, for models follow a forced tool's schema better without them
 * (predecessors 000-62). A schema that refers to itself keeps those references, and its definitions with them.
 */
export function inlineRefs(schema: JsonObject): JsonObject {
  const inliner = new Inliner(schema);
  const inlined = inliner.run();
  if (inliner.isTooLarge || inlined === undefined) return schema;
  if (inliner.keepsRefs) return { ...inlined, $defs: schema['$defs'], definitions: schema['definitions'] };
  return inlined;
}

class Inliner {
  readonly #root: JsonObject;
  readonly #under = new Set<string>();
  #values = 0;
  keepsRefs = false;

  constructor(root: JsonObject) {
    this.#root = root;
  }

  get isTooLarge(): boolean {
    return this.#values > VALUES_MAX;
  }

  run(): JsonObject | undefined {
    const { $defs: _, definitions: __, ...rest } = this.#root;
    const inlined = this.#value(rest);
    return isJsonObject(inlined) ? inlined : undefined;
  }

  #value(value: JsonValue): JsonValue {
    this.#values++;
    if (this.isTooLarge) return value;
    if (Array.isArray(value)) return value.map((item: JsonValue) => this.#value(item));
    return isJsonObject(value) ? this.#object(value) : value;
  }

  #object(object: JsonObject): JsonObject {
    const ref = object['$ref'];
    if (typeof ref === 'string') return this.#reference(ref, object);
    return Object.fromEntries(
      Object.entries(object).map(([name, value]) => [name, value === undefined ? value : this.#value(value)]),
    );
  }

  /** What stands beside a reference (a description) holds beside what it refers to. */
  #reference(ref: string, object: JsonObject): JsonObject {
    const target = this.#under.has(ref) ? undefined : this.#target(ref);
    if (target === undefined) {
      this.keepsRefs = true;
      return object;
    }
    this.#under.add(ref);
    const inlined = this.#value(target);
    this.#under.delete(ref);
    const { $ref: _, ...beside } = object;
    return isJsonObject(inlined) ? { ...inlined, ...beside } : beside;
  }

  #target(ref: string): JsonValue | undefined {
    const [, list, name] = /^#\/(\$defs|definitions)\/([^/]+)$/.exec(ref) ?? [];
    const definitions = list === undefined ? undefined : this.#root[list];
    if (!isJsonObject(definitions) || name === undefined || !Object.hasOwn(definitions, name))
      return undefined;
    return definitions[name];
  }
}
